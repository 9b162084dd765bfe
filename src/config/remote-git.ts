import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Context } from '../core/ports.ts';
import { advice } from './failure.ts';
import type { GitInfo } from './generated/types.ts';
import type { LoadOptions } from './options.ts';

/**
 * Brings a git repository that a configuration requires onto this machine, as Skaffold does: a copy per repository and
 * `ref` in the cache of remote configurations, cloned when it is not there and brought up to date when
 * `--sync-remote-cache` and the entry's `sync` ask for it. Unlike Skaffold's, copies of a tag or a commit can be brought
 * up to date too. Returns the directory of the copy.
 *
 * @throws {ToolError} `COMMAND_FAILED` when git fails, with its exit code; `CONFIG_FILE_PARSING_ERR` when there is no copy
 *   and none may be made.
 */
export async function syncRepository(git: GitInfo, options: LoadOptions, ctx: Context): Promise<string> {
  const { repo = '', ref = '' } = git;
  const cache =
    options.remoteCacheDirectory === undefined
      ? join(ctx.system.homeDirectory, '.skaffold', 'remote-cache')
      : resolve(ctx.system.cwd, options.remoteCacheDirectory);
  const name = copyName(repo, ref);
  const directory = join(cache, name);
  const sync = options.syncRemoteCache ?? 'always';
  const branch = ref === '' ? await defaultBranch(repo, ctx) : checkedRef(ref);
  if ((await ctx.system.files.stat(directory)) === undefined) {
    if (sync === 'never') throw notThere(directory, repo, branch);
    await ctx.system.files.mkdir(cache, 0o700);
    await clone(repo, branch, cache, name, ctx);
  } else if (git.sync !== false && sync === 'always') {
    await run(['fetch', 'origin', branch], directory, ctx);
    await run(['reset', '--hard', 'FETCH_HEAD'], directory, ctx);
  }
  return directory;
}

/** The name Skaffold gives a copy: the beginning of a hash of repository and ref as they are written, in Go's JSON. */
function copyName(repo: string, ref: string): string {
  const json = JSON.stringify([repo, ref]).replace(/[<>&\u2028\u2029]/g, escaped);
  return createHash('sha256').update(`${json}\n`).digest('base64url').slice(0, 32);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

async function defaultBranch(repo: string, ctx: Context): Promise<string> {
  for (const branch of ['master', 'main']) {
    const heads = await run(['ls-remote', '--heads', '--', repo, branch], ctx.system.cwd, ctx);
    if (heads.trim() !== '') return branch;
  }
  throw new ToolError('CONFIG_FILE_PARSING_ERR', `${withoutCredentials(repo)} has neither a branch master nor main`, {
    suggestions: advice('CONFIG_SET_GIT_REF', 'Name a branch, tag or commit with requires[].git.ref'),
  });
}

/** Git would take it for an option. */
function checkedRef(ref: string): string {
  if (!ref.startsWith('-')) return ref;
  throw new ToolError('CONFIG_FILE_PARSING_ERR', `requires[].git.ref "${ref}" is no branch, tag or commit`, {
    suggestions: advice('CONFIG_SET_GIT_REF', 'Name a branch, tag or commit'),
  });
}

/** A branch or tag is cloned by itself; a commit needs all there is. A clone that fails leaves nothing behind. */
async function clone(repo: string, ref: string, cache: string, name: string, ctx: Context): Promise<void> {
  try {
    await run(['clone', '--branch', ref, '--depth', '1', '--', repo, `./${name}`], cache, ctx);
    return;
  } catch (error) {
    if (!(error instanceof ToolError) || !/Remote branch .* not found/i.test(error.message)) throw error;
  }
  try {
    await run(['clone', '--', repo, `./${name}`], cache, ctx);
    await run(['checkout', ref], join(cache, name), ctx);
  } catch (error) {
    await ctx.system.files.remove(join(cache, name));
    throw error;
  }
}

/** Git in English, since one of its messages decides what is tried next. */
async function run(args: readonly string[], cwd: string, ctx: Context): Promise<string> {
  const env = { ...definedOnly(ctx.system.env), LC_ALL: 'C' };
  const { exitCode, stdout, stderr } = await ctx.system.exec.run('git', args, { cwd, env, signal: ctx.signal });
  if (exitCode === 0) return stdout;
  const reason = stderr.trim().split('\n').map(withoutCredentials).join(' ');
  throw new ToolError('COMMAND_FAILED', `git ${args.map(withoutCredentials).join(' ')} failed: ${reason}`, {
    exitCode,
    suggestions: advice('CHECK_GIT', 'Check repo, ref and your access to the repository in requires[].git'),
  });
}

function definedOnly(env: Context['system']['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The user and password of URLs never reach a message. */
function withoutCredentials(text: string): string {
  return text.replace(/(:\/\/)[^/\s@]+@/g, '$1');
}

function notThere(directory: string, repo: string, ref: string): ToolError {
  return new ToolError(
    'CONFIG_FILE_PARSING_ERR',
    `there is no copy of repository "${withoutCredentials(repo)}" at ref "${ref}" in "${directory}", and --sync-remote-cache=never makes none`,
    {
      suggestions: advice(
        'CONFIG_SYNC_REMOTE_CACHE',
        'Clone it there, or set --sync-remote-cache to always or missing',
      ),
    },
  );
}
