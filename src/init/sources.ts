import { basename } from 'node:path';
import type { HelmRelease, SkaffoldConfig } from '../config/generated/types.ts';
import type { Context } from '../core/ports.ts';
import { noChart, noManifest } from './failures.ts';
import { imagesOfReleases, releasesOf } from './helm.ts';
import type { ProjectManifests } from './project.ts';
import type { InitOptions } from './types.ts';

/** Where the manifests will come from. Exactly one kind of source is used. */
export type ManifestSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'given'; readonly paths: readonly string[] }
  | { readonly kind: 'kustomize'; readonly paths: readonly string[]; readonly images: readonly string[] }
  | { readonly kind: 'helm'; readonly releases: readonly HelmRelease[]; readonly images: readonly string[] }
  | { readonly kind: 'raw'; readonly paths: readonly string[]; readonly images: readonly string[] };

/** The source to use: none, what was given, kustomize, helm, raw manifests; the first that there is. */
export async function chooseSource(
  { manifests, kustomizations, charts }: ProjectManifests,
  options: Pick<InitOptions, 'skipDeploy' | 'manifests'>,
  ctx: Context,
): Promise<ManifestSource> {
  if (options.skipDeploy) return { kind: 'none' };
  if (options.manifests.length > 0) return { kind: 'given', paths: options.manifests };
  const images = manifests.flatMap((manifest) => manifest.images);
  if (kustomizations.length > 0) return { kind: 'kustomize', paths: kustomizations, images };
  if (charts.length === 0) return { kind: 'raw', paths: manifests.map(({ path }) => path), images };
  const releases = await releasesOf(charts, ctx);
  return { kind: 'helm', releases, images: await imagesOfReleases(releases, ctx) };
}

/** @throws `INIT_NO_MANIFEST` and `INIT_NO_CHART` where nothing could be deployed. */
export function checkSource(source: ManifestSource, generatedImages: readonly string[]): void {
  if (source.kind === 'helm' && source.releases.length === 0) throw noChart();
  if (source.kind === 'kustomize' && source.images.length === 0) throw noManifest();
  if (source.kind === 'raw' && source.images.length + generatedImages.length === 0) throw noManifest();
}

/** The sections that say where manifests come from; generated ones are added to raw manifests. */
export function sourceSections(
  source: ManifestSource,
  generated: readonly string[],
  options: Pick<InitOptions, 'defaultKustomization'>,
  ctx: Context,
): Pick<SkaffoldConfig, 'manifests' | 'deploy' | 'profiles'> {
  if (source.kind === 'none') return {};
  if (source.kind === 'given') return { manifests: { rawYaml: source.paths } };
  // Not `manifests.helm`: Skaffold writes releases where version 1 had them.
  if (source.kind === 'helm') return { deploy: { helm: { releases: source.releases } } };
  if (source.kind === 'raw') return { manifests: { rawYaml: [...new Set([...source.paths, ...generated])] } };
  return kustomizeSections(source.paths, options.defaultKustomization, ctx);
}

function kustomizeSections(
  paths: readonly string[],
  wanted: string,
  ctx: Context,
): Pick<SkaffoldConfig, 'manifests' | 'profiles'> {
  const [only] = paths;
  const main = paths.length === 1 && only !== undefined ? only : defaultOf(paths, wanted, ctx);
  if (wanted !== '' && wanted !== main) warn(`--default-kustomization: there is no kustomization in ${wanted}`, ctx);
  const others = paths.filter((path) => path !== main);
  const profiles = others.map((path) => ({ name: basename(path), manifests: { kustomize: { paths: [path] } } }));
  return {
    manifests: { kustomize: { paths: [main] } },
    ...(profiles.length === 0 ? {} : { profiles }),
  };
}

/** The kustomization asked for, else one named `dev`, else the first that is not named `prod`. */
function defaultOf(paths: readonly string[], wanted: string, ctx: Context): string {
  if (paths.includes(wanted)) return wanted;
  const dev = paths.findLast((path) => basename(path) === 'dev');
  const chosen = dev ?? paths.find((path) => basename(path) !== 'prod') ?? paths[0] ?? '';
  warn(`multiple kustomizations found but no default provided - defaulting to ${chosen}`, ctx);
  return chosen;
}

function warn(message: string, ctx: Context): void {
  ctx.emit({ type: 'log', level: 'warning', message });
}
