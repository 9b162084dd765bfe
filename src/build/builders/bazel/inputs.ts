import { join } from 'node:path';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { runBazel } from './run.ts';
import type { BazelSpec } from './spec.ts';

/** Files that say what a workspace is, whatever the target. */
const workspaceFiles = ['WORKSPACE', 'WORKSPACE.bazel', 'MODULE.bazel', 'MODULE.bazel.lock'];

/**
 * The source and build files that a target depends on, as `bazel query` tells (Skaffold's query), and the files of the
 * workspace itself.
 *
 * @returns absolute paths, sorted.
 * @throws `COMMAND_NOT_FOUND` or `COMMAND_FAILED`.
 */
export async function bazelInputs({ spec, workspace }: Artifact<BazelSpec>, ctx: Context): Promise<readonly string[]> {
  const { files } = ctx.system;
  const root = await workspaceRoot(workspace, ctx);
  const query = `kind('source file', deps('${spec.target}')) union buildfiles(deps('${spec.target}'))`;
  const options = ['--noimplicit_deps', '--order_output=no', '--output=label'];
  const labels = await runBazel(['query', query, ...options], { cwd: workspace }, ctx);
  const named = labels.split('\n').flatMap((label) => pathOf(label.trim()));
  const found = [...new Set([...named, ...workspaceFiles])].map((path) => join(root, path)).sort();
  const kinds = await Promise.all(found.map(async (path) => (await files.stat(path))?.kind));
  return found.filter((_path, index) => kinds[index] === 'file');
}

/** The directory of the WORKSPACE or MODULE.bazel file, at or above the context. */
async function workspaceRoot(directory: string, ctx: Context): Promise<string> {
  for (let at = directory; ; at = join(at, '..')) {
    const found = await Promise.all(workspaceFiles.map((name) => ctx.system.files.stat(join(at, name))));
    if (found.some((info) => info !== undefined)) return at;
    if (join(at, '..') === at) return directory;
  }
}

/** Labels of other repositories (`@…`, `//external`) are not this workspace's files. */
function pathOf(label: string): readonly string[] {
  if (!label.startsWith('//') || label.startsWith('//external')) return [];
  return [label.slice(2).replace(/^:/, '').replace(':', '/')];
}
