import { ToolError } from '../../../core/errors.ts';
import type { Context, ExecResult } from '../../../core/ports.ts';

/** Major, minor and patch. */
export type HelmVersion = readonly [number, number, number];

const install = { code: 'INSTALL_HELM', action: 'Install helm, see https://helm.sh/docs/intro/install' };

/** Asked once per run. */
const versions = new WeakMap<Context['system'], Promise<HelmVersion>>();

/**
 * The version of the helm on the PATH.
 *
 * @throws {ToolError} `COMMAND_NOT_FOUND` without helm; `COMMAND_FAILED`, with helm's exit code, when it does not tell.
 */
export function helmVersion(ctx: Context): Promise<HelmVersion> {
  const known = versions.get(ctx.system) ?? askVersion(ctx);
  versions.set(ctx.system, known);
  return known;
}

async function askVersion(ctx: Context): Promise<HelmVersion> {
  const { exitCode, stdout, stderr } = await runHelm(['version'], ctx);
  if (exitCode !== 0) {
    const message = `helm version failed with exit status ${exitCode}: ${stderr.trim()}`;
    throw new ToolError('COMMAND_FAILED', message, { exitCode, suggestions: [install] });
  }
  const [, major, minor, patch] = /Version:"v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(stdout) ?? [];
  if (major !== undefined) return [Number(major), Number(minor), Number(patch ?? 0)];
  throw new ToolError('COMMAND_FAILED', `helm version tells no version of Helm 3 or newer: ${stdout.trim()}`, {
    suggestions: [install],
  });
}

/**
 * Runs helm in the working directory; nothing of its arguments is logged, for they may hold secrets.
 *
 * @param variables what its environment has besides the usual.
 * @throws {ToolError} `COMMAND_NOT_FOUND` without helm.
 */
export async function runHelm(
  args: readonly string[],
  ctx: Context,
  variables: Readonly<Record<string, string>> = {},
): Promise<ExecResult> {
  const { exec, env, cwd } = ctx.system;
  const inherited = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  try {
    const environment = { ...Object.fromEntries(inherited), ...variables };
    return await exec.run('helm', args, { cwd, env: environment, signal: ctx.signal });
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'COMMAND_NOT_FOUND') throw error;
    throw new ToolError('COMMAND_NOT_FOUND', `manifests.helm needs helm, which cannot be run: ${error.message}`, {
      cause: error,
      suggestions: [install],
    });
  }
}
