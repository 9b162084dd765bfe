import { resolve } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { readAll } from '../../render/read-all.ts';
import { decodeYaml } from '../../yaml/text.ts';

/**
 * Looks at the files that `apply` is given before anything else is done, as Skaffold does: each has to be there and to
 * hold Kubernetes objects.
 *
 * @param paths relative to the working directory.
 * @throws `MANIFEST_FILE_ERR` naming the file, or the argument that is missing.
 */
export async function checkManifestFiles(paths: readonly string[], ctx: Context): Promise<void> {
  if (paths.length === 0) throw problem('`apply` requires at least one manifest argument');
  for (const path of paths) await checkFile(path, ctx);
}

async function checkFile(path: string, ctx: Context): Promise<void> {
  const bytes = await ctx.system.files.readIfExists(resolve(ctx.system.cwd, path));
  if (bytes === undefined) throw problem(`cannot find provided file ${path}`);
  const manifests = await readAll([{ module: undefined, source: path, text: decodeYaml(bytes, path) }]);
  if (manifests.length === 0) throw problem(`${path} is not a valid Kubernetes manifest: it holds no object`);
}

function problem(message: string): ToolError {
  return new ToolError('MANIFEST_FILE_ERR', message, {
    suggestions: [{ code: 'NAME_MANIFESTS', action: 'Name files that `render --output` wrote' }],
  });
}
