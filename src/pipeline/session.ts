/** What every command that reads a configuration starts with: the project, the cluster it is for, and where images go. */
import { type Cluster, clusterOf } from '../config/cluster.ts';
import { type GlobalConfig, loadGlobalConfig } from '../config/global-config.ts';
import { currentKubeContext, type KubeContext } from '../config/kube-context.ts';
import { type LoadOptions, loadProject } from '../config/load.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { Event } from '../core/events.ts';
import type { ImageReference } from '../core/names.ts';
import type { ImageEngine } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { Project } from '../core/project.ts';
import type { SandboxChoice } from '../engines/embedded/sandbox/types.ts';
import { applyDefaultRepo } from '../image/default-repo.ts';
import { parseReference } from '../image/reference.ts';
import { cacheDirectory } from '../store/location.ts';
import { openStore, type Store } from '../store/store.ts';
import { buildKitClusterOf, insecureRegistriesOf } from './cluster-build.ts';
import { chooseEngine, type EngineChoice } from './engine.ts';
import { withRecentReads } from './recent-reads.ts';

export interface SessionOptions {
  readonly load: LoadOptions;
  /** `--default-repo`: undefined leaves it to the global config, an empty text means none. */
  readonly defaultRepo: string | undefined;
  /** Further values of `--default-repo`: where images that are pushed go too. */
  readonly furtherRepos?: readonly string[];
  /** `--config`: the global config file; undefined for `~/.skaffold/config`. */
  readonly globalConfigFile: string | undefined;
  readonly insecureRegistries: readonly string[];
  readonly detectMinikube: boolean;
  readonly engine: EngineChoice;
  /** `--sandbox`, for the embedded engine; `auto` unless set. */
  readonly sandbox?: SandboxChoice;
}

export interface Session {
  readonly project: Project;
  readonly cluster: Cluster;
  /** The Kubernetes context in use, and `--kubeconfig` where it was given. */
  readonly kube: KubeContext & { readonly kubeconfig: string | undefined };
  readonly globalConfig: GlobalConfig;
  readonly defaultRepo: string | undefined;
  /** The context with a registry client that knows the insecure registries. */
  readonly ctx: Context;
  /** The image moved into the default repo. */
  rewrite(image: string): string;
  /** The image in each of the further default repos. */
  copiesOf(image: string): readonly ImageReference[];
  /** Opened on first use. */
  store(): Promise<Store>;
  /** Chosen on first use. */
  engine(): Promise<ImageEngine>;
  close(): Promise<void>;
}

/** Reads the configuration and decides what depends on it. Nothing is built and no registry is asked. */
export async function openSession(options: SessionOptions, ctx: Context): Promise<Session> {
  const [{ project, warnings }, kube] = await Promise.all([
    loadProject(options.load, ctx),
    currentKubeContext(options.load, ctx),
  ]);
  for (const warning of warnings) ctx.emit({ type: 'log', level: 'warning', message: describeWarning(warning) });
  const globalConfig = await loadGlobalConfig(options.globalConfigFile, kube.name, ctx);
  const kubernetes = await clusterOf(kube, globalConfig, { detectMinikube: options.detectMinikube }, ctx);
  const isForDocker = deploysToDocker(project);
  const cluster = isForDocker ? { ...kubernetes, ...localDocker } : kubernetes;
  const furtherRepos = isForDocker ? [] : (options.furtherRepos ?? []);
  // Skaffold forgets the option there, since the images stay on this machine; it is told rather than hidden.
  const asked = isForDocker ? undefined : options.defaultRepo;
  const defaultRepo = asked ?? globalConfig.defaultRepo;
  if (isForDocker && (options.defaultRepo ?? '') !== '') ctx.emit(unusedDefaultRepo);
  const moveTo =
    (repo: string | undefined) =>
    (image: string): string =>
      applyDefaultRepo(repo, globalConfig.multiLevelRepo, image);
  const insecure = [
    ...options.insecureRegistries,
    ...project.modules.flatMap((module) => module.build.insecureRegistries),
    ...globalConfig.insecureRegistries,
    ...insecureRegistriesOf(project, [defaultRepo, ...furtherRepos].map(moveTo)),
  ];
  const system = insecure.length === 0 ? ctx.system : ctx.system.withInsecureRegistries(insecure);
  const session: Context = { ...ctx, system: { ...system, files: withRecentReads(system.files, system.clock) } };
  let endRun: (() => Promise<void>) | undefined;
  const store = once(async () => {
    const opened = openStore(cacheDirectory(session.system), session);
    endRun = await opened.begin(session.system.random);
    return opened;
  });
  const inCluster = buildKitClusterOf(project, { kubeContext: kube.name, kubeconfig: options.load.kubeconfig });
  const engine = once(() => chooseEngine(options.engine, store, inCluster, session, options.sandbox));
  return {
    project,
    cluster,
    kube: { ...kube, kubeconfig: options.load.kubeconfig },
    globalConfig,
    defaultRepo,
    ctx: session,
    copiesOf: (image) => furtherRepos.map((repo) => parseReference(moveTo(repo)(image))),
    rewrite: moveTo(defaultRepo),
    store,
    engine,
    close: async () => {
      await engine.started?.then((it) => it.close()).catch(() => undefined);
      session.system.registry.close();
      await store.started?.catch(() => undefined);
      await endRun?.();
    },
  };
}

/** A finding as one log line, for those that are no error: `file:line:column: message. Suggestion`. */
export function describeWarning({ at, message, suggestion }: Diagnostic): string {
  const place = at === undefined ? '' : `${at.file}:${at.line}:${at.column}: `;
  return `${place}${message}${suggestion === undefined ? '' : `. ${suggestion}`}`;
}

/** Images for `deploy.docker` stay with the Docker Engine of this machine, whatever the Kubernetes context. */
const localDocker = { local: true, push: false, loadImages: false };

const unusedDefaultRepo: Event = {
  type: 'log',
  level: 'warning',
  message: 'with deploy.docker images keep their names: --default-repo is not used',
};

function deploysToDocker({ modules }: Project): boolean {
  return modules.some(({ deploy }) => deploy.some(({ type }) => type === 'docker'));
}

/** Calls `make` the first time only. `started` is what that call returned. */
function once<T>(make: () => Promise<T>): { (): Promise<T>; started?: Promise<T> } {
  const get: { (): Promise<T>; started?: Promise<T> } = () => {
    get.started ??= make();
    return get.started;
  };
  return get;
}
