import { ToolError } from '../../core/errors.ts';
import type { Manifest, ManifestOrigin } from '../../core/manifest.ts';
import type { Renderer, RenderRun } from '../../core/plugins.ts';
import type { Context, ExecResult } from '../../core/ports.ts';
import type { Module } from '../../core/project.ts';
import { inBatches } from '../batches.ts';
import { transformsOf } from '../kpt/functions.ts';
import { filesOfKustomization } from '../kustomization/files.ts';
import { type MirrorChanges, mirrorKustomization } from '../kustomization/mirror.ts';
import { absolutePath, expandTemplate, isUrl, shownPath } from '../paths.ts';
import { readAll } from '../read-all.ts';

/** What stands under `manifests.kustomize`. */
export interface KustomizeSpec {
  readonly paths?: readonly string[];
  readonly buildArgs?: readonly string[];
}

/**
 * `manifests.kustomize`: what `kustomize build` prints, or `kubectl kustomize` where only that is installed. Functions
 * and parameters are applied to a copy of the files beforehand, since kustomize drops comments.
 */
export const kustomize: Renderer<KustomizeSpec> = {
  type: 'kustomize',

  async inputs({ paths = [] }, _module, ctx) {
    const reached = new Set<string>();
    for (const path of paths) {
      const target = await targetOf(path, ctx);
      if (target.remote) continue;
      for (const file of (await filesOfKustomization(target.path, ctx)).keys()) reached.add(file);
    }
    return [...reached].sort();
  },

  async render({ paths = [], buildArgs = [] }, module, _builds, ctx, run): Promise<readonly Manifest[]> {
    const changes: MirrorChanges = { functions: transformsOf(module), parameters: run.parameters };
    const build: Build = { args: buildArgs.flatMap((arg) => arg.split(' ')), changes, module, run };
    return readAll(
      await inBatches(paths, changes.functions.length > 0 ? 1 : atOnce, async (path) =>
        originOf(await targetOf(path, ctx), build, ctx),
      ),
    );
  },
};

/** Kustomizations built at the same time; with functions one after the other, since these see the order. */
const atOnce = 4;

/** What all paths of one entry share. */
interface Build {
  readonly args: readonly string[];
  readonly changes: MirrorChanges;
  readonly module: Module;
  readonly run: RenderRun;
}

/** What kustomize is to build. */
interface Target {
  /** Absolute, or the address of something remote. */
  readonly path: string;
  readonly remote: boolean;
}

/** Addresses of repositories that kustomize understands besides http and https ones. */
const repository = /^(?:git::|git@|ssh:\/\/|file:\/\/|gh:|github\.com\/)/;

async function targetOf(entry: string, ctx: Context): Promise<Target> {
  const path = await expandTemplate(entry, ctx);
  if (isUrl(path)) return { path, remote: true };
  const local = absolutePath(path, ctx);
  const remote = repository.test(path) && (await ctx.system.files.stat(local)) === undefined;
  return { path: remote ? path : local, remote };
}

async function originOf(target: Target, build: Build, ctx: Context): Promise<ManifestOrigin> {
  const source = `kustomize build ${target.remote ? target.path : shownPath(target.path, ctx)}`;
  const { functions, parameters } = build.changes;
  const changed = !target.remote && (functions.length > 0 || parameters.size > 0);
  const { exitCode, stdout, stderr } = await (changed
    ? buildCopy(target.path, build, ctx)
    : runBuild(target.path, build, ctx));
  if (exitCode === 0) return { module: build.module.name, source, text: stdout };
  const args = build.args.map((arg) => `${arg} `).join('');
  throw new ToolError('COMMAND_FAILED', `${source} failed with exit status ${exitCode}: ${stderr.trim()}`, {
    exitCode,
    suggestions: [
      { code: 'CHECK_KUSTOMIZATION', action: `Run kustomize build ${args}${target.path} by hand and correct it` },
    ],
  });
}

/** The copy is gone afterwards, whatever happens; messages speak of the originals. */
async function buildCopy(directory: string, build: Build, ctx: Context): Promise<ExecResult> {
  const root = await ctx.system.files.temporaryDirectory('slipway-kustomize-');
  try {
    const copy = await mirrorKustomization(directory, root, build.changes, ctx);
    const result = await runBuild(copy, build, ctx);
    return { ...result, stderr: result.stderr.replaceAll(root, '') };
  } finally {
    await ctx.system.files.remove(root);
  }
}

async function runBuild(path: string, { args, run }: Build, ctx: Context): Promise<ExecResult> {
  const { exec } = ctx.system;
  try {
    return await exec.run('kustomize', ['build', ...args, path], { signal: ctx.signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  try {
    return await exec.run('kubectl', [...kubectlFlags(run), 'kustomize', ...args, path], { signal: ctx.signal });
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

function kubectlFlags({ kubeContext, namespace, kubeconfig }: RenderRun): readonly string[] {
  return [
    ...(kubeContext === '' ? [] : ['--context', kubeContext]),
    ...(namespace === undefined ? [] : ['--namespace', namespace]),
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
  ];
}

function isNotFound(error: unknown): boolean {
  return error instanceof ToolError && error.code === 'COMMAND_NOT_FOUND';
}
