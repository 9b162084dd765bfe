/** Which kind of sandbox works here, found out by trying. */
import { existsSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../../../core/errors.ts';
import type { Context } from '../../../core/ports.ts';
import { kindsFor, type SandboxKind } from './kinds.ts';
import { hostEnvironment, runTool } from './process.ts';
import { quote } from './quote.ts';
import { makeRunDirectory } from './runs.ts';
import type { SandboxChoice } from './types.ts';

/**
 * The first kind that works, or the one asked for.
 *
 * @param directory where sandboxes are kept: what works depends on its file system.
 * @throws {ToolError} `NOT_SUPPORTED` with what each kind lacks.
 */
export async function chooseKind(choice: SandboxChoice, directory: string, ctx: Context): Promise<SandboxKind> {
  if (ctx.system.platform.os !== 'linux') throw noKind('commands of RUN are run on Linux only', []);
  const isRoot = process.getuid?.() === 0;
  const candidates = kindsFor(isRoot).filter(({ name }) => choice === 'auto' || name === choice);
  if (candidates.length === 0) throw noKind(`--sandbox=${choice} ${missing(choice)}`, []);
  const problems: string[] = [];
  for (const kind of candidates) {
    const problem = await tryKind(kind, directory, ctx);
    if (problem === undefined) return kind;
    problems.push(`${kind.name}: ${problem}`);
  }
  throw noKind(
    choice === 'auto' ? 'no kind of sandbox works here' : `--sandbox=${choice} does not work here`,
    problems,
  );
}

function missing(choice: SandboxChoice): string {
  return choice === 'none' ? 'turns RUN off' : 'needs the rights of root';
}

function noKind(what: string, problems: readonly string[]): ToolError {
  const detail = problems.length === 0 ? '' : ` (${problems.join('; ')})`;
  return new ToolError('NOT_SUPPORTED', `the embedded engine cannot run the commands of RUN: ${what}${detail}`, {
    suggestions: [
      {
        code: 'USE_DOCKER_ENGINE',
        action: 'Build with --engine=docker or --engine=buildkit, or allow user namespaces',
      },
    ],
  });
}

/** What keeps a kind from working; undefined where nothing does. */
async function tryKind(kind: SandboxKind, directory: string, ctx: Context): Promise<string | undefined> {
  const run = await makeRunDirectory(join(directory, 'runs'), ctx.system.random.hex(6));
  const env = hostEnvironment(ctx.system.env['PATH']);
  const options = { directory: run, env, signal: ctx.signal };
  try {
    for (const name of ['lower', 'upper', 'work', 'root']) mkdirSync(join(run, name));
    await runTool([...kind.enter('host'), ...trial(kind)], options);
    if (kind.name === 'userns' && kind.ids === 'all')
      await runTool([...(kind.handle ?? []), 'rm', '-rf', run], options);
    return undefined;
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (error instanceof ToolError) return error.message.replaceAll('\n', ' ').slice(0, 200);
    throw error;
  } finally {
    if (existsSync(run)) await rm(run, { recursive: true, force: true }).catch(() => undefined);
  }
}

function trial({ name, overlay, ids }: SandboxKind): readonly string[] {
  if (name === 'bubblewrap') return ['--unshare-all', '--uid', '0', '--dev-bind', '/', '/', '--', 'true'];
  if (overlay === undefined)
    return ['sh', '-c', 'mkdir root/bin && chown 1:1 root/bin && unshare --root=/ --wd=/ true'];
  const options = ['lowerdir=lower', 'upperdir=upper', 'workdir=work', ...overlay].join(',');
  const owner = ids === 'all' ? ' && chown 1:1 root/file' : '';
  const laid = `mount -t overlay -o ${quote(options)} overlay root && echo tried >root/file${owner}`;
  return ['sh', '-c', `${laid} && mount -t proc proc /proc && unshare --root=/ --wd=/ setpriv --help >/dev/null`];
}
