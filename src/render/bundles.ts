import type { Manifest, ManifestOrigin } from '../core/manifest.ts';
import type { Context } from '../core/ports.ts';
import type { Module, PluginEntry } from '../core/project.ts';
import { unwrapLoneList } from '../manifest/documents.ts';
import { applySetters as fillComments } from '../manifest/setters.ts';
import { joinDocuments, splitDocuments } from '../manifest/split.ts';
import { documentsText } from './document-text.ts';
import { applySetters, transformsOf, validatorsOf } from './kpt/functions.ts';
import { transformText, validateText } from './kpt/run.ts';
import { readAll } from './read-all.ts';
import { rendererFor } from './renderers/index.ts';

/** Sources that are rendered together. */
export interface Bundle {
  readonly entries: readonly PluginEntry[];
  /** Undefined for a source that stands alone and takes care of functions and parameters itself. */
  readonly kind: 'files' | 'packages' | undefined;
}

/** The sources of a module in their order, neighbours of one kind together. */
export function bundlesOf({ manifests }: Module): readonly Bundle[] {
  const bundles: Bundle[] = [];
  for (const entry of manifests) {
    const kind = rendererFor(entry.type).bundle;
    const last = bundles.at(-1);
    if (kind !== undefined && last?.kind === kind) bundles.splice(-1, 1, { kind, entries: [...last.entries, entry] });
    else bundles.push({ kind, entries: [entry] });
  }
  return bundles;
}

/**
 * `manifests.transform` and parameters, in Skaffold's order: functions see the manifests as their authors wrote them,
 * comments included; parameters in comments are filled in afterwards. In kpt packages a function sets parameters.
 */
export async function prepare(
  kind: 'files' | 'packages',
  manifests: readonly Manifest[],
  parameters: ReadonlyMap<string, string>,
  module: Module,
  ctx: Context,
): Promise<readonly Manifest[]> {
  const functions = [...transformsOf(module)];
  if (kind === 'packages' && parameters.size > 0) functions.push(applySetters(parameters));
  if (functions.length === 0) return fill(kind, manifests, parameters);
  const text = await transformText(functions, writtenText(manifests), ctx);
  const source = `kpt fn eval ${functions.at(-1)?.name}`;
  return fill(kind, await readAll([{ module: module.name, source, text }]), parameters);
}

async function fill(
  kind: 'files' | 'packages',
  manifests: readonly Manifest[],
  parameters: ReadonlyMap<string, string>,
): Promise<readonly Manifest[]> {
  return kind === 'packages' ? manifests : fillComments(parameters, unwrapLoneList(manifests));
}

/** What was read, with comments and order of keys. */
function writtenText(manifests: readonly Manifest[]): string {
  const origins = new Set<ManifestOrigin>(manifests.map(({ origin }) => origin));
  return joinDocuments([...origins].flatMap(({ text }) => splitDocuments(text)));
}

/** `manifests.validate`: functions look at what is going to be printed. */
export async function validateManifests(manifests: readonly Manifest[], module: Module, ctx: Context): Promise<void> {
  const functions = validatorsOf(module);
  if (functions.length > 0) await validateText(functions, documentsText(manifests), ctx);
}
