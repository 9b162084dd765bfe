import type { Context } from '../../core/ports.ts';
import { isUrl } from '../paths.ts';
import { pathIn, readKustomization } from './read.ts';

/** Files a kustomization reaches, by absolute path: manifests and patches, or what is passed on as it is. */
export type ReachedFiles = ReadonlyMap<string, 'manifest' | 'other'>;

/**
 * All files of this machine that a kustomization reads: its own, what it names, and the same of every kustomization it
 * names, whatever the depth and also in circles. What is remote, written in place or missing is left out; kustomize
 * itself complains about the latter.
 *
 * @param directory absolute.
 */
export async function filesOfKustomization(directory: string, ctx: Context): Promise<ReachedFiles> {
  const reached = new Map<string, 'manifest' | 'other'>();
  await reach(directory, new Set(), reached, ctx);
  return reached;
}

async function reach(
  directory: string,
  visited: Set<string>,
  reached: Map<string, 'manifest' | 'other'>,
  ctx: Context,
): Promise<void> {
  if (visited.has(directory)) return;
  visited.add(directory);
  const kustomization = await readKustomization(directory, ctx);
  if (kustomization === undefined) return;
  reached.set(kustomization.file, 'other');
  for (const name of kustomization.others) await reachFile(pathIn(directory, name), reached, ctx);
  for (const name of kustomization.directories) await reachAll(pathIn(directory, name), reached, ctx);
  for (const name of kustomization.manifests) {
    if (isUrl(name) || isInline(name)) continue;
    const path = pathIn(directory, name);
    const kind = (await ctx.system.files.stat(path))?.kind;
    if (kind === 'directory') await reach(path, visited, reached, ctx);
    else if (kind === 'file') reached.set(path, 'manifest');
  }
}

/** YAML or JSON in the place of a name, as patches and plug-ins may be written. */
function isInline(name: string): boolean {
  return name.includes('\n') || name.startsWith('{');
}

/** Manifests keep their kind: a file may be named twice. */
async function reachFile(path: string, reached: Map<string, 'manifest' | 'other'>, ctx: Context): Promise<void> {
  if (reached.has(path) || (await ctx.system.files.stat(path))?.kind !== 'file') return;
  reached.set(path, 'other');
}

async function reachAll(directory: string, reached: Map<string, 'manifest' | 'other'>, ctx: Context): Promise<void> {
  if ((await ctx.system.files.stat(directory))?.kind !== 'directory') return;
  for (const { path, info } of await ctx.system.files.walk(directory)) {
    if (info.kind !== 'directory') await reachFile(`${directory}/${path}`, reached, ctx);
  }
}
