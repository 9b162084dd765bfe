import { ToolError } from '../../core/errors.ts';
import type { Manifest } from '../../core/manifest.ts';
import type { Renderer } from '../../core/plugins.ts';
import type { Context, ExecResult } from '../../core/ports.ts';
import type { Module } from '../../core/project.ts';
import { unwrapLoneList } from '../../manifest/documents.ts';
import { fieldOf, stringOf } from '../../manifest/fields.ts';
import { kptMissing } from '../kpt/run.ts';
import { absolutePath } from '../paths.ts';
import { readVerbatim } from '../pieces.ts';

/** `manifests.kpt`: what `kpt fn render` makes of packages, without what is meant for kpt alone (as Skaffold). */
export const kpt: Renderer<readonly string[]> = {
  type: 'kpt',
  bundle: 'packages',

  async inputs(packages, _module, ctx) {
    const lists = await Promise.all(packages.map((path) => filesBelow(absolutePath(path, ctx), ctx)));
    return lists.flat();
  },

  async render(packages, module, _builds, ctx): Promise<readonly Manifest[]> {
    const manifests: Manifest[] = [];
    for (const path of packages)
      for (const manifest of await renderPackage(path, module, ctx)) manifests.push(manifest);
    return manifests;
  },
};

async function renderPackage(path: string, module: Module, ctx: Context): Promise<readonly Manifest[]> {
  const source = `kpt fn render ${path}`;
  const { exitCode, stdout, stderr } = await runKpt(path, ctx);
  if (exitCode !== 0) {
    throw new ToolError('COMMAND_FAILED', `${source} failed: exit status ${exitCode}: ${stderr.trim()}`, {
      exitCode,
      suggestions: [{ code: 'CHECK_PACKAGE', action: 'Run the command by hand and correct the package' }],
    });
  }
  const read = unwrapLoneList(await readVerbatim({ module: module.name, source, text: stdout }));
  return read.filter((manifest) => !isForKpt(manifest)).map(({ root, origin }) => ({ root, origin }));
}

async function runKpt(path: string, ctx: Context): Promise<ExecResult> {
  try {
    return await ctx.system.exec.run('kpt', ['fn', 'render', path, '-o', 'unwrap'], { signal: ctx.signal });
  } catch (error) {
    throw kptMissing(error, 'manifests.kpt');
  }
}

/** The package's own description, and configuration of functions: nothing that belongs into a cluster. */
function isForKpt({ root }: Manifest): boolean {
  if (stringOf(fieldOf(root, 'kind')) === 'Kptfile') return true;
  const annotations = fieldOf(fieldOf(root, 'metadata'), 'annotations');
  return stringOf(fieldOf(annotations, 'config.kubernetes.io/local-config')) === 'true';
}

async function filesBelow(directory: string, ctx: Context): Promise<readonly string[]> {
  const entries = await ctx.system.files.walk(directory);
  return entries.filter(({ info }) => info.kind !== 'directory').map(({ path }) => `${directory}/${path}`);
}
