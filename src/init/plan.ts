import type { SkaffoldConfig } from '../config/generated/types.ts';
import type { Context } from '../core/ports.ts';
import { readArtifacts } from './artifacts.ts';
import { findBuilders } from './builders.ts';
import { configurationOf } from './configuration.ts';
import { noBuilder } from './failures.ts';
import { type GeneratedManifest, generateManifests } from './generate.ts';
import { matchImages, type Pairing, resolveRest } from './pairing.ts';
import { readProject } from './project.ts';
import { checkSource, chooseSource, type ManifestSource, sourceSections } from './sources.ts';
import type { InitOptions, Pair } from './types.ts';
import { projectFiles } from './walk.ts';

/** What was found in the project. */
export interface Survey {
  readonly source: ManifestSource;
  /** Undefined where the build section is left out. */
  readonly pairing: Pairing | undefined;
}

/** What `init` would write. */
export interface Plan {
  readonly config: SkaffoldConfig;
  readonly manifests: readonly GeneratedManifest[];
}

/**
 * Looks through the working directory. Artifacts that are given take the place of all pairing.
 *
 * @throws `INIT_CONFIG_EXISTS`, `INIT_NO_BUILDER`; `USAGE` for an artifact that cannot be understood.
 */
export async function surveyProject(options: InitOptions, ctx: Context): Promise<Survey> {
  const files = await projectFiles(options, ctx);
  const project = await readProject(files, options, ctx);
  const builders = options.skipBuild ? [] : await findBuilders(files, options, ctx);
  const source = await chooseSource(project, options, ctx);
  if (options.skipBuild) return { source, pairing: undefined };
  if (options.artifacts.length > 0) {
    return { source, pairing: { pairs: readArtifacts(options.artifacts), builders, images: [] } };
  }
  if (builders.length === 0) throw noBuilder();
  return { source, pairing: matchImages(builders, 'images' in source ? source.images : [], ctx) };
}

/**
 * The configuration for what was found, and the manifests to write beside it.
 *
 * @throws `INIT_AMBIGUOUS`, `INIT_NO_MANIFEST`, `INIT_NO_CHART`.
 */
export function planProject({ source, pairing }: Survey, options: InitOptions, ctx: Context): Plan {
  const pairs = pairsOf(pairing, options);
  const manifests = generateManifests(pairs, ctx);
  const generated = pairs.filter(({ manifest }) => manifest !== undefined);
  checkSource(
    source,
    generated.map(({ image }) => image),
  );
  const paths = manifests.map(({ path }) => path);
  return {
    config: configurationOf(ctx.system.cwd, pairs, sourceSections(source, paths, options, ctx)),
    manifests,
  };
}

/** Images that were made up are built only when their manifests are written too (as in Skaffold). */
function pairsOf(pairing: Pairing | undefined, options: InitOptions): readonly Pair[] {
  if (pairing === undefined) return [];
  if (options.artifacts.length > 0) return pairing.pairs;
  return resolveRest(pairing).filter(({ manifest }) => manifest === undefined || options.generateManifests);
}
