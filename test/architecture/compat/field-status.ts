import { clusterStatus } from './cluster-status.ts';
import { later, noEffect, type Refusal, type Status, works } from './status.ts';

const refusedBy = (by: Refusal['by'], naming: string, note?: string): Status => ({
  kind: 'refused',
  by,
  naming,
  ...(note === undefined ? {} : { note }),
});
const build = ['build'] as const;
const both = ['build', 'render'] as const;

const onlyDeployed = works('a deployment uses it, a render does not, as in Skaffold');

/**
 * What becomes of each field of the latest schema, by path. A path stands for everything below it that has no entry of
 * its own.
 */
export const fieldStatus: Readonly<Record<string, Status>> = {
  apiVersion: works(),
  kind: works('never checked, as in Skaffold'),
  'metadata.name': works(),
  metadata: works(),
  'metadata.labels': noEffect('for other tools; Skaffold reads neither'),
  'metadata.annotations': noEffect('for other tools; Skaffold reads neither'),

  'requires[]': works(),
  'requires[].git': works('a tag or commit can be brought up to date too, which Skaffold fails at'),
  'requires[].googleCloudStorage': refusedBy(both, 'requires[0].googleCloudStorage'),
  'requires[].googleCloudBuildRepoV2': refusedBy(both, 'requires[0].googleCloudBuildRepoV2'),

  build: works(),
  'build.platforms[]': works('several become an index, which has to be pushed'),
  'build.artifacts[].platforms[]': works('several become an index, which has to be pushed'),
  'build.artifacts[].runtimeType': works('handed on in the build-artifacts JSON'),
  'build.artifacts[].sync': later('dev'),
  'build.artifacts[].docker.network': works(
    '`RUN` alone sees it; the embedded engine and BuildKit have no networks of containers',
  ),
  'build.artifacts[].docker.addHost[]': works('`RUN` alone sees it'),
  'build.artifacts[].docker.cacheFrom[]': works(
    'the embedded engine has a cache of its own and says that it does not look there; BuildKit takes `type=registry,…` too',
  ),
  'build.artifacts[].docker.cacheTo[]': refusedBy(
    build,
    'build.artifacts.docker.cacheTo',
    'by the embedded engine; BuildKit keeps its cache there. Skaffold does not have the field',
  ),
  'build.artifacts[].docker.squash': works(
    'a Docker Engine that is not in experimental mode warns; the embedded engine and BuildKit refuse',
  ),
  'build.artifacts[].docker.cliFlags[]': refusedBy(
    build,
    'build.artifacts.docker.cliFlags',
    'by the embedded engine; a Docker Engine builds with the `docker` command then; of BuildKit `--label`, `--cache-from` and `--cache-to`',
  ),
  'build.artifacts[].docker.secrets[]': works(
    'Docker builds with BuildKit then, also where `useBuildkit` is not set; the embedded engine hands them over in memory',
  ),
  'build.artifacts[].docker.ssh': works(
    'Docker builds with BuildKit then, also where `useBuildkit` is not set; agents, no key files',
  ),
  'build.artifacts[].bazel': works('the archive is taken in and pushed from here; no daemon where the image is pushed'),
  'build.artifacts[].ko': works('compiled by the `go` command; no ko binary, and no daemon where the image is pushed'),
  'build.artifacts[].jib': works(
    'by Maven or Gradle; what an image is made of is asked again only when a build file changes',
  ),
  'build.artifacts[].buildpacks': works(
    'as the user of the builder image, where Skaffold builds as root; no pack command, and no daemon needed; BuildKit refuses it',
  ),
  'build.artifacts[].buildpacks.buildpacks[]': works('by id, of those that the builder holds; others are refused'),
  'build.artifacts[].buildpacks.trustBuilder': works(
    'not trusted, credentials are kept from the builder: the lifecycle then comes from `buildpacksio/lifecycle`, or from `SLIPWAY_LIFECYCLE_IMAGE`',
  ),
  'build.artifacts[].buildpacks.projectDescriptor': works(
    '`include` and `exclude` count, which Skaffold leaves out; buildpacks by `uri` or `script` are refused',
  ),
  'build.artifacts[].buildpacks.volumes[].options': works('`ro` and `rw`'),
  'build.artifacts[].buildpacks.buildArgs[]': noEffect('only builds on Google Cloud Build use it, as in Skaffold'),
  'build.artifacts[].custom': works('an image that is not pushed needs a Docker Engine'),
  'build.tagPolicy.customTemplate.components[].customTemplate': works('which is: not valid, as in Skaffold'),
  'build.local.tryImportMissing': refusedBy(build, 'build.local.tryImportMissing'),
  'build.local.useDockerCLI': works('where a Docker Engine builds; other engines use no Docker'),
  'build.local.useBuildkit': works(
    'where a Docker Engine builds, without the `docker` command; not set, BuildKit builds what only it can; other engines use no Docker',
  ),
  'build.googleCloudBuild': refusedBy(build, 'build.googleCloudBuild'),
  ...clusterStatus,

  'test[]': works('with `test`'),
  'test[].structureTests[]': works('with `container-structure-test` and a Docker Engine'),
  'test[].custom[].dependencies': later('dev', 'debug'),

  manifests: works(),
  'manifests.rawYaml[]': works('files, patterns and http(s) addresses; `gs://` is refused'),
  'manifests.remoteManifests[]': works('read with `kubectl get`'),
  'manifests.helm': works('with the `helm` command, version 3.1 or newer'),
  'manifests.helm.flags.install[]': onlyDeployed,
  'manifests.helm.flags.upgrade[]': onlyDeployed,
  'manifests.helm.releases[].createNamespace': onlyDeployed,
  'manifests.helm.releases[].wait': onlyDeployed,
  'manifests.helm.releases[].recreatePods': onlyDeployed,
  'manifests.helm.releases[].upgradeOnChange': onlyDeployed,
  'manifests.helm.releases[].packaged': works(
    'a render takes the chart as it lies, without `version`, as in Skaffold; only a deployment packages it',
  ),
  'manifests.helm.releases[].dependsOn[]': works(
    'orders a deployment; rendered in the order of the list, as in Skaffold',
  ),
  'manifests.helm.releases[].valuesFiles[]': works('`gs://` is refused'),
  'manifests.kpt[]': works('with `kpt fn render`'),
  'manifests.hooks': works(),
  'manifests.transform[]': works('with `kpt fn eval`; not for `manifests.helm`, in Skaffold neither'),
  'manifests.validate[]': works(
    'with `kpt fn eval`; not for `manifests.kustomize` and `manifests.helm`, and without `configMap`, as in Skaffold',
  ),
  'manifests.output': noEffect('`render` does not read it in Skaffold either; use `--output`'),

  deploy: later('deploy', 'run', 'dev', 'debug'),
  'deploy.docker': works(
    'keeps images and their names on this machine unless told to push: `--default-repo` is not used; deploying is not built yet',
  ),
  'deploy.docker.useCompose': later('deploy', 'run', 'dev', 'debug'),
  'deploy.docker.images[]': later('deploy', 'run', 'dev', 'debug'),
  'deploy.helm': later('deploy', 'run', 'dev', 'debug'),
  'deploy.helm.releases[]': works(
    'rendered where `manifests.helm` has no release of that name, without `deploy.helm.flags`, as in Skaffold; deploying is not built yet',
  ),
  'deploy.kubectl.remoteManifests[]': noEffect('Skaffold 2 does not read it either'),
  'deploy.kubeContext': later('deploy', 'run', 'dev', 'debug'),

  'portForward[]': later('deploy', 'run', 'dev', 'debug', 'verify', 'exec'),
  resourceSelector: works(),
  'verify[]': later('verify'),
  'customActions[]': later('exec'),

  'profiles[]': works(),
  'profiles[].build': works('as the section of that name above'),
  'profiles[].test[]': works('as the section of that name above'),
  'profiles[].manifests': works('as the section of that name above'),
  'profiles[].deploy': works('as the section of that name above'),
  'profiles[].portForward[]': works('as the section of that name above'),
  'profiles[].resourceSelector': works('as the section of that name above'),
  'profiles[].verify[]': works('as the section of that name above'),
  'profiles[].customActions[]': works('as the section of that name above'),
};

/** The entry that holds for a field: its own, or that of what it lies in. */
export function entryOf(path: string): string | undefined {
  if (Object.hasOwn(fieldStatus, path)) return path;
  const parent = path.slice(0, Math.max(path.lastIndexOf('.'), 0));
  return parent === '' ? undefined : entryOf(parent);
}
