import { dirname, join } from 'node:path';
import type { Manifest } from '../../core/manifest.ts';
import type { Context } from '../../core/ports.ts';
import { readManifests } from '../../manifest/documents.ts';
import { fieldOf } from '../../manifest/fields.ts';
import { applySetters } from '../../manifest/setters.ts';
import { decodeYaml } from '../../yaml/text.ts';
import { documentsText } from '../document-text.ts';
import type { KptFunction } from '../kpt/functions.ts';
import { transformFile } from '../kpt/run.ts';
import { shownPath } from '../paths.ts';
import { filesOfKustomization } from './files.ts';

/** What is done to every manifest and patch before kustomize reads it. */
export interface MirrorChanges {
  readonly functions: readonly KptFunction[];
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Copies all that a kustomization reads below another directory, each file at its absolute path, with functions and
 * parameters applied to Kubernetes objects (Skaffold's way to have both before kustomize drops comments).
 *
 * @param directory absolute.
 * @param root absolute, empty.
 * @returns where the kustomization lies in the copy.
 * @throws {ToolError} what functions and parameters fail with.
 */
export async function mirrorKustomization(
  directory: string,
  root: string,
  changes: MirrorChanges,
  ctx: Context,
): Promise<string> {
  const { files } = ctx.system;
  for (const [path, kind] of await filesOfKustomization(directory, ctx)) {
    const copy = join(root, path);
    await files.mkdir(dirname(copy));
    await files.writeAtomic(copy, await files.read(path));
    if (kind === 'manifest') await change(path, copy, changes, ctx);
  }
  const target = join(root, directory);
  await files.mkdir(target);
  return target;
}

/** What holds no Kubernetes object, such as a JSON patch, stays as it is. */
async function change(
  path: string,
  copy: string,
  { functions, parameters }: MirrorChanges,
  ctx: Context,
): Promise<void> {
  if ((await objectsIn(path, copy, ctx)) === undefined) return;
  await transformFile(functions, copy, ctx);
  const objects = parameters.size === 0 ? undefined : await objectsIn(path, copy, ctx);
  if (objects === undefined) return;
  const changed = await applySetters(parameters, objects);
  if (changed.some(({ root }, index) => root !== objects[index]?.root)) {
    await ctx.system.files.writeAtomic(copy, documentsText(changed));
  }
}

/** The documents of a file where at least one is a Kubernetes object; undefined for everything else. */
async function objectsIn(path: string, copy: string, ctx: Context): Promise<readonly Manifest[] | undefined> {
  const source = shownPath(path, ctx);
  const text = decodeYaml(await ctx.system.files.read(copy), source);
  const { manifests, diagnostics } = await readManifests({ module: undefined, source, text });
  return diagnostics.length === 0 && manifests.some(isObject) ? manifests : undefined;
}

function isObject({ root }: Manifest): boolean {
  return ['apiVersion', 'kind', 'metadata'].every((name) => fieldOf(root, name) !== undefined);
}
