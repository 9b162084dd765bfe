/** What git has at a commit, or what lies in the working tree as far as git would take it. */
import { dirname, join, resolve } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';

/** A file or link of a state. */
export interface ListedFile {
  readonly kind: 'file' | 'link';
  readonly isExecutable: boolean;
  /** Equal for equal contents: git's object id; of a link its target. */
  readonly identity: string;
  /** The object to read it from; undefined where it lies in the working tree as it is. */
  readonly object?: string;
}

/** All files of a state, by their paths relative to the root of the repository. */
export interface Listing {
  /** Absolute. */
  readonly root: string;
  readonly files: ReadonlyMap<string, ListedFile>;
}

/** The root of the repository that a directory belongs to. @throws `COMMAND_FAILED` where it belongs to none. */
export async function repositoryRoot(directory: string, ctx: Context): Promise<string> {
  const up = await git(['rev-parse', '--show-cdup'], directory, ctx);
  return resolve(directory, up.trim());
}

/** What a commit holds. @throws `COMMAND_FAILED` for what names no commit. */
export async function listCommit(root: string, name: string, ctx: Context): Promise<Listing> {
  const commit = await git(['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`], root, ctx);
  const lines = fields(await git(['ls-tree', '-r', '-z', '--full-tree', commit.trim()], root, ctx));
  const files = new Map<string, ListedFile>();
  for (const line of lines) {
    const [, mode = '', type, object = '', path = ''] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    if (type !== 'blob') continue;
    const target = mode === '120000' ? await readObject(root, object, ctx) : undefined;
    files.set(path, listed(mode, target ?? object, object));
  }
  return { root, files };
}

/** What is in the working tree: tracked files as they are now, and new ones that git does not ignore. */
export async function listWorkingTree(root: string, ctx: Context): Promise<Listing> {
  const names = (...args: readonly string[]): Promise<readonly string[]> => git(args, root, ctx).then(fields);
  const [index, changed, others] = await Promise.all([
    names('ls-files', '-z', '-s'),
    names('diff-files', '-z', '--name-only'),
    names('ls-files', '-z', '--others', '--exclude-standard'),
  ]);
  const files = new Map<string, ListedFile>();
  for (const line of index) {
    const [, mode = '', object = '', path = ''] = /^(\d+) ([0-9a-f]+) \d\t(.*)$/s.exec(line) ?? [];
    if (mode === '160000') continue;
    const target = mode === '120000' ? await readObject(root, object, ctx) : undefined;
    files.set(path, listed(mode, target ?? object));
  }
  const touched = await lookAtAll([...new Set([...changed, ...others])], root, ctx);
  for (const [path, now] of touched) {
    if (now === undefined) files.delete(path);
    else files.set(path, now);
  }
  return { root, files };
}

function listed(mode: string, identity: string, object?: string): ListedFile {
  return {
    kind: mode === '120000' ? 'link' : 'file',
    isExecutable: mode === '100755',
    identity,
    ...(object === undefined ? {} : { object }),
  };
}

/** What lies at paths now. Git's own filters (line ends, large files) make of files what a commit would hold. */
async function lookAtAll(
  paths: readonly string[],
  root: string,
  ctx: Context,
): Promise<ReadonlyMap<string, ListedFile | undefined>> {
  const { files } = ctx.system;
  const found = new Map<string, ListedFile | undefined>();
  const regular: string[] = [];
  for (const path of paths) {
    const full = join(root, path);
    const info = await files.lstat(full);
    if (info?.kind === 'file') regular.push(path);
    const link = info?.kind === 'link' ? await files.readlink(full) : undefined;
    const isExecutable = info?.kind === 'file' && (info.mode & 0o100) !== 0;
    if (link !== undefined) found.set(path, { kind: 'link', isExecutable: false, identity: link });
    else found.set(path, info?.kind === 'file' ? { kind: 'file', isExecutable, identity: '' } : undefined);
  }
  const identities = await identitiesOf(regular, root, ctx);
  for (const [index, path] of regular.entries()) {
    const listedFile = found.get(path);
    if (listedFile !== undefined) found.set(path, { ...listedFile, identity: identities[index] ?? '' });
  }
  return found;
}

/** As many as a command line surely takes. */
const pathsAtOnce = 200;

async function identitiesOf(paths: readonly string[], root: string, ctx: Context): Promise<readonly string[]> {
  const identities: string[] = [];
  for (let start = 0; start < paths.length; start += pathsAtOnce) {
    const some = paths.slice(start, start + pathsAtOnce);
    identities.push(...(await git(['hash-object', '--', ...some], root, ctx)).trim().split('\n'));
  }
  return identities;
}

/** The content of an object, which has to be text. */
export async function readObject(root: string, object: string, ctx: Context): Promise<string> {
  return git(['cat-file', 'blob', object], root, ctx);
}

const fields = (text: string): readonly string[] => text.split('\0').filter((field) => field !== '');

async function git(args: readonly string[], directory: string, ctx: Context): Promise<string> {
  const words = ['--no-optional-locks', ...args];
  const { exitCode, stdout, stderr } = await ctx.system.exec.run('git', words, {
    cwd: directory,
    signal: ctx.signal,
  });
  if (exitCode === 0) return stdout;
  const [reason = ''] = stderr.trim().split('\n');
  throw new ToolError('COMMAND_FAILED', `git ${args.join(' ')} in ${directory} failed: ${reason}`, {
    suggestions: [
      { code: 'CHECK_GIT', action: 'Run it in a git repository, and name commits, branches or tags that are there' },
    ],
  });
}

/** The directories above a path of a listing, nearest first. */
export function* directoriesAbove(path: string): Generator<string> {
  for (let above = dirname(path); above !== '.'; above = dirname(above)) yield above;
}
