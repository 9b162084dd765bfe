import type { BuildConfig, ConfigDependency, Profile, SkaffoldConfig } from '../../config/generated/types.ts';
import { ToolError } from '../../core/errors.ts';
import type { Invocation } from '../invocation.ts';
import { answer } from './inspect-answer.ts';
import { editConfigs } from './inspect-edit.ts';

type Environment = 'local' | 'googleCloudBuild' | 'cluster';
type Section = Readonly<Record<string, unknown>>;

type Add =
  | Invocation<'inspect build-env add local'>
  | Invocation<'inspect build-env add googleCloudBuild'>
  | Invocation<'inspect build-env add cluster'>;
type Modify = Invocation<'inspect build-env modify googleCloudBuild'>;

/** `inspect build-env add …` and `modify …`: writes down where to build, for all or in profiles. Says nothing on success. */
export function run(invocation: Add | Modify): Promise<number> {
  const { profile, ...options } = invocation.options;
  const edit =
    invocation.command === 'inspect build-env modify googleCloudBuild' ? modifier(invocation) : adder(invocation);
  // The profiles are those to change; which ones are there is not decided by what they would switch on.
  return answer(invocation, () =>
    editConfigs({ ...invocation, options: { ...options, profile: [] } }, (config, { isRoot }) => {
      if (profile.length > 0) return profile.reduce((current, name) => edit.profile(current, name), config);
      return isRoot ? { ...config, build: edit.build(config.build ?? {}, placeOf(config)) } : config;
    }),
  );
}

/** How a pipeline's `build` and how a configuration with a profile are changed. */
interface Edit {
  build(build: BuildConfig, place: string): BuildConfig;
  profile(config: SkaffoldConfig, name: string): SkaffoldConfig;
}

function adder(invocation: Add): Edit {
  const [environment, section] = addedSection(invocation);
  const build: Edit['build'] = (before, place) => {
    if (Object.keys(before[environment] ?? {}).length > 0) throw alreadyExists(environment, place);
    return withSection(before, environment, section);
  };
  return {
    build,
    profile: (config, name) => {
      const profiles = config.profiles ?? [];
      const before = profiles.find((profile) => profile.name === name);
      const changed: Profile = { ...before, name, build: build(before?.build ?? {}, `profile "${name}"`) };
      const others = profiles.map((profile) => (profile === before ? changed : profile));
      const result = { ...config, profiles: before === undefined ? [...profiles, changed] : others };
      if (environment === 'local' || config.requires === undefined) return result;
      return { ...result, requires: config.requires.map((entry) => activating(entry, name)) };
    },
  };
}

function modifier(invocation: Modify): Edit {
  const { strict } = invocation.options;
  const section = googleCloudBuildSection(invocation);
  const build: Edit['build'] = (before, place) => {
    if (before.googleCloudBuild !== undefined)
      return withSection(before, 'googleCloudBuild', { ...before.googleCloudBuild, ...section });
    if (strict) throw incorrectType(place);
    return before;
  };
  return {
    build,
    profile: (config, name) => {
      const before = (config.profiles ?? []).find((profile) => profile.name === name);
      if (before === undefined && strict) throw profileNotFound(name, placeOf(config));
      if (before === undefined) return config;
      const changed = { ...before, build: build(before.build ?? {}, `profile "${name}"`) };
      return {
        ...config,
        profiles: (config.profiles ?? []).map((profile) => (profile === before ? changed : profile)),
      };
    },
  };
}

/** A pipeline builds in one place. */
function withSection(before: BuildConfig, environment: Environment, section: Section): BuildConfig {
  const { local: _local, googleCloudBuild: _cloud, cluster: _cluster, ...build } = before;
  return { ...build, [environment]: section };
}

