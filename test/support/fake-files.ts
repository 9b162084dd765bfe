import { posix } from 'node:path';
import { ToolError } from '../../src/core/errors.ts';
import type { DirectoryEntry, FileInfo, FileKind, Files, WalkedEntry } from '../../src/core/ports.ts';
import { compareCodePoints } from '../../src/system/code-points.ts';

interface FakeNode {
  kind: FileKind;
  mode: number;
  content: Uint8Array;
  target: string;
  readonly children: Map<string, FakeNode>;
  readonly inode: number;
  modifiedAt: number;
}

/** A file system in memory: POSIX paths, links followed, everything owned by the user. Passes the contract of `Files`. */
export interface FakeFiles extends Files {
  /** All regular files as text, by path. */
  snapshot(): Record<string, string>;
}

type Failure = 'FILE_READ_ERR' | 'FILE_WRITE_ERR';

export function fakeFiles(initial: Readonly<Record<string, string | Uint8Array>> = {}): FakeFiles {
  let counter = 1;
  const time = 1_700_000_000_000;
  const make = (kind: FileKind, mode: number): FakeNode => ({
    kind,
    mode,
    content: new Uint8Array(),
    target: '',
    children: new Map(),
    inode: counter++,
    modifiedAt: time + counter,
  });
  const root = make('directory', 0o755);

  const fail = (code: Failure, path: string, reason: string): ToolError =>
    new ToolError(code, `cannot use ${path}: ${reason}`);

  /** The node at a path, and where it really lies. Links before the last component are always followed. */
  function find(path: string, follow: boolean, hops = 0): { readonly node: FakeNode | undefined; readonly at: string } {
    if (hops > 40) throw fail('FILE_READ_ERR', path, 'too many links');
    const parts = posix
      .normalize(path)
      .split('/')
      .filter((part) => part !== '' && part !== '.');
    let node: FakeNode | undefined = root;
    let at = '';
    for (const [index, part] of parts.entries()) {
      node = node?.children.get(part);
      at = `${at}/${part}`;
      const last = index === parts.length - 1;
      if (node?.kind === 'link' && (follow || !last)) {
        return find(posix.resolve(posix.dirname(at), node.target, ...parts.slice(index + 1)), follow, hops + 1);
      }
      if (node === undefined && !last) return { node: undefined, at: posix.join(at, ...parts.slice(index + 1)) };
    }
    return { node, at: at === '' ? '/' : at };
  }

  const fileAt = (path: string): FakeNode => {
    const { node } = find(path, true);
    if (node === undefined) throw fail('FILE_READ_ERR', path, 'missing');
    if (node.kind !== 'file') throw fail('FILE_READ_ERR', path, 'not a file');
    return node;
  };
  const directoryAt = (path: string, code: Failure): FakeNode => {
    const { node } = find(path, true);
    if (node?.kind !== 'directory') throw fail(code, path, 'not a directory');
    return node;
  };
  const infoOf = (node: FakeNode): FileInfo => ({
    kind: node.kind,
    size: node.kind === 'link' ? Buffer.byteLength(node.target) : node.content.length,
    mode: node.mode,
    uid: 0,
    gid: 0,
    modifiedAt: node.modifiedAt,
    changedAt: node.modifiedAt,
    inode: node.inode,
  });
  const put = (path: string, content: Uint8Array, mode: number | undefined): void => {
    const { node, at } = find(path, true);
    if (node !== undefined && node.kind !== 'file') throw fail('FILE_WRITE_ERR', path, 'not a file');
    const fresh = make('file', mode ?? node?.mode ?? 0o644);
    fresh.content = content.slice();
    directoryAt(posix.dirname(at), 'FILE_WRITE_ERR').children.set(posix.basename(at), fresh);
  };
  const makeDirectory = (path: string, mode: number): void => {
    const { node, at } = find(path, true);
    if (node?.kind === 'directory') return;
    if (node !== undefined) throw fail('FILE_WRITE_ERR', path, 'exists');
    makeDirectory(posix.dirname(at), mode);
    directoryAt(posix.dirname(at), 'FILE_WRITE_ERR').children.set(posix.basename(at), make('directory', mode));
  };
  const names = (node: FakeNode): string[] => [...node.children.keys()].sort(compareCodePoints);
  function* below(node: FakeNode, prefix: string, enter: (path: string) => boolean): Generator<WalkedEntry> {
    for (const name of names(node)) {
      const child = node.children.get(name) as FakeNode;
      const path = prefix === '' ? name : `${prefix}/${name}`;
      yield { path, info: infoOf(child) };
      if (child.kind === 'directory' && enter(path)) yield* below(child, path, enter);
    }
  }
  const parentOf = (path: string, code: Failure): FakeNode => directoryAt(posix.dirname(find(path, false).at), code);

  const files: FakeFiles = {
    readText: async (path) => Buffer.from(fileAt(path).content).toString('utf8'),
    read: async (path) => fileAt(path).content,
    readIfExists: async (path) => (find(path, true).node === undefined ? undefined : fileAt(path).content),
    async *readStream(path, range) {
      const { content } = fileAt(path);
      const part = content.subarray(range?.start ?? 0, range?.end ?? content.length);
      if (part.length > 0) yield part;
    },
    writeAtomic: async (path, content, options) =>
      put(path, typeof content === 'string' ? Buffer.from(content) : content, options?.mode),
    writeStream: async (directory, content, place) => {
      directoryAt(directory, 'FILE_WRITE_ERR');
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      const target = place();
      if (target !== undefined) put(target, Buffer.concat(chunks), undefined);
    },
    append: async (path, content) => {
      const { node } = find(path, true);
      put(path, Buffer.concat([node?.content ?? new Uint8Array(), content]), undefined);
    },
    lstat: async (path) => {
      const { node } = find(path, false);
      return node === undefined ? undefined : infoOf(node);
    },
    stat: async (path) => {
      const { node } = find(path, true);
      return node === undefined ? undefined : infoOf(node);
    },
    list: async (directory) => {
      const node = directoryAt(directory, 'FILE_READ_ERR');
      return names(node).map((name): DirectoryEntry => ({ name, kind: (node.children.get(name) as FakeNode).kind }));
    },
    walk: async (path, enter = () => true) => [...below(directoryAt(path, 'FILE_READ_ERR'), '', enter)],
    readlink: async (path) => {
      const { node } = find(path, false);
      if (node?.kind !== 'link') throw fail('FILE_READ_ERR', path, 'not a link');
      return node.target;
    },
    realpath: async (path) => {
      const { node, at } = find(path, true);
      return node === undefined ? undefined : at;
    },
    symlink: async (target, path) => {
      if (find(path, false).node !== undefined) throw fail('FILE_WRITE_ERR', path, 'exists');
      const link = make('link', 0o777);
      link.target = target;
      parentOf(path, 'FILE_WRITE_ERR').children.set(posix.basename(path), link);
    },
    mkdir: async (path, mode = 0o755) => makeDirectory(path, mode),
    rename: async (from, to) => {
      const { node } = find(from, false);
      if (node === undefined) throw fail('FILE_WRITE_ERR', from, 'missing');
      parentOf(to, 'FILE_WRITE_ERR').children.set(posix.basename(to), node);
      parentOf(from, 'FILE_WRITE_ERR').children.delete(posix.basename(from));
    },
    chmod: async (path, mode) => {
      const { node } = find(path, true);
      if (node === undefined) throw fail('FILE_WRITE_ERR', path, 'missing');
      node.mode = mode;
    },
    remove: async (path) => {
      const { node: parent } = find(posix.dirname(path), true);
      parent?.children.delete(posix.basename(path));
    },
    temporaryDirectory: async (prefix) => {
      const path = `/tmp/${prefix}${(counter++).toString(36).padStart(6, '0')}`;
      makeDirectory('/tmp', 0o777);
      makeDirectory(path, 0o700);
      return path;
    },
    snapshot: () => {
      const found: Record<string, string> = {};
      for (const { path } of below(root, '', () => true)) {
        const { node } = find(`/${path}`, false);
        if (node?.kind === 'file') found[`/${path}`] = Buffer.from(node.content).toString('utf8');
      }
      return found;
    },
  };
  for (const [path, content] of Object.entries(initial)) {
    makeDirectory(posix.dirname(path), 0o755);
    put(path, typeof content === 'string' ? Buffer.from(content) : content, undefined);
  }
  return files;
}
