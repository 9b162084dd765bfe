/** The programs of the lifecycle and what they are told (CNB platform specification 0.7 to 0.15). */
import type { ContainerProgram, ContainerUser, HostMount } from '../../../core/containers.ts';

/** Where things lie in the containers, as the pack command has it. */
export const places = {
  application: '/workspace',
  layers: '/layers',
  platform: '/platform',
  cache: '/cache',
  launchCache: '/launch-cache',
} as const;

/** One build, everything about it decided. */
export interface LifecycleRun {
  /** The builder image, and the one the phases that see credentials are run from; the same for a trusted builder. */
  readonly builder: string;
  readonly lifecycleImage: string;
  readonly isTrusted: boolean;
  readonly user: ContainerUser;
  readonly platformApi: string;
  /** The image to make, as the lifecycle is told. */
  readonly output: string;
  readonly runImage: string;
  /** An image of an earlier build whose layers can be used again. */
  readonly previousImage: string | undefined;
  readonly isCacheCleared: boolean;
  /** The image goes into a daemon, not to a registry. */
  readonly toDaemon: boolean;
  /** Some registry it talks to is on this machine's loopback address. */
  readonly hasLocalRegistry: boolean;
  readonly insecureRegistries: readonly string[];
  /** Credentials as the lifecycle reads them: JSON from registries to values of the `Authorization` header. */
  readonly registryAuth: string;
  /** `SOURCE_DATE_EPOCH`. */
  readonly epoch: string | undefined;
  readonly mounts: readonly HostMount[];
}

const root: ContainerUser = { uid: 0, gid: 0 };

/**
 * The programs of a build in their order. Those that talk to a registry or a daemon begin as root, hand the directories to
 * the builder's user and go on as that one; buildpacks never run as root. Where the builder is not trusted, its own
 * programs see neither credentials nor the daemon.
 */
export function lifecyclePrograms(run: LifecycleRun): readonly ContainerProgram[] {
  const { output } = run;
  if (run.isTrusted) return [connected('creator', [output], Object.values(places), run, run.mounts)];
  const { application, cache, launchCache, layers } = places;
  return [
    connected('analyzer', [output], [layers, launchCache], run),
    isolated('detector', run),
    connected('restorer', [], [layers, cache], run),
    isolated('builder', run),
    connected('exporter', [output], [layers, application, cache, launchCache], run),
  ];
}

function connected(
  phase: string,
  args: readonly string[],
  directories: readonly string[],
  run: LifecycleRun,
  mounts: readonly HostMount[] = [],
): ContainerProgram {
  return {
    image: run.lifecycleImage,
    command: [`/cnb/lifecycle/${phase}`, ...args],
    env: { ...commonVariables(run), ...exportVariables(run) },
    user: root,
    directories: directories.filter((path) => path !== places.launchCache || run.toDaemon),
    mounts,
    network: run.hasLocalRegistry ? 'local' : 'default',
    reachesDaemon: run.toDaemon,
  };
}

function isolated(phase: string, run: LifecycleRun): ContainerProgram {
  const { application, layers, platform } = places;
  return {
    image: run.builder,
    command: [`/cnb/lifecycle/${phase}`],
    env: commonVariables(run),
    user: run.user,
    directories: [application, layers, platform],
    mounts: run.mounts,
    network: 'default',
    reachesDaemon: false,
  };
}

/** Every flag of the lifecycle has a variable; a phase reads those that it knows, whatever its version. */
function commonVariables({ platformApi, user, epoch }: LifecycleRun): Record<string, string> {
  return {
    CNB_PLATFORM_API: platformApi,
    CNB_APP_DIR: places.application,
    CNB_LAYERS_DIR: places.layers,
    CNB_PLATFORM_DIR: places.platform,
    CNB_USER_ID: String(user.uid),
    CNB_GROUP_ID: String(user.gid),
    CNB_NO_COLOR: 'true',
    ...(epoch === undefined ? {} : { SOURCE_DATE_EPOCH: epoch }),
  };
}

function exportVariables(run: LifecycleRun): Record<string, string> {
  const { previousImage, insecureRegistries } = run;
  return {
    CNB_REGISTRY_AUTH: run.registryAuth,
    CNB_CACHE_DIR: places.cache,
    CNB_RUN_IMAGE: run.runImage,
    CNB_RUN_PATH: `${places.layers}/run.toml`,
    CNB_STACK_PATH: `${places.layers}/stack.toml`,
    ...(previousImage === undefined ? {} : { CNB_PREVIOUS_IMAGE: previousImage }),
    ...(run.isCacheCleared ? { CNB_SKIP_LAYERS: 'true', CNB_SKIP_RESTORE: 'true' } : {}),
    ...(insecureRegistries.length === 0 ? {} : { CNB_INSECURE_REGISTRIES: insecureRegistries.join(',') }),
    ...(run.toDaemon ? { CNB_USE_DAEMON: 'true', CNB_LAUNCH_CACHE_DIR: places.launchCache } : {}),
  };
}