/** A required configuration on this machine switches the profile of the same name on as well. */
function activating(entry: ConfigDependency, name: string): ConfigDependency {
  const { git, googleCloudStorage, googleCloudBuildRepoV2, activeProfiles = [] } = entry;
  const isRemote = (git ?? googleCloudStorage ?? googleCloudBuildRepoV2) !== undefined;
  if (isRemote || activeProfiles.some((profile) => profile.name === name)) return entry;
  return { ...entry, activeProfiles: [...activeProfiles, { name, activatedBy: [name] }] };
}

function addedSection(invocation: Add): readonly [Environment, Section] {
  if (invocation.command === 'inspect build-env add googleCloudBuild')
    return ['googleCloudBuild', googleCloudBuildSection(invocation)];
  if (invocation.command === 'inspect build-env add cluster') return ['cluster', clusterSection(invocation)];
  const { push, tryImportMissing, useDockerCLI, useBuildkit, concurrency } = invocation.options;
  return [
    'local',
    {
      ...given({ push, useBuildkit, concurrency: fromZero(concurrency) }),
      ...given({ tryImportMissing: tryImportMissing || undefined, useDockerCLI: useDockerCLI || undefined }),
    },
  ];
}

function googleCloudBuildSection({ options }: Modify | Invocation<'inspect build-env add googleCloudBuild'>): Section {
  const { projectId, diskSizeGb, machineType, timeout, concurrency, logging, logStreamingOption, workerPool } = options;
  return given({
    projectId,
    diskSizeGb: diskSizeGb === 0 ? undefined : diskSizeGb,
    machineType,
    timeout,
    concurrency: fromZero(concurrency),
    logging,
    logStreamingOption,
    workerPool,
  });
}

function clusterSection({ options }: Invocation<'inspect build-env add cluster'>): Section {
  const { timeout, concurrency, pullSecretPath, pullSecretName, pullSecretMountPath, namespace } = options;
  const { serviceAccount, runAsUser, randomPullSecret, randomDockerConfigSecret } = options;
  const dockerConfig = given({ path: options.dockerConfigPath, secretName: options.dockerConfigSecretName });
  return given({
    timeout,
    concurrency: fromZero(concurrency),
    pullSecretPath,
    pullSecretName,
    pullSecretMountPath,
    namespace,
    dockerConfig: Object.keys(dockerConfig).length === 0 ? undefined : dockerConfig,
    serviceAccount,
    runAsUser: fromZero(runAsUser),
    randomPullSecret: randomPullSecret || undefined,
    randomDockerConfigSecret: randomDockerConfigSecret || undefined,
  });
}

/** A number below zero is a flag that was not given. */
function fromZero(value: number): number | undefined {
  return value < 0 ? undefined : value;
}

/** Only what was given. */
function given(fields: Section): Section {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));
}

function placeOf({ metadata }: SkaffoldConfig): string {
  return (metadata?.name ?? '') === '' ? 'the configuration' : `module "${metadata?.name}"`;
}

function alreadyExists(environment: Environment, place: string): ToolError {
  return new ToolError(
    'INSPECT_BUILD_ENV_ALREADY_EXISTS_ERR',
    `trying to create a ${environment} build environment that already exists in ${place}`,
    {
      suggestions: [
        {
          code: 'INSPECT_USE_MODIFY_OR_NEW_PROFILE',
          action: 'Use "inspect build-env modify" to change it, or give --profile the name of a new profile',
        },
      ],
    },
  );
}

function incorrectType(place: string): ToolError {
  return new ToolError('INSPECT_BUILD_ENV_INCORRECT_TYPE_ERR', `${place} does not build with googleCloudBuild`, {
    suggestions: [{ code: 'INSPECT_USE_ADD_BUILD_ENV', action: 'Use "inspect build-env add" to let it build there' }],
  });
}

function profileNotFound(name: string, place: string): ToolError {
  return new ToolError('INSPECT_PROFILE_NOT_FOUND_ERR', `there is no profile "${name}" in ${place}`, {
    suggestions: [{ code: 'INSPECT_CHECK_INPUT_PROFILE', action: 'Check the value of --profile' }],
  });
}
