import { noEffect, type Refusal, type Status, works } from './status.ts';

const refused = (field: string, note: string, engine?: Refusal['engine']): Status => ({
  kind: 'refused',
  by: ['build'],
  naming: field,
  note,
  ...(engine === undefined ? {} : { engine }),
});

const noKaniko = noEffect('for kaniko itself, which does not run: a BuildKit builds');
const noPod = noEffect('for pods that run kaniko, and none is made: the BuildKit has the pod it was given');
const inPod = noEffect('a file of the pod that kaniko runs in, which is gone after the build with Skaffold too');
const secrets = noEffect('BuildKit is given the credentials of this machine, for the registries of the build');
const daemon = 'how BuildKit reaches registries stands in `buildkitd.toml`';

const kaniko: Readonly<Record<string, Status>> = {
  '': works(
    'with a BuildKit: that of `BUILDKIT_HOST`, else pods of the cluster with the label `app=buildkitd`; `--engine=docker` and `--engine=embedded` build the same Dockerfile on this machine',
  ),
  cleanup: noKaniko,
  insecure: works('for where images are pushed to; TLS without verification too'),
  insecurePull: refused('insecurePull', daemon),
  force: noKaniko,
  logTimestamp: noKaniko,
  reproducible: works('times of files too, as `SOURCE_DATE_EPOCH` 0; a Docker Engine refuses'),
  singleSnapshot: refused('singleSnapshot', 'BuildKit makes a layer of each instruction'),
  skipTLS: works('for where images are pushed to; plain HTTP too'),
  skipTLSVerifyPull: refused('skipTLSVerifyPull', daemon),
  skipUnusedStages: noEffect('stages that the target does not need are never built'),
  useNewRun: noKaniko,
  whitelistVarRun: noKaniko,
  dockerfile: works(),
  target: works(),
  initImage: noKaniko,
  image: noKaniko,
  imagePullSecret: noKaniko,
  'destination[]': works('copied there after the build, and again where it is missing later'),
  digestFile: noEffect('BuildKit tells the digest itself'),
  imageFSExtractRetry: noKaniko,
  imageNameWithDigestFile: inPod,
  logFormat: noKaniko,
  ociLayoutPath: inPod,
  registryMirror: refused('registryMirror', daemon),
  snapshotMode: noKaniko,
  pushRetry: noEffect('BuildKit retries pushes by its own rules'),
  tarPath: inPod,
  verbosity: noKaniko,
  'insecureRegistry[]': works('BuildKit pulls from them as its own configuration says'),
  'skipTLSVerifyRegistry[]': works('BuildKit pulls from them as its own configuration says'),
  'env[]': works('for templates of `buildArgs`, and for arguments without a value'),
  cache: works(
    "BuildKit's registry cache, each image under a tag of its own; a Docker Engine and the embedded engine have their own cache",
  ),
  'cache.repo': works('with a tag, that one'),
  'cache.hostPath': noEffect('BuildKit keeps base images itself'),
  'cache.ttl': refused('cache.ttl', 'cached steps have no age limit'),
  'cache.cacheCopyLayers': noEffect('copied layers are always cached'),
  'cache.cacheRunLayers': works('false builds without any cache'),
  label: works(),
  buildArgs: works(),
  registryCertificate: refused('registryCertificate', daemon),
  'volumeMounts[]': refused('volumeMounts', 'no pod is made for a build; `RUN --mount` has caches and secrets'),
  contextSubPath: works('inside of the context only'),
  'ignorePaths[]': refused('ignorePaths', 'an image has all that its instructions write'),
  copyMaxRetries: noEffect('only changed files are sent, over the connection of the build'),
  copyTimeout: noEffect('only changed files are sent, over the connection of the build'),
  buildContextCompressionLevel: noEffect('only changed files are sent, over the connection of the build'),
};

const cluster: Readonly<Record<string, Status>> = {
  '': works('kaniko artifacts with a BuildKit, as below `kaniko`; always pushed, unless `--push=false` is given'),
  HTTP_PROXY: refused('HTTP_PROXY', 'BuildKit uses the proxies of its own environment'),
  HTTPS_PROXY: refused('HTTPS_PROXY', 'BuildKit uses the proxies of its own environment'),
  pullSecretPath: refused('pullSecretPath', 'registries get the credentials of this machine'),
  pullSecretName: works('told to custom artifacts; BuildKit is given the credentials of this machine'),
  pullSecretMountPath: secrets,
  namespace: works('where BuildKits are looked for; told to custom artifacts'),
  timeout: works('of each build; told to custom artifacts'),
  dockerConfig: works(),
  'dockerConfig.path': refused('dockerConfig.path', 'unless it is the file that `docker` uses here'),
  'dockerConfig.secretName': works('told to custom artifacts; BuildKit is given the credentials of this machine'),
  serviceAccount: noPod,
  'tolerations[]': noPod,
  nodeSelector: noPod,
  annotations: noPod,
  labels: noPod,
  runAsUser: noPod,
  resources: noPod,
  concurrency: works(),
  'volumes[]': noPod,
  randomPullSecret: secrets,
  randomDockerConfigSecret: secrets,
};

const below = (path: string, name: string): string => (name === '' ? path : `${path}.${name}`);

function placed(path: string, naming: string, fields: Readonly<Record<string, Status>>): Record<string, Status> {
  const entries = Object.entries(fields).map(([name, status]) => {
    const own = status.kind === 'refused' ? { ...status, naming: `${naming}.${status.naming}` } : status;
    return [below(path, name), own] as const;
  });
  return Object.fromEntries(entries);
}

/** What becomes of `build.cluster` and of the kaniko artifacts it builds, by path. */
export const clusterStatus: Readonly<Record<string, Status>> = {
  ...placed('build.artifacts[].kaniko', 'build.artifacts.kaniko', kaniko),
  ...placed('build.cluster', 'build.cluster', cluster),
};
