import { posix } from 'node:path';
import { ToolError } from '../../src/core/errors.ts';
import type { FileInfo, FileKind, WalkedEntry } from '../../src/core/ports.ts';
import { compareCodePoints } from '../../src/system/code-points.ts';

/** A file, directory or link in memory. */
export interface FakeNode {
  readonly kind: FileKind;
  mode: number;
  content: Uint8Array;
  target: string;
  readonly children: Map<string, FakeNode>;
  readonly inode: number;
}

/** A tree of nodes, and a counter for what must be unique. */
export interface FakeTree {
  readonly root: FakeNode;
  next(): number;
}

export type Failure = 'FILE_READ_ERR' | 'FILE_WRITE_ERR';

export function failed(code: Failure, path: string, reason: string): ToolError {
  return new ToolError(code, `cannot use ${path}: ${reason}`);
}

export function createTree(): FakeTree {
  let counter = 1;
  return { root: makeNode('directory', 0o755, 0), next: () => counter++ };
}

export function makeNode(kind: FileKind, mode: number, inode: number): FakeNode {
  return { kind, mode, content: new Uint8Array(), target: '', children: new Map(), inode };
}

/** What is at a path, and where it really lies. Links before the last component are always followed. */
export interface Found {
  readonly node: FakeNode | undefined;
  readonly at: string;
}

export function find(tree: FakeTree, path: string, follow: boolean, hops = 0): Found {
  if (hops > 40) throw failed('FILE_READ_ERR', path, 'too many links');
  const parts = posix
    .normalize(path)
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  let node: FakeNode | undefined = tree.root;
  let at = '';
  for (const [index, part] of parts.entries()) {
    const rest = parts.slice(index + 1);
    node = node.children.get(part);
    at = `${at}/${part}`;
    if (node?.kind === 'link' && (follow || rest.length > 0)) {
      return find(tree, posix.resolve(posix.dirname(at), node.target, ...rest), follow, hops + 1);
    }
    if (node === undefined) return { node, at: posix.join(at, ...rest) };
  }
  return { node, at: at === '' ? '/' : at };
}

/** The regular file at a path, links followed. */
export function fileAt(tree: FakeTree, path: string): FakeNode {
  const { node } = find(tree, path, true);
  if (node?.kind !== 'file') throw failed('FILE_READ_ERR', path, node === undefined ? 'missing' : 'not a file');
  return node;
}

/** The directory at a path, links followed. */
export function directoryAt(tree: FakeTree, path: string, code: Failure): FakeNode {
  const { node } = find(tree, path, true);
  if (node?.kind !== 'directory') throw failed(code, path, 'not a directory');
  return node;
}

export function parentOf(tree: FakeTree, path: string): FakeNode {
  return directoryAt(tree, posix.dirname(find(tree, path, false).at), 'FILE_WRITE_ERR');
}

/** Replaces a file, or the one a link points to. */
export function put(tree: FakeTree, path: string, content: Uint8Array, mode: number | undefined): void {
  const { node, at } = find(tree, path, true);
  if (node !== undefined && node.kind !== 'file') throw failed('FILE_WRITE_ERR', path, 'not a file');
  const fresh = makeNode('file', mode ?? node?.mode ?? 0o644, tree.next());
  fresh.content = content.slice();
  directoryAt(tree, posix.dirname(at), 'FILE_WRITE_ERR').children.set(posix.basename(at), fresh);
}

export function makeDirectory(tree: FakeTree, path: string, mode: number): void {
  const { node, at } = find(tree, path, true);
  if (node?.kind === 'directory') return;
  if (node !== undefined) throw failed('FILE_WRITE_ERR', path, 'exists');
  makeDirectory(tree, posix.dirname(at), mode);
  const parent = directoryAt(tree, posix.dirname(at), 'FILE_WRITE_ERR');
  parent.children.set(posix.basename(at), makeNode('directory', mode, tree.next()));
}

export function infoOf(node: FakeNode): FileInfo {
  const time = 1_700_000_000_000 + node.inode;
  const size = node.kind === 'link' ? Buffer.byteLength(node.target) : node.content.length;
  return {
    kind: node.kind,
    size,
    mode: node.mode,
    uid: 0,
    gid: 0,
    modifiedAt: time,
    changedAt: time,
    inode: node.inode,
  };
}

/** A directory's entries, by code point. */
export function entriesOf(node: FakeNode): readonly (readonly [string, FakeNode])[] {
  return [...node.children].sort(([a], [b]) => compareCodePoints(a, b));
}

export function* below(node: FakeNode, prefix: string, enter: (path: string) => boolean): Generator<WalkedEntry> {
  for (const [name, child] of entriesOf(node)) {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    yield { path, info: infoOf(child) };
    if (child.kind === 'directory' && enter(path)) yield* below(child, path, enter);
  }
}
