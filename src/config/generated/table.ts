// Made by `npm run generate` from schemas/skaffold.schema.json; do not edit.
import type { Definition } from '../schema.ts';

export const rootDefinition = 'SkaffoldConfig';

export const definitions: Readonly<Record<string, Definition>> = {
  SkaffoldConfig: {
    fields: [
      { name: 'apiVersion', type: 's', required: true },
      { name: 'kind', type: 's', required: true },
      { name: 'metadata', type: '@Metadata', since: 17, mergesFields: true },
      { name: 'requires', type: '[@ConfigDependency', since: 37 },
      { name: 'build', type: '@BuildConfig', mergesFields: true },
      { name: 'test', type: '[@TestCase', since: 3 },
      { name: 'manifests', type: '@RenderConfig', since: 56, mergesFields: true },
      { name: 'deploy', type: '@DeployConfig', mergesFields: true },
      { name: 'portForward', type: '[@PortForwardResource', since: 16 },
      { name: 'resourceSelector', type: '@ResourceSelectorConfig', since: 54, mergesFields: true },
      { name: 'verify', type: '[@VerifyTestCase', since: 56 },
      { name: 'customActions', type: '[@Action', since: 62 },
      { name: 'profiles', type: '[@Profile', since: 1 },
    ],
  },
  Metadata: {
    fields: [
      { name: 'name', type: 's' },
      { name: 'labels', type: '{s', since: 56 },
      { name: 'annotations', type: '{s', since: 56 },
    ],
  },
  ConfigDependency: {
    fields: [
      { name: 'configs', type: '[s' },
      { name: 'path', type: 's', group: 'paths', path: true },
      { name: 'git', type: '@GitInfo', group: 'paths', since: 38 },
      { name: 'googleCloudStorage', type: '@GoogleCloudStorageInfo', group: 'paths', since: 64 },
      { name: 'googleCloudBuildRepoV2', type: '@GoogleCloudBuildRepoV2Info', group: 'paths', since: 67 },
      { name: 'activeProfiles', type: '[@ProfileDependency' },
    ],
  },
  ProfileDependency: {
    fields: [
      { name: 'name', type: 's', required: true },
      { name: 'activatedBy', type: '[s' },
    ],
  },
  GitInfo: {
    fields: [
      { name: 'repo', type: 's', required: true },
      { name: 'path', type: 's' },
      { name: 'ref', type: 's' },
      { name: 'sync', type: 'b', zeroIsSet: true },
    ],
  },
  GoogleCloudStorageInfo: {
    fields: [
      { name: 'source', type: 's' },
      { name: 'path', type: 's' },
      { name: 'sync', type: 'b', zeroIsSet: true },
    ],
  },
  GoogleCloudBuildRepoV2Info: {
    fields: [
      { name: 'projectID', type: 's', required: true },
      { name: 'region', type: 's', required: true },
      { name: 'connection', type: 's', required: true },
      { name: 'repo', type: 's', required: true },
      { name: 'path', type: 's' },
      { name: 'ref', type: 's' },
      { name: 'sync', type: 'b', zeroIsSet: true },
    ],
  },
  BuildConfig: {
    fields: [
      { name: 'artifacts', type: '[@Artifact' },
      { name: 'hooks', type: '@BuildHooks', since: 64, mergesFields: true },
      { name: 'insecureRegistries', type: '[s', since: 12 },
      { name: 'platforms', type: '[s', since: 53 },
      { name: 'tagPolicy', type: 's', until: 0 },
      { name: 'tagPolicy', type: '@TagPolicy', since: 1, mergesFields: true },
      { name: 'local', type: '@LocalBuild', group: 'build' },
      { name: 'googleCloudBuild', type: '@GoogleCloudBuild', group: 'build' },
      { name: 'cluster', type: '@ClusterDetails', group: 'build', since: 11 },
      { name: 'kaniko', type: '@KanikoBuild', group: 'build', since: 1, until: 10 },
      { name: 'acr', type: '@AzureContainerBuild', group: 'build', since: 4, until: 4 },
      { name: 'executionEnvironment', type: '@ExecutionEnvironment', since: 9, until: 12 },
    ],
  },
  TagPolicy: {
    fields: [
      { name: 'gitCommit', type: '@GitTagger', group: 'tag' },
      { name: 'sha256', type: '@ShaTagger', group: 'tag' },
      { name: 'envTemplate', type: '@EnvTemplateTagger', group: 'tag' },
      { name: 'dateTime', type: '@DateTimeTagger', group: 'tag' },
      { name: 'customTemplate', type: '@CustomTemplateTagger', group: 'tag', since: 32 },
      { name: 'inputDigest', type: '@InputDigest', group: 'tag', since: 40 },
    ],
  },
  GitTagger: {
    fields: [
      { name: 'variant', type: 's', since: 13 },
      { name: 'prefix', type: 's', since: 29 },
      { name: 'ignoreChanges', type: 'b', since: 37 },
    ],
  },
  ShaTagger: {
    fields: [],
  },
  InputDigest: {
    fields: [],
  },
  EnvTemplateTagger: {
    fields: [
      { name: 'template', type: 's', required: true },
    ],
  },
  DateTimeTagger: {
    fields: [
      { name: 'format', type: 's' },
      { name: 'timezone', type: 's' },
    ],
  },
  CustomTemplateTagger: {
    fields: [
      { name: 'template', type: 's', required: true },
      { name: 'components', type: '[@TaggerComponent' },
    ],
  },
  TaggerComponent: {
    fields: [
      { name: 'name', type: 's' },
      { name: 'gitCommit', type: '@GitTagger', group: 'tag' },
      { name: 'sha256', type: '@ShaTagger', group: 'tag' },
      { name: 'envTemplate', type: '@EnvTemplateTagger', group: 'tag' },
      { name: 'dateTime', type: '@DateTimeTagger', group: 'tag' },
      { name: 'customTemplate', type: '@CustomTemplateTagger', group: 'tag' },
      { name: 'inputDigest', type: '@InputDigest', group: 'tag', since: 40 },
    ],
  },
  LocalBuild: {
    fields: [
      { name: 'push', type: 'b', since: 3, zeroIsSet: true },
      { name: 'tryImportMissing', type: 'b', since: 34 },
      { name: 'useDockerCLI', type: 'b', since: 1 },
      { name: 'useBuildkit', type: 'b', since: 1, zeroIsSet: true },
      { name: 'concurrency', type: 'i', since: 24, zeroIsSet: true },
      { name: 'skipPush', type: 'b', until: 2 },
    ],
  },
  GoogleCloudBuild: {
    fields: [
      { name: 'projectId', type: 's' },
      { name: 'diskSizeGb', type: 'i', since: 1 },
      { name: 'machineType', type: 's', since: 1 },
      { name: 'timeout', type: 's', since: 1 },
      { name: 'logging', type: 's', since: 29 },
      { name: 'logStreamingOption', type: 's', since: 29 },
      { name: 'dockerImage', type: 's', since: 1 },
      { name: 'kanikoImage', type: 's', since: 18 },
      { name: 'mavenImage', type: 's', since: 7 },
      { name: 'gradleImage', type: 's', since: 7 },
      { name: 'packImage', type: 's', since: 24 },
      { name: 'koImage', type: 's', since: 56 },
      { name: 'bucket', type: 's', since: 69 },
      { name: 'concurrency', type: 'i', since: 18 },
      { name: 'workerPool', type: 's', since: 32 },
      { name: 'region', type: 's', since: 55 },
      { name: 'serviceAccount', type: 's', since: 56 },
      { name: 'platformEmulatorInstallStep', type: '@PlatformEmulatorInstallStep', since: 56 },
    ],
  },
  PlatformEmulatorInstallStep: {
    fields: [
      { name: 'image', type: 's', required: true },
      { name: 'args', type: '[s' },
      { name: 'entrypoint', type: 's' },
    ],
  },
  ClusterDetails: { ignoresUnknownSince: 37,
    fields: [
      { name: 'HTTP_PROXY', type: 's', since: 17 },
      { name: 'HTTPS_PROXY', type: 's', since: 17 },
      { name: 'pullSecretPath', type: 's', since: 31 },
      { name: 'pullSecretName', type: 's' },
      { name: 'pullSecretMountPath', type: 's', since: 20 },
      { name: 'namespace', type: 's' },
      { name: 'timeout', type: 's' },
      { name: 'dockerConfig', type: '@DockerConfig' },
      { name: 'serviceAccount', type: 's', since: 29 },
      { name: 'tolerations', type: '[y', since: 31 },
      { name: 'nodeSelector', type: '{s', since: 44 },
      { name: 'annotations', type: '{s', since: 31 },
      { name: 'labels', type: '{s', since: 69 },
      { name: 'runAsUser', type: 'i', since: 29, zeroIsSet: true },
      { name: 'resources', type: '@ResourceRequirements', since: 12 },
      { name: 'concurrency', type: 'i', since: 18 },
      { name: 'volumes', type: '[y', since: 25 },
      { name: 'randomPullSecret', type: 'b', since: 25 },
      { name: 'randomDockerConfigSecret', type: 'b', since: 25 },
      { name: 'pullSecret', type: 's', until: 30 },
    ],
  },
  DockerConfig: {
    fields: [
      { name: 'path', type: 's' },
      { name: 'secretName', type: 's' },
    ],
  },
  ResourceRequirements: {
    fields: [
      { name: 'requests', type: '@ResourceRequirement' },
      { name: 'limits', type: '@ResourceRequirement' },
    ],
  },
  ResourceRequirement: {
    fields: [
      { name: 'cpu', type: 's' },
      { name: 'memory', type: 's' },
      { name: 'ephemeralStorage', type: 's', since: 21 },
      { name: 'resourceStorage', type: 's', since: 21 },
    ],
  },
  Artifact: {
    fields: [
      { name: 'image', type: 's', required: true, since: 3 },
      { name: 'context', type: 's', since: 3, path: true },
      { name: 'platforms', type: '[s', since: 53 },
      { name: 'runtimeType', type: 's', since: 59 },
      { name: 'requires', type: '[@ArtifactDependency', since: 35 },
      { name: 'hooks', type: '@BuildHooks', since: 46, mergesFields: true },
      { name: 'sync', type: '{s', since: 3, until: 13 },
      { name: 'sync', type: '@Sync', since: 14 },
      { name: 'docker', type: '@DockerArtifact', group: 'artifact', since: 1 },
      { name: 'bazel', type: '@BazelArtifact', group: 'artifact', since: 1 },
      { name: 'ko', type: '@KoArtifact', group: 'artifact', since: 52 },
      { name: 'jib', type: '@JibArtifact', group: 'artifact', since: 18 },
      { name: 'kaniko', type: '@KanikoArtifact', group: 'artifact', since: 11 },
      { name: 'buildpacks', type: '@BuildpackArtifact', group: 'artifact', since: 31 },
      { name: 'custom', type: '@CustomArtifact', group: 'artifact', since: 14 },
      { name: 'imageName', type: 's', until: 2 },
      { name: 'dockerfilePath', type: 's', until: 0 },
      { name: 'workspace', type: 's', until: 2 },
      { name: 'buildArgs', type: '{n', until: 0 },
      { name: 'jibMaven', type: '@JibMavenArtifact', group: 'artifact', since: 3, until: 17 },
      { name: 'jibGradle', type: '@JibGradleArtifact', group: 'artifact', since: 3, until: 17 },
      { name: 'plugin', type: '@BuilderPlugin', since: 9, until: 12 },
      { name: 'buildpack', type: '@BuildpackArtifact', group: 'artifact', since: 22, until: 30 },
    ],
  },
  ArtifactDependency: {
    fields: [
      { name: 'image', type: 's', required: true },
      { name: 'alias', type: 's' },
    ],
  },
  BuildHooks: {
    fields: [
      { name: 'before', type: '[@HostHook' },
      { name: 'after', type: '[@HostHook' },
    ],
  },
  HostHook: {
    fields: [
      { name: 'command', type: '[s', required: true },
      { name: 'os', type: '[s' },
      { name: 'dir', type: 's', since: 53, path: true },
    ],
  },
  Sync: {
    fields: [
      { name: 'manual', type: '[@SyncRule', group: 'sync' },
      { name: 'infer', type: '[s', group: 'sync', since: 17 },
      { name: 'auto', type: '@Auto', group: 'sync', since: 27, until: 34 },
      { name: 'auto', type: 'b', group: 'sync', since: 35, zeroIsSet: true },
      { name: 'hooks', type: '@SyncHooks', since: 46, mergesFields: true },
    ],
  },
  SyncRule: {
    fields: [
      { name: 'src', type: 's', required: true },
      { name: 'dest', type: 's', required: true },
      { name: 'strip', type: 's' },
    ],
  },
  SyncHooks: {
    fields: [
      { name: 'before', type: '[@SyncHookItem' },
      { name: 'after', type: '[@SyncHookItem' },
    ],
  },
  SyncHookItem: {
    fields: [
      { name: 'host', type: '@HostHook', group: 'sync_hook' },
      { name: 'container', type: '@ContainerHook', group: 'sync_hook' },
    ],
  },
  ContainerHook: {
    fields: [
      { name: 'command', type: '[s', required: true },
    ],
  },
  DockerArtifact: {
    fields: [
      { name: 'dockerfile', type: 's', since: 3 },
      { name: 'target', type: 's' },
      { name: 'buildArgs', type: '{n' },
      { name: 'network', type: 's', since: 14 },
      { name: 'addHost', type: '[s', since: 41 },
      { name: 'cacheFrom', type: '[s' },
      { name: 'cacheTo', type: '[s', since: 71 },
      { name: 'cliFlags', type: '[s', since: 47 },
      { name: 'pullParent', type: 'b', since: 52 },
      { name: 'noCache', type: 'b', since: 14 },
      { name: 'squash', type: 'b', since: 37 },
      { name: 'secrets', type: '[@DockerSecret', since: 49 },
      { name: 'ssh', type: 's', since: 36 },
      { name: 'dockerfilePath', type: 's', until: 2 },
      { name: 'secret', type: '@DockerSecret', since: 34, until: 48 },
    ],
  },
  DockerSecret: {
    fields: [
      { name: 'id', type: 's', required: true },
      { name: 'src', type: 's', group: 'secretSource' },
      { name: 'env', type: 's', group: 'secretSource', since: 50 },
      { name: 'dst', type: 's', until: 42 },
    ],
  },
  BazelArtifact: {
    fields: [
      { name: 'target', type: 's', required: true },
      { name: 'args', type: '[s', since: 5 },
      { name: 'platforms', type: '[@BazelPlatformMapping', since: 67 },
    ],
  },
  BazelPlatformMapping: {
    fields: [
      { name: 'platform', type: 's', required: true },
      { name: 'target', type: 's', required: true },
    ],
  },
  KoArtifact: {
    fields: [
      { name: 'fromImage', type: 's' },
      { name: 'dependencies', type: '@KoDependencies' },
      { name: 'dir', type: 's' },
      { name: 'env', type: '[s' },
      { name: 'flags', type: '[s' },
      { name: 'labels', type: '{s' },
      { name: 'ldflags', type: '[s' },
      { name: 'main', type: 's' },
      { name: 'platforms', type: '[s', until: 53 },
    ],
  },
  KoDependencies: {
    fields: [
      { name: 'paths', type: '[s' },
      { name: 'ignore', type: '[s' },
    ],
  },
  JibArtifact: {
    fields: [
      { name: 'project', type: 's' },
      { name: 'args', type: '[s' },
      { name: 'type', type: 's' },
      { name: 'fromImage', type: 's', since: 35 },
    ],
  },
  KanikoArtifact: { ignoresUnknownSince: 37,
    fields: [
      { name: 'cleanup', type: 'b', since: 35 },
      { name: 'insecure', type: 'b', since: 35 },
      { name: 'insecurePull', type: 'b', since: 35 },
      { name: 'noPush', type: 'b', since: 35, until: 61 },
      { name: 'force', type: 'b', since: 35 },
      { name: 'logTimestamp', type: 'b', since: 35 },
      { name: 'reproducible', type: 'b', since: 17 },
      { name: 'singleSnapshot', type: 'b', since: 35 },
      { name: 'skipTLS', type: 'b', since: 20 },
      { name: 'skipTLSVerifyPull', type: 'b', since: 35 },
      { name: 'skipUnusedStages', type: 'b', since: 35 },
      { name: 'useNewRun', type: 'b', since: 35 },
      { name: 'whitelistVarRun', type: 'b', since: 35 },
      { name: 'dockerfile', type: 's' },
      { name: 'target', type: 's' },
      { name: 'initImage', type: 's', since: 24 },
      { name: 'image', type: 's' },
      { name: 'imagePullSecret', type: 's', since: 69 },
      { name: 'destination', type: '[s', since: 68 },
      { name: 'digestFile', type: 's', since: 35 },
      { name: 'imageFSExtractRetry', type: 's', since: 47 },
      { name: 'imageNameWithDigestFile', type: 's', since: 35 },
      { name: 'logFormat', type: 's', since: 35 },
      { name: 'ociLayoutPath', type: 's', since: 35 },
      { name: 'registryMirror', type: 's', since: 35 },
      { name: 'snapshotMode', type: 's', since: 35 },
      { name: 'pushRetry', type: 's', since: 46 },
      { name: 'tarPath', type: 's', since: 35 },
      { name: 'verbosity', type: 's', since: 35 },
      { name: 'insecureRegistry', type: '[s', since: 35 },
      { name: 'skipTLSVerifyRegistry', type: '[s', since: 35 },
      { name: 'env', type: '[y', since: 23 },
      { name: 'cache', type: '@KanikoCache' },
      { name: 'registryCertificate', type: '{n', since: 35 },
      { name: 'label', type: '{n', since: 35 },
      { name: 'buildArgs', type: '{n' },
      { name: 'volumeMounts', type: '[y', since: 25 },
      { name: 'contextSubPath', type: 's', since: 56, path: true },
      { name: 'ignorePaths', type: '[s', since: 59 },
      { name: 'copyMaxRetries', type: 'i', since: 67, zeroIsSet: true },
      { name: 'copyTimeout', type: 's', since: 67 },
      { name: 'buildContextCompressionLevel', type: 'i', since: 69, zeroIsSet: true },
      { name: 'flags', type: '[s', until: 34 },
      { name: 'buildContext', type: '@KanikoBuildContext', until: 23 },
    ],
  },
  KanikoCache: {
    fields: [
      { name: 'repo', type: 's' },
      { name: 'hostPath', type: 's', since: 15 },
      { name: 'ttl', type: 's', since: 35 },
      { name: 'cacheCopyLayers', type: 'b', since: 51 },
      { name: 'cacheRunLayers', type: 'b', since: 69, zeroIsSet: true },
    ],
  },
  BuildpackArtifact: {
    fields: [
      { name: 'builder', type: 's' },
      { name: 'runImage', type: 's' },
      { name: 'env', type: '[s', since: 23 },
      { name: 'buildpacks', type: '[s', since: 25 },
      { name: 'trustBuilder', type: 'b', since: 31 },
      { name: 'clearCache', type: 'b', since: 56 },
      { name: 'projectDescriptor', type: 's', since: 31 },
      { name: 'dependencies', type: '@BuildpackDependencies' },
      { name: 'volumes', type: '[@BuildpackVolume', since: 43 },
      { name: 'buildArgs', type: '[s', since: 71 },
      { name: 'forcePull', type: 'b', until: 24 },
    ],
  },
  BuildpackDependencies: {
    fields: [
      { name: 'paths', type: '[s' },
      { name: 'ignore', type: '[s' },
    ],
  },
  BuildpackVolume: {
    fields: [
      { name: 'host', type: 's', required: true, path: true },
      { name: 'target', type: 's', required: true },
      { name: 'options', type: 's' },
    ],
  },
  CustomArtifact: {
    fields: [
      { name: 'buildCommand', type: 's' },
      { name: 'dependencies', type: '@CustomDependencies' },
    ],
  },
  CustomDependencies: {
    fields: [
      { name: 'dockerfile', type: '@DockerfileDependency', group: 'dependency' },
      { name: 'command', type: 's', group: 'dependency' },
      { name: 'paths', type: '[s', group: 'dependency' },
      { name: 'ignore', type: '[s' },
    ],
  },
  DockerfileDependency: {
    fields: [
      { name: 'path', type: 's' },
      { name: 'buildArgs', type: '{n' },
    ],
  },
  TestCase: {
    fields: [
      { name: 'image', type: 's', required: true },
      { name: 'context', type: 's', since: 40, path: true },
      { name: 'custom', type: '[@CustomTest', since: 39 },
      { name: 'structureTests', type: '[s', path: true },
      { name: 'structureTestsArgs', type: '[s', since: 44 },
    ],
  },
  CustomTest: {
    fields: [
      { name: 'command', type: 's', required: true },
      { name: 'timeoutSeconds', type: 'i' },
      { name: 'dependencies', type: '@CustomTestDependencies' },
    ],
  },
  CustomTestDependencies: {
    fields: [
      { name: 'command', type: 's', group: 'dependency' },
      { name: 'paths', type: '[s', group: 'dependency' },
      { name: 'ignore', type: '[s' },
    ],
  },
  RenderConfig: {
    fields: [
      { name: 'rawYaml', type: '[s', path: true },
      { name: 'remoteManifests', type: '[@RemoteManifest', since: 58 },
      { name: 'kustomize', type: '@Kustomize' },
      { name: 'helm', type: '@Helm' },
      { name: 'kpt', type: '[s', path: true },
      { name: 'hooks', type: '@RenderHooks', mergesFields: true },
      { name: 'transform', type: '[@Transformer', zeroIsSet: true },
      { name: 'validate', type: '[@Validator', zeroIsSet: true },
      { name: 'output', type: 's' },
    ],
  },
  RemoteManifest: {
    fields: [
      { name: 'manifest', type: 's' },
      { name: 'kubeContext', type: 's' },
    ],
  },
  Kustomize: {
    fields: [
      { name: 'paths', type: '[s', path: true },
      { name: 'buildArgs', type: '[s' },
    ],
  },
  Helm: {
    fields: [
      { name: 'flags', type: '@HelmDeployFlags', mergesFields: true },
      { name: 'releases', type: '[@HelmRelease', required: true },
    ],
  },
  HelmDeployFlags: {
    fields: [
      { name: 'global', type: '[s' },
      { name: 'install', type: '[s' },
      { name: 'upgrade', type: '[s' },
      { name: 'depBuild', type: '[s', since: 70 },
      { name: 'template', type: '[s', since: 70 },
    ],
  },
  HelmRelease: {
    fields: [
      { name: 'name', type: 's', required: true },
      { name: 'chartPath', type: 's', group: 'chartSource', path: true },
      { name: 'remoteChart', type: 's', group: 'chartSource', since: 39 },
      { name: 'valuesFiles', type: '[s', since: 2, path: true },
      { name: 'namespace', type: 's' },
      { name: 'version', type: 's' },
      { name: 'setValues', type: '{s', since: 1, until: 31 },
      { name: 'setValues', type: 'f', since: 32 },
      { name: 'setValueTemplates', type: '{s', since: 1, until: 31 },
      { name: 'setValueTemplates', type: 'f', since: 32 },
      { name: 'setFiles', type: '{s', since: 19, path: true },
      { name: 'createNamespace', type: 'b', since: 34, zeroIsSet: true },
      { name: 'wait', type: 'b', since: 1 },
      { name: 'recreatePods', type: 'b', since: 1 },
      { name: 'skipBuildDependencies', type: 'b', since: 8 },
      { name: 'skipTests', type: 'b', since: 58 },
      { name: 'useHelmSecrets', type: 'b', since: 11 },
      { name: 'repo', type: 's', since: 39 },
      { name: 'upgradeOnChange', type: 'b', since: 31, zeroIsSet: true },
      { name: 'overrides', type: 'o', since: 1 },
      { name: 'packaged', type: '@HelmPackaged', since: 1 },
      { name: 'dependsOn', type: '[s', since: 69 },
      { name: 'valuesFilePath', type: 's', until: 1 },
      { name: 'values', type: '{s', until: 29 },
      { name: 'artifactOverrides', type: '{s', since: 30, until: 31 },
      { name: 'artifactOverrides', type: 'f', since: 32, until: 55 },
      { name: 'imageStrategy', type: '@HelmImageStrategy', since: 1, until: 55 },
      { name: 'remote', type: 'b', since: 15, until: 38 },
    ],
  },
  HelmPackaged: {
    fields: [
      { name: 'version', type: 's' },
      { name: 'appVersion', type: 's' },
    ],
  },
  RenderHooks: {
    fields: [
      { name: 'before', type: '[@RenderHookItem' },
      { name: 'after', type: '[@RenderHookItem', until: 65 },
      { name: 'after', type: '[@PostRenderHookItem', since: 66 },
    ],
  },
  RenderHookItem: {
    fields: [
      { name: 'host', type: '@HostHook' },
    ],
  },
  PostRenderHookItem: {
    fields: [
      { name: 'host', type: '@PostRenderHostHook' },
    ],
  },
  PostRenderHostHook: {
    fields: [
      { name: 'command', type: '[s', required: true },
      { name: 'os', type: '[s' },
      { name: 'dir', type: 's', path: true },
      { name: 'withChange', type: 'b' },
    ],
  },
  Transformer: {
    fields: [
      { name: 'name', type: 's', required: true },
      { name: 'configMap', type: '[s' },
    ],
  },
  Validator: {
    fields: [
      { name: 'name', type: 's', required: true },
      { name: 'configMap', type: '[s' },
    ],
  },
  DeployConfig: {
    fields: [
      { name: 'docker', type: '@DockerDeploy', since: 49 },
      { name: 'helm', type: '@LegacyHelmDeploy' },
      { name: 'kpt', type: '@KptDeploy', since: 33 },
      { name: 'kubectl', type: '@KubectlDeploy' },
      { name: 'cloudrun', type: '@CloudRunDeploy', since: 56 },
      { name: 'statusCheck', type: 'b', since: 42, zeroIsSet: true },
      { name: 'statusCheckDeadlineSeconds', type: 'i', since: 17 },
      { name: 'tolerateFailuresUntilDeadline', type: 'b', since: 58 },
      { name: 'kubeContext', type: 's', since: 20 },
      { name: 'logs', type: '@LogsConfig', since: 32, mergesFields: true },
      { name: 'name', type: 's', until: 0 },
      { name: 'kustomize', type: '@KustomizeDeploy', since: 1, until: 55 },
    ],
  },
  DockerDeploy: {
    fields: [
      { name: 'useCompose', type: 'b' },
      { name: 'images', type: '[s', required: true },
    ],
  },
  LegacyHelmDeploy: {
    fields: [
      { name: 'concurrency', type: 'i', since: 69, zeroIsSet: true },
      { name: 'releases', type: '[@HelmRelease' },
      { name: 'flags', type: '@HelmDeployFlags', since: 10, mergesFields: true },
      { name: 'hooks', type: '@DeployHooks', since: 48, mergesFields: true },
    ],
  },
  KptDeploy: {
    fields: [
      { name: 'dir', type: 's' },
      { name: 'applyFlags', type: '[s', since: 56 },
      { name: 'flags', type: '[s', since: 56 },
      { name: 'name', type: 's', since: 56 },
      { name: 'inventoryID', type: 's', since: 56 },
      { name: 'namespace', type: 's', since: 56 },
      { name: 'false', type: 'b', since: 56, until: 64 },
      { name: 'force', type: 'b', since: 65 },
      { name: 'defaultNamespace', type: 's', since: 56 },
      { name: 'applyDir', type: 's', until: 33 },
      { name: 'fn', type: '@KptFn', until: 55 },
      { name: 'live', type: '@KptLive', until: 55 },
    ],
  },
  KubectlDeploy: {
    fields: [
      { name: 'flags', type: '@KubectlFlags', since: 1, mergesFields: true },
      { name: 'remoteManifests', type: '[s', since: 1 },
      { name: 'defaultNamespace', type: 's', since: 34 },
      { name: 'hooks', type: '@DeployHooks', since: 47, mergesFields: true },
      { name: 'manifests', type: '[@KubectlManifest', until: 0 },
      { name: 'manifests', type: '[s', since: 1, until: 55 },
    ],
  },
  KubectlFlags: {
    fields: [
      { name: 'global', type: '[s' },
      { name: 'apply', type: '[s' },
      { name: 'delete', type: '[s' },
      { name: 'disableValidation', type: 'b', since: 25 },
    ],
  },
  CloudRunDeploy: {
    fields: [
      { name: 'projectid', type: 's' },
      { name: 'region', type: 's' },
      { name: 'hooks', type: '@CloudRunDeployHooks', since: 59, mergesFields: true },
    ],
  },
  CloudRunDeployHooks: {
    fields: [
      { name: 'before', type: '[@HostHook' },
      { name: 'after', type: '[@HostHook' },
    ],
  },
  DeployHooks: {
    fields: [
      { name: 'before', type: '[@DeployHookItem' },
      { name: 'after', type: '[@DeployHookItem' },
    ],
  },
  DeployHookItem: {
    fields: [
      { name: 'host', type: '@HostHook', group: 'deploy_hook' },
      { name: 'container', type: '@NamedContainerHook', group: 'deploy_hook' },
    ],
  },
  NamedContainerHook: {
    fields: [
      { name: 'command', type: '[s', required: true },
      { name: 'podName', type: 's', required: true },
      { name: 'containerName', type: 's' },
    ],
  },
  LogsConfig: {
    fields: [
      { name: 'prefix', type: 's' },
      { name: 'jsonParse', type: '@JSONParseConfig', since: 53, mergesFields: true },
    ],
  },
  JSONParseConfig: {
    fields: [
      { name: 'fields', type: '[s' },
    ],
  },
  PortForwardResource: {
    fields: [
      { name: 'resourceType', type: 's' },
      { name: 'resourceName', type: 's' },
      { name: 'namespace', type: 's' },
      { name: 'port', type: 'i', until: 35 },
      { name: 'port', type: 'p', since: 36 },
      { name: 'address', type: 's', since: 23 },
      { name: 'localPort', type: 'i' },
    ],
  },
  ResourceSelectorConfig: {
    fields: [
      { name: 'allow', type: '[@ResourceFilter' },
      { name: 'deny', type: '[@ResourceFilter' },
    ],
  },
  ResourceFilter: {
    fields: [
      { name: 'groupKind', type: 's', required: true },
      { name: 'image', type: '[s' },
      { name: 'labels', type: '[s' },
      { name: 'podSpec', type: '[s', since: 56 },
    ],
  },
  VerifyTestCase: {
    fields: [
      { name: 'name', type: 's', required: true },
      { name: 'timeout', type: 'i', since: 63, zeroIsSet: true },
      { name: 'container', type: '@LegacyVerifyContainer', required: true, until: 60, mergesFields: true },
      { name: 'container', type: '@VerifyContainer', required: true, since: 61, mergesFields: true },
      { name: 'executionMode', type: '@VerifyExecutionModeConfig', since: 61, mergesFields: true },
    ],
  },
  VerifyContainer: {
    fields: [
      { name: 'name', type: 's', required: true },
      { name: 'image', type: 's', required: true },
      { name: 'command', type: '[s' },
      { name: 'args', type: '[s' },
      { name: 'env', type: '[@VerifyEnvVar' },
    ],
  },
  LegacyVerifyContainer: {
    fields: [
      { name: 'name', type: 's', required: true },
      { name: 'image', type: 's', required: true },
      { name: 'command', type: '[s' },
      { name: 'args', type: '[s' },
      { name: 'env', type: '[@LegacyEnvVar' },
      { name: 'workingdir', type: 'y' },
      { name: 'ports', type: 'y' },
      { name: 'envfrom', type: 'y' },
      { name: 'resources', type: 'y' },
      { name: 'volumemounts', type: 'y' },
      { name: 'volumedevices', type: 'y' },
      { name: 'livenessprobe', type: 'y' },
      { name: 'readinessprobe', type: 'y' },
      { name: 'startupprobe', type: 'y' },
      { name: 'lifecycle', type: 'y' },
      { name: 'terminationmessagepath', type: 'y' },
      { name: 'terminationmessagepolicy', type: 'y' },
      { name: 'imagepullpolicy', type: 'y' },
      { name: 'securitycontext', type: 'y' },
      { name: 'stdin', type: 'y' },
      { name: 'stdinonce', type: 'y' },
      { name: 'tty', type: 'y' },
    ],
  },
  LegacyEnvVar: {
    fields: [
      { name: 'name', type: 's', required: true },
      { name: 'value', type: 's' },
      { name: 'valuefrom', type: 'y' },
    ],
  },
  VerifyEnvVar: {
    fields: [
      { name: 'name', type: 's', required: true },
      { name: 'value', type: 's' },
    ],
  },
  VerifyExecutionModeConfig: {
    fields: [
      { name: 'local', type: '@LocalVerifier' },
      { name: 'kubernetesCluster', type: '@KubernetesClusterVerifier' },
    ],
  },
  LocalVerifier: {
    fields: [
      { name: 'useLocalImages', type: 'b', since: 65 },
    ],
  },
  KubernetesClusterVerifier: {
    fields: [
      { name: 'overrides', type: 's' },
      { name: 'jobManifestPath', type: 's' },
    ],
  },
  Action: {
    fields: [
      { name: 'name', type: 's', required: true },
      { name: 'failFast', type: 'b', zeroIsSet: true },
      { name: 'timeout', type: 'i', zeroIsSet: true },
      { name: 'executionMode', type: '@ActionExecutionModeConfig', mergesFields: true },
      { name: 'containers', type: '[@VerifyContainer', required: true },
    ],
  },
  ActionExecutionModeConfig: {
    fields: [
      { name: 'local', type: '@LocalVerifier' },
      { name: 'kubernetesCluster', type: '@KubernetesClusterVerifier' },
    ],
  },
  Profile: {
    fields: [
      { name: 'name', type: 's', required: true },
      { name: 'activation', type: '[@Activation', since: 8 },
      { name: 'requiresAllActivations', type: 'b', since: 56 },
      { name: 'patches', type: '[@JSONPatch', since: 8 },
      { name: 'build', type: '@BuildConfig', mergesFields: true },
      { name: 'test', type: '[@TestCase', since: 3 },
      { name: 'manifests', type: '@RenderConfig', since: 56, mergesFields: true },
      { name: 'deploy', type: '@DeployConfig', mergesFields: true },
      { name: 'portForward', type: '[@PortForwardResource', since: 16 },
      { name: 'resourceSelector', type: '@ResourceSelectorConfig', since: 54, mergesFields: true },
      { name: 'verify', type: '[@VerifyTestCase', since: 56 },
      { name: 'customActions', type: '[@Action', since: 62 },
    ],
  },
  Activation: {
    fields: [
      { name: 'env', type: 's' },
      { name: 'kubeContext', type: 's' },
      { name: 'command', type: 's' },
    ],
  },
  JSONPatch: {
    fields: [
      { name: 'op', type: 's' },
      { name: 'path', type: 's', required: true },
      { name: 'from', type: 's' },
      { name: 'value', type: 'y' },
    ],
  },
  Auto: {
    fields: [],
  },
  KubectlManifest: {
    fields: [
      { name: 'paths', type: '[s' },
      { name: 'parameters', type: '{s' },
    ],
  },
  KustomizeDeploy: {
    fields: [
      { name: 'kustomizePath', type: 's', until: 2 },
      { name: 'path', type: 's', since: 3, until: 24 },
      { name: 'paths', type: '[s', since: 25 },
      { name: 'flags', type: '@KubectlFlags' },
      { name: 'buildArgs', type: '[s', since: 19 },
      { name: 'defaultNamespace', type: 's', since: 34 },
      { name: 'hooks', type: '@DeployHooks', since: 48 },
    ],
  },
  HelmImageStrategy: {
    fields: [
      { name: 'fqn', type: '@HelmFQNConfig', group: 'strategy' },
      { name: 'helm', type: '@HelmConventionConfig', group: 'strategy' },
    ],
  },
  HelmFQNConfig: {
    fields: [
      { name: 'property', type: 's' },
    ],
  },
  HelmConventionConfig: {
    fields: [
      { name: 'explicitRegistry', type: 'b', since: 17 },
    ],
  },
  KanikoBuild: {
    fields: [
      { name: 'gcsBucket', type: 's', until: 1 },
      { name: 'buildContext', type: '@KanikoBuildContext', since: 2 },
      { name: 'flags', type: '[s', since: 6 },
      { name: 'pullSecret', type: 's' },
      { name: 'pullSecretName', type: 's' },
      { name: 'namespace', type: 's' },
      { name: 'timeout', type: 's' },
      { name: 'image', type: 's', since: 3 },
      { name: 'dockerConfig', type: '@DockerConfig', since: 7 },
      { name: 'cache', type: '@KanikoCache', since: 5 },
    ],
  },
  KanikoBuildContext: {
    fields: [
      { name: 'gcsBucket', type: 's', group: 'context' },
      { name: 'localDir', type: '@LocalDir', group: 'context', since: 3 },
    ],
  },
  LocalDir: {
    fields: [
      { name: 'initImage', type: 's', since: 11 },
    ],
  },
  JibMavenArtifact: {
    fields: [
      { name: 'module', type: 's' },
      { name: 'profile', type: 's' },
      { name: 'args', type: '[s', since: 9 },
    ],
  },
  JibGradleArtifact: {
    fields: [
      { name: 'project', type: 's' },
      { name: 'args', type: '[s', since: 9 },
    ],
  },
  AzureContainerBuild: {
    fields: [
      { name: 'subscriptionId', type: 's' },
      { name: 'clientId', type: 's' },
      { name: 'clientSecret', type: 's' },
      { name: 'tenantId', type: 's' },
    ],
  },
  ExecutionEnvironment: {
    fields: [
      { name: 'name', type: 's', required: true },
      { name: 'properties', type: 'o' },
    ],
  },
  BuilderPlugin: {
    fields: [
      { name: 'name', type: 's', required: true },
      { name: 'properties', type: 'o' },
      { name: 'contents', type: 'y' },
    ],
  },
  KptFn: {
    fields: [
      { name: 'fnPath', type: 's' },
      { name: 'image', type: 's' },
      { name: 'networkName', type: 's' },
      { name: 'globalScope', type: 'b' },
      { name: 'network', type: 'b' },
      { name: 'mount', type: '[s' },
      { name: 'sinkDir', type: 's', since: 34 },
    ],
  },
  KptLive: {
    fields: [
      { name: 'apply', type: '@KptApplyOptions', until: 33 },
      { name: 'apply', type: '@KptApplyInventory', since: 34 },
      { name: 'inventoryID', type: 's', until: 33 },
      { name: 'inventoryNamespace', type: 's', until: 33 },
      { name: 'options', type: '@KptApplyOptions', since: 34 },
    ],
  },
  KptApplyInventory: {
    fields: [
      { name: 'dir', type: 's' },
      { name: 'inventoryID', type: 's' },
      { name: 'inventoryNamespace', type: 's' },
    ],
  },
  KptApplyOptions: {
    fields: [
      { name: 'pollPeriod', type: 's' },
      { name: 'prunePropagationPolicy', type: 's' },
      { name: 'pruneTimeout', type: 's' },
      { name: 'reconcileTimeout', type: 's' },
    ],
  },
};
