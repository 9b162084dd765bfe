import { join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Context, DirectoryEntry } from '../core/ports.ts';

/** Larger files are neither manifests nor build files (Skaffold's limit). */
const largestFile = 512 * 1024 * 1024;

const skippedDirectories = new Set(['vendor', 'node_modules']);

/**
 * The files of the project, relative to the working directory: those of a directory by name, then its subdirectories.
 * Hidden files and directories, `vendor` and `node_modules` are passed over.
 *
 * @throws `FILE_READ_ERR` for a directory that cannot be read, unless those are skipped.
 */
export async function projectFiles(
  options: { readonly skipUnreachableDirectories: boolean },
  ctx: Context,
): Promise<readonly string[]> {
  const found: string[] = [];
  const pending = [''];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    ctx.signal.throwIfAborted();
    const subdirectories: string[] = [];
    for (const { name, kind } of await entriesOf(directory, options, ctx)) {
      if (name.startsWith('.')) continue;
      const path = directory === '' ? name : `${directory}/${name}`;
      if (kind === 'directory') {
        if (!skippedDirectories.has(name)) subdirectories.push(path);
      } else if (await isReadable(path, ctx)) found.push(path);
    }
    for (const path of subdirectories.reverse()) pending.push(path);
  }
  return found;
}

async function entriesOf(
  directory: string,
  { skipUnreachableDirectories }: { readonly skipUnreachableDirectories: boolean },
  ctx: Context,
): Promise<readonly DirectoryEntry[]> {
  try {
    return await ctx.system.files.list(join(ctx.system.cwd, directory));
  } catch (error) {
    const isUnreachable = error instanceof ToolError && error.code === 'FILE_READ_ERR';
    if (!isUnreachable || !skipUnreachableDirectories) throw error;
    return [];
  }
}

async function isReadable(path: string, ctx: Context): Promise<boolean> {
  const info = await ctx.system.files.stat(join(ctx.system.cwd, path));
  return info?.kind === 'file' && info.size <= largestFile;
}
