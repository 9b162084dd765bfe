/** A listed state of a repository as a file system: what lies below its root is as it is listed, all else as it is. */
import { dirname, join, relative, resolve } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Context, DirectoryEntry, FileInfo, Files, WalkedEntry } from '../../core/ports.ts';
import { compareText } from '../../dockerfile/text.ts';
import { directoriesAbove, type ListedFile, type Listing, readObject } from './listing.ts';

type Node = ListedFile | 'directory';

interface Tree {
  readonly root: string;
  readonly nodes: ReadonlyMap<string, Node>;
  /** Names in each directory, sorted by code point. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

/** The context with such a file system. Only its reading methods differ from the real one's. */
export function contextOf(listing: Listing, ctx: Context): Context {
  const files = filesOf(treeOf(listing), ctx);
  const { system } = ctx;
  const withInsecureRegistries: Context['system']['withInsecureRegistries'] = (hosts) => ({
    ...system.withInsecureRegistries(hosts),
    files,
  });
  return { ...ctx, system: { ...system, files, withInsecureRegistries } };
}

function treeOf({ root, files }: Listing): Tree {
  const nodes = new Map<string, Node>([['', 'directory'], ...files]);
  const children = new Map<string, Set<string>>([['', new Set()]]);
  const add = (path: string): void => {
    const above = parentOf(path);
    const names = children.get(above) ?? new Set();
    children.set(above, names.add(path.slice(above === '' ? 0 : above.length + 1)));
  };
  for (const path of files.keys()) {
    add(path);
    for (const directory of directoriesAbove(path)) {
      if (nodes.has(directory)) break;
      nodes.set(directory, 'directory');
      add(directory);
    }
  }
  return { root, nodes, names: new Map([...children].map(([path, names]) => [path, [...names].sort(compareText)])) };
}

function parentOf(path: string): string {
  const above = dirname(path);
  return above === '.' ? '' : above;
}

/** Where a path lies in the tree; undefined for what is outside. */
function inside({ root }: Tree, path: string): string | undefined {
  const name = relative(root, path);
  return name === '..' || name.startsWith('../') ? undefined : name;
}

interface Found {
  readonly path: string;
  readonly node: Node;
}

/** The node at a path of the tree, links on the way followed, the last one only with `follow`. Links that lead out lead nowhere. */
function find(tree: Tree, name: string, follow: boolean, left = 40): Found | undefined {
  const parts = name === '' ? [] : name.split('/');
  let path = '';
  for (const [index, part] of parts.entries()) {
    path = path === '' ? part : `${path}/${part}`;
    const node = tree.nodes.get(path);
    if (node === undefined) return undefined;
    const isLast = index === parts.length - 1;
    if (node === 'directory' || node.kind !== 'link' || (isLast && !follow)) continue;
    const target = inside(tree, resolve(tree.root, dirname(path), node.identity, ...parts.slice(index + 1)));
    return target === undefined || left === 0 ? undefined : find(tree, target, follow, left - 1);
  }
  const node = tree.nodes.get(path);
  return node === undefined ? undefined : { path, node };
}

function infoOf(node: Node): FileInfo {
  const isDirectory = node === 'directory';
  const mode = isDirectory || node.isExecutable ? 0o755 : 0o644;
  const kind = isDirectory ? 'directory' : node.kind;
  return { kind, mode, size: 0, uid: 0, gid: 0, modifiedAt: 0, changedAt: 0, inode: 0 };
}

function filesOf(tree: Tree, ctx: Context): Files {
  const real = ctx.system.files;
  const textOf = async (path: string): Promise<Uint8Array | undefined> => {
    const found = find(tree, inside(tree, path) ?? '', true);
    if (found === undefined || found.node === 'directory') return undefined;
    const { object } = found.node;
    return object === undefined
      ? real.read(join(tree.root, found.path))
      : new TextEncoder().encode(await readObject(tree.root, object, ctx));
  };
  const read = async (path: string): Promise<Uint8Array> => {
    if (inside(tree, path) === undefined) return real.read(path);
    return (await textOf(path)) ?? missing(path);
  };
  const look = async (path: string, follow: boolean): Promise<FileInfo | undefined> => {
    const name = inside(tree, path);
    if (name === undefined) return follow ? real.stat(path) : real.lstat(path);
    const found = find(tree, name, follow);
    return found === undefined ? undefined : infoOf(found.node);
  };
  return {
    ...real,
    read,
    readText: async (path) => Buffer.from(await read(path)).toString('utf8'),
    readIfExists: (path) => (inside(tree, path) === undefined ? real.readIfExists(path) : textOf(path)),
    async *readStream(path, range) {
      if (inside(tree, path) === undefined) return yield* real.readStream(path, range);
      yield (await read(path)).subarray(range?.start ?? 0, range?.end);
    },
    lstat: (path) => look(path, false),
    stat: (path) => look(path, true),
    list: async (path) => (inside(tree, path) === undefined ? real.list(path) : listIn(tree, path)),
    walk: async (path, enter) =>
      inside(tree, path) === undefined ? real.walk(path, enter) : [...walkIn(tree, path, enter ?? (() => true))],
    readlink: async (path) => {
      const name = inside(tree, path);
      if (name === undefined) return real.readlink(path);
      const found = find(tree, name, false);
      return found === undefined || found.node === 'directory' ? missing(path) : found.node.identity;
    },
    realpath: async (path) => {
      const name = inside(tree, path);
      if (name === undefined) return real.realpath(path);
      const found = find(tree, name, true);
      return found === undefined ? undefined : join(tree.root, found.path);
    },
  };
}

function directoryAt(tree: Tree, path: string): string {
  const found = find(tree, inside(tree, path) ?? '', true);
  return found?.node === 'directory' ? found.path : missing(path);
}

function listIn(tree: Tree, path: string): readonly DirectoryEntry[] {
  const directory = directoryAt(tree, path);
  return (tree.names.get(directory) ?? []).flatMap((name) => {
    const node = tree.nodes.get(directory === '' ? name : `${directory}/${name}`);
    return node === undefined ? [] : [{ name, kind: infoOf(node).kind }];
  });
}

function* walkIn(tree: Tree, root: string, enter: (path: string) => boolean, below = ''): Generator<WalkedEntry> {
  const base = directoryAt(tree, root);
  for (const name of tree.names.get([base, below].filter((part) => part !== '').join('/')) ?? []) {
    const path = below === '' ? name : `${below}/${name}`;
    const node = tree.nodes.get(base === '' ? path : `${base}/${path}`);
    if (node === undefined) continue;
    yield { path, info: infoOf(node) };
    if (node === 'directory' && enter(path)) yield* walkIn(tree, root, enter, path);
  }
}

function missing(path: string): never {
  throw new ToolError('FILE_READ_ERR', `open ${path}: no such file or directory`);
}
