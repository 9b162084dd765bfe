// Made by `npm run generate` from schemas/skaffold.schema.json; do not edit.
import type { Definition } from '../schema.ts';

export const rootDefinition = 'SkaffoldConfig';

export const definitions: Readonly<Record<string, Definition>> = {
  SkaffoldConfig: {
    fields: [
      { name: 'apiVersion', type: 's', required: true },
      { name: 'kind', type: 's', required: true },
      { name: 'metadata', type: '@Metadata', mergesFields: true },
      { name: 'requires', type: '[@ConfigDependency' },
      { name: 'build', type: '@BuildConfig', mergesFields: true },
      { name: 'test', type: '[@TestCase' },
      { name: 'manifests', type: '@RenderConfig', mergesFields: true },
      { name: 'deploy', type: '@DeployConfig', mergesFields: true },
      { name: 'portForward', type: '[@PortForwardResource' },
      { name: 'resourceSelector', type: '@ResourceSelectorConfig', mergesFields: true },
      { name: 'verify', type: '[@VerifyTestCase' },
      { name: 'customActions', type: '[@Action', since: 62 },
      { name: 'profiles', type: '[@Profile' },
    ],
  },
  Metadata: {
    fields: [
      { name: 'name', type: 's' },
      { name: 'labels', type: '{s' },
      { name: 'annotations', type: '{s' },
    ],
  },
  ConfigDependency: {
    fields: [
      { name: 'configs', type: '[s' },
      { name: 'path', type: 's', group: 'paths', path: true },
      { name: 'git', type: '@GitInfo', group: 'paths' },
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
      { name: 'insecureRegistries', type: '[s' },
      { name: 'platforms', type: '[s' },
      { name: 'tagPolicy', type: '@TagPolicy', mergesFields: true },
      { name: 'local', type: '@LocalBuild', group: 'build' },
      { name: 'googleCloudBuild', type: '@GoogleCloudBuild', group: 'build' },
      { name: 'cluster', type: '@ClusterDetails', group: 'build' },
    ],
  },
  TagPolicy: {
    fields: [
      { name: 'gitCommit', type: '@GitTagger', group: 'tag' },
      { name: 'sha256', type: '@ShaTagger', group: 'tag' },
      { name: 'envTemplate', type: '@EnvTemplateTagger', group: 'tag' },
      { name: 'dateTime', type: '@DateTimeTagger', group: 'tag' },
      { name: 'customTemplate', type: '@CustomTemplateTagger', group: 'tag' },
      { name: 'inputDigest', type: '@InputDigest', group: 'tag' },
    ],
  },
  GitTagger: {
    fields: [
      { name: 'variant', type: 's' },
      { name: 'prefix', type: 's' },
      { name: 'ignoreChanges', type: 'b' },
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
      { name: 'inputDigest', type: '@InputDigest', group: 'tag' },
    ],
  },
  LocalBuild: {
    fields: [
      { name: 'push', type: 'b', zeroIsSet: true },
      { name: 'tryImportMissing', type: 'b' },
      { name: 'useDockerCLI', type: 'b' },
      { name: 'useBuildkit', type: 'b', zeroIsSet: true },
      { name: 'concurrency', type: 'i', zeroIsSet: true },
    ],
  },
  GoogleCloudBuild: {
    fields: [
      { name: 'projectId', type: 's' },
      { name: 'diskSizeGb', type: 'i' },
      { name: 'machineType', type: 's' },
      { name: 'timeout', type: 's' },
      { name: 'logging', type: 's' },
      { name: 'logStreamingOption', type: 's' },
      { name: 'dockerImage', type: 's' },
      { name: 'kanikoImage', type: 's' },
      { name: 'mavenImage', type: 's' },
      { name: 'gradleImage', type: 's' },
      { name: 'packImage', type: 's' },
      { name: 'koImage', type: 's' },
      { name: 'bucket', type: 's', since: 69 },
      { name: 'concurrency', type: 'i' },
      { name: 'workerPool', type: 's' },
      { name: 'region', type: 's' },
      { name: 'serviceAccount', type: 's' },
      { name: 'platformEmulatorInstallStep', type: '@PlatformEmulatorInstallStep' },
    ],
  },
  PlatformEmulatorInstallStep: {
    fields: [
      { name: 'image', type: 's', required: true },
      { name: 'args', type: '[s' },
      { name: 'entrypoint', type: 's' },
    ],
  },
  ClusterDetails: { ignoresUnknown: true,
    fields: [
      { name: 'HTTP_PROXY', type: 's' },
      { name: 'HTTPS_PROXY', type: 's' },
      { name: 'pullSecretPath', type: 's' },
      { name: 'pullSecretName', type: 's' },
      { name: 'pullSecretMountPath', type: 's' },
      { name: 'namespace', type: 's' },
      { name: 'timeout', type: 's' },
      { name: 'dockerConfig', type: '@DockerConfig' },
      { name: 'serviceAccount', type: 's' },
      { name: 'tolerations', type: '[y' },
      { name: 'nodeSelector', type: '{s' },
      { name: 'annotations', type: '{s' },
      { name: 'labels', type: '{s', since: 69 },
      { name: 'runAsUser', type: 'i', zeroIsSet: true },
      { name: 'resources', type: '@ResourceRequirements' },
      { name: 'concurrency', type: 'i' },
      { name: 'volumes', type: '[y' },
      { name: 'randomPullSecret', type: 'b' },
      { name: 'randomDockerConfigSecret', type: 'b' },
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
      { name: 'ephemeralStorage', type: 's' },
      { name: 'resourceStorage', type: 's' },
    ],
  },
  Artifact: {
    fields: [
      { name: 'image', type: 's', required: true },
      { name: 'context', type: 's', path: true },
      { name: 'platforms', type: '[s' },
      { name: 'runtimeType', type: 's', since: 59 },
      { name: 'requires', type: '[@ArtifactDependency' },
      { name: 'hooks', type: '@BuildHooks', mergesFields: true },
      { name: 'sync', type: '@Sync' },
      { name: 'docker', type: '@DockerArtifact', group: 'artifact' },
      { name: 'bazel', type: '@BazelArtifact', group: 'artifact' },
      { name: 'ko', type: '@KoArtifact', group: 'artifact' },
      { name: 'jib', type: '@JibArtifact', group: 'artifact' },
      { name: 'kaniko', type: '@KanikoArtifact', group: 'artifact' },
      { name: 'buildpacks', type: '@BuildpackArtifact', group: 'artifact' },
      { name: 'custom', type: '@CustomArtifact', group: 'artifact' },
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
      { name: 'dir', type: 's', path: true },
    ],
  },
  Sync: {
    fields: [
      { name: 'manual', type: '[@SyncRule', group: 'sync' },
      { name: 'infer', type: '[s', group: 'sync' },
      { name: 'auto', type: 'b', group: 'sync', zeroIsSet: true },
      { name: 'hooks', type: '@SyncHooks', mergesFields: true },
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
      { name: 'dockerfile', type: 's' },
      { name: 'target', type: 's' },
      { name: 'buildArgs', type: '{n' },
      { name: 'network', type: 's' },
      { name: 'addHost', type: '[s' },
      { name: 'cacheFrom', type: '[s' },
      { name: 'cliFlags', type: '[s' },
      { name: 'pullParent', type: 'b' },
      { name: 'noCache', type: 'b' },
      { name: 'squash', type: 'b' },
      { name: 'secrets', type: '[@DockerSecret' },
      { name: 'ssh', type: 's' },
    ],
  },
  DockerSecret: {
    fields: [
      { name: 'id', type: 's', required: true },
      { name: 'src', type: 's', group: 'secretSource' },
      { name: 'env', type: 's', group: 'secretSource' },
    ],
  },
  BazelArtifact: {
    fields: [
      { name: 'target', type: 's', required: true },
      { name: 'args', type: '[s' },
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
      { name: 'fromImage', type: 's' },
    ],
  },
  KanikoArtifact: { ignoresUnknown: true,
    fields: [
      { name: 'cleanup', type: 'b' },
      { name: 'insecure', type: 'b' },
      { name: 'insecurePull', type: 'b' },
      { name: 'noPush', type: 'b', until: 61 },
      { name: 'force', type: 'b' },
      { name: 'logTimestamp', type: 'b' },
      { name: 'reproducible', type: 'b' },
      { name: 'singleSnapshot', type: 'b' },
      { name: 'skipTLS', type: 'b' },
      { name: 'skipTLSVerifyPull', type: 'b' },
      { name: 'skipUnusedStages', type: 'b' },
      { name: 'useNewRun', type: 'b' },
      { name: 'whitelistVarRun', type: 'b' },
      { name: 'dockerfile', type: 's' },
      { name: 'target', type: 's' },
      { name: 'initImage', type: 's' },
      { name: 'image', type: 's' },
      { name: 'imagePullSecret', type: 's', since: 69 },
      { name: 'destination', type: '[s', since: 68 },
      { name: 'digestFile', type: 's' },
      { name: 'imageFSExtractRetry', type: 's' },
      { name: 'imageNameWithDigestFile', type: 's' },
      { name: 'logFormat', type: 's' },
      { name: 'ociLayoutPath', type: 's' },
      { name: 'registryMirror', type: 's' },
      { name: 'snapshotMode', type: 's' },
      { name: 'pushRetry', type: 's' },
      { name: 'tarPath', type: 's' },
      { name: 'verbosity', type: 's' },
      { name: 'insecureRegistry', type: '[s' },
      { name: 'skipTLSVerifyRegistry', type: '[s' },
      { name: 'env', type: '[y' },
      { name: 'cache', type: '@KanikoCache' },
      { name: 'registryCertificate', type: '{s' },
      { name: 'label', type: '{s' },
      { name: 'buildArgs', type: '{n' },
      { name: 'volumeMounts', type: '[y' },
      { name: 'contextSubPath', type: 's', path: true },
      { name: 'ignorePaths', type: '[s', since: 59 },
      { name: 'copyMaxRetries', type: 'i', since: 67, zeroIsSet: true },
      { name: 'copyTimeout', type: 's', since: 67 },
      { name: 'buildContextCompressionLevel', type: 'i', since: 69, zeroIsSet: true },
    ],
  },
  KanikoCache: {
    fields: [
      { name: 'repo', type: 's' },
      { name: 'hostPath', type: 's' },
      { name: 'ttl', type: 's' },
      { name: 'cacheCopyLayers', type: 'b' },
      { name: 'cacheRunLayers', type: 'b', since: 69, zeroIsSet: true },
    ],
  },
  BuildpackArtifact: {
    fields: [
      { name: 'builder', type: 's' },
      { name: 'runImage', type: 's' },
      { name: 'env', type: '[s' },
      { name: 'buildpacks', type: '[s' },
      { name: 'trustBuilder', type: 'b' },
      { name: 'clearCache', type: 'b' },
      { name: 'projectDescriptor', type: 's' },
      { name: 'dependencies', type: '@BuildpackDependencies' },
      { name: 'volumes', type: '[@BuildpackVolume' },
      { name: 'buildArgs', type: '[s', since: 71 },
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
      { name: 'context', type: 's', path: true },
      { name: 'custom', type: '[@CustomTest' },
      { name: 'structureTests', type: '[s', path: true },
      { name: 'structureTestsArgs', type: '[s' },
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
      { name: 'remoteManifests', type: '[@RemoteManifest' },
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
      { name: 'remoteChart', type: 's', group: 'chartSource' },
      { name: 'valuesFiles', type: '[s', path: true },
      { name: 'namespace', type: 's' },
      { name: 'version', type: 's' },
      { name: 'setValues', type: 'f' },
      { name: 'setValueTemplates', type: 'f' },
      { name: 'setFiles', type: '{s', path: true },
      { name: 'createNamespace', type: 'b', zeroIsSet: true },
      { name: 'wait', type: 'b' },
      { name: 'recreatePods', type: 'b' },
      { name: 'skipBuildDependencies', type: 'b' },
      { name: 'skipTests', type: 'b' },
      { name: 'useHelmSecrets', type: 'b' },
      { name: 'repo', type: 's' },
      { name: 'upgradeOnChange', type: 'b', zeroIsSet: true },
      { name: 'overrides', type: 'y' },
      { name: 'packaged', type: '@HelmPackaged' },
      { name: 'dependsOn', type: '[s', since: 69 },
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
      { name: 'docker', type: '@DockerDeploy' },
      { name: 'helm', type: '@LegacyHelmDeploy' },
      { name: 'kpt', type: '@KptDeploy' },
      { name: 'kubectl', type: '@KubectlDeploy' },
      { name: 'cloudrun', type: '@CloudRunDeploy' },
      { name: 'statusCheck', type: 'b', zeroIsSet: true },
      { name: 'statusCheckDeadlineSeconds', type: 'i' },
      { name: 'tolerateFailuresUntilDeadline', type: 'b' },
      { name: 'kubeContext', type: 's' },
      { name: 'logs', type: '@LogsConfig', mergesFields: true },
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
      { name: 'flags', type: '@HelmDeployFlags', mergesFields: true },
      { name: 'hooks', type: '@DeployHooks', mergesFields: true },
    ],
  },
  KptDeploy: {
    fields: [
      { name: 'dir', type: 's' },
      { name: 'applyFlags', type: '[s' },
      { name: 'flags', type: '[s' },
      { name: 'name', type: 's' },
      { name: 'inventoryID', type: 's' },
      { name: 'namespace', type: 's' },
      { name: 'false', type: 'b', until: 64 },
      { name: 'force', type: 'b', since: 65 },
      { name: 'defaultNamespace', type: 's' },
    ],
  },
  KubectlDeploy: {
    fields: [
      { name: 'flags', type: '@KubectlFlags', mergesFields: true },
      { name: 'remoteManifests', type: '[s' },
      { name: 'defaultNamespace', type: 's' },
      { name: 'hooks', type: '@DeployHooks', mergesFields: true },
    ],
  },
  KubectlFlags: {
    fields: [
      { name: 'global', type: '[s' },
      { name: 'apply', type: '[s' },
      { name: 'delete', type: '[s' },
      { name: 'disableValidation', type: 'b' },
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
      { name: 'jsonParse', type: '@JSONParseConfig', mergesFields: true },
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
      { name: 'port', type: 'p' },
      { name: 'address', type: 's' },
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
      { name: 'podSpec', type: '[s' },
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
      { name: 'activation', type: '[@Activation' },
      { name: 'requiresAllActivations', type: 'b' },
      { name: 'patches', type: '[@JSONPatch' },
      { name: 'build', type: '@BuildConfig', mergesFields: true },
      { name: 'test', type: '[@TestCase' },
      { name: 'manifests', type: '@RenderConfig', mergesFields: true },
      { name: 'deploy', type: '@DeployConfig', mergesFields: true },
      { name: 'portForward', type: '[@PortForwardResource' },
      { name: 'resourceSelector', type: '@ResourceSelectorConfig', mergesFields: true },
      { name: 'verify', type: '[@VerifyTestCase' },
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
};
