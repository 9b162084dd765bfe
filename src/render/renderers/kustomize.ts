import { ToolError } from '../../core/errors.ts';
import type { Manifest, ManifestOrigin } from '../../core/manifest.ts';
import type { Renderer } from '../../core/plugins.ts';
import type { Context, ExecResult } from '../../core/ports.ts';
import type { Module } from '../../core/project.ts';
import { unsupportedField } from '../../core/unsupported.ts';
import { absolutePath, expandTemplate, isUrl, shownPath } from '../paths.ts';
import { readAll } from '../read-all.ts';

/** What stands under `manifests.kustomize`. */
export interface KustomizeSpec {
  readonly paths?: readonly string[];
  readonly buildArgs?: readonly string[];
}

/** `manifests.kustomize`: what `kustomize build` prints, or `kubectl kustomize` where only that is installed. */
export const kustomize: Renderer<KustomizeSpec> = {
  type: 'kustomize',

  async inputs({ paths = [] }, _module, ctx) {
    const directories = paths.filter((path) => !isUrl(path));
    const lists = await Promise.all(directories.map(async (path) => filesBelow(await expandTemplate(path, ctx), ctx)));
    return lists.flat();
  },

  async render({ paths = [], buildArgs = [] }, module, _builds, ctx, run): Promise<readonly Manifest[]> {
    if (run.parameters.size > 0 || module.manifestTransforms.transform.length > 0) {
      throw unsupportedField(
        'manifests.kustomize',
        'this version has neither parameters (--set) nor manifests.transform there',
        'Render without them',
      );
    }
    const origins: ManifestOrigin[] = [];
    for (const path of paths) origins.push(await build(await expandTemplate(path, ctx), buildArgs, module, ctx));
    return readAll(origins);
  },
};

async function filesBelow(path: string, ctx: Context): Promise<readonly string[]> {
  const directory = absolutePath(path, ctx);
  const entries = await ctx.system.files.walk(directory);
  return entries.filter(({ info }) => info.kind !== 'directory').map((entry) => `${directory}/${entry.path}`);
}

async function build(
  path: string,
  buildArgs: readonly string[],
  module: Module,
  ctx: Context,
): Promise<ManifestOrigin> {
  const target = isUrl(path) ? path : absolutePath(path, ctx);
  const { exitCode, stdout, stderr } = await runKustomize([...buildArgs.flatMap((arg) => arg.split(' ')), target], ctx);
  const source = `kustomize build ${isUrl(path) ? path : shownPath(target, ctx)}`;
  if (exitCode === 0) return { module: module.name, source, text: stdout };
  throw new ToolError('COMMAND_FAILED', `${source} failed with exit status ${exitCode}: ${stderr.trim()}`, {
    suggestions: [{ code: 'CHECK_KUSTOMIZATION', action: 'Run the command by hand and correct the kustomization' }],
  });
}

async function runKustomize(args: readonly string[], ctx: Context): Promise<ExecResult> {
  try {
    return await ctx.system.exec.run('kustomize', ['build', ...args], { signal: ctx.signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  try {
    return await ctx.system.exec.run('kubectl', ['kustomize', ...args], { signal: ctx.signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new ToolError(
      'COMMAND_NOT_FOUND',
      'manifests.kustomize needs kustomize or kubectl, and neither is on the PATH',
      {
        suggestions: [{ code: 'INSTALL_KUSTOMIZE', action: 'Install kustomize or kubectl' }],
      },
    );
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof ToolError && error.code === 'COMMAND_NOT_FOUND';
}
