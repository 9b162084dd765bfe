import { posix } from 'node:path';
import type { Files } from '../../src/core/ports.ts';
import {
  below,
  createTree,
  directoryAt,
  entriesOf,
  type FakeTree,
  failed,
  fileAt,
  find,
  infoOf,
  makeDirectory,
  makeNode,
  parentOf,
  put,
} from './fake-tree.ts';

/** A file system in memory: POSIX paths, links followed, everything owned by the user. Passes the contract of `Files`. */
export interface FakeFiles extends Files {
  /** All regular files as text, by path. */
  snapshot(): Record<string, string>;
}

export function fakeFiles(initial: Readonly<Record<string, string | Uint8Array>> = {}): FakeFiles {
  const tree = createTree();
  for (const [path, content] of Object.entries(initial)) {
    makeDirectory(tree, posix.dirname(path), 0o755);
    put(tree, path, bytesOf(content), undefined);
  }
  return { ...reading(tree), ...looking(tree), ...writing(tree), ...arranging(tree), snapshot: () => snapshot(tree) };
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content;
}

function reading(tree: FakeTree): Pick<Files, 'readText' | 'read' | 'readIfExists' | 'readStream'> {
  return {
    readText: async (path) => Buffer.from(fileAt(tree, path).content).toString('utf8'),
    read: async (path) => fileAt(tree, path).content,
    readIfExists: async (path) => (find(tree, path, true).node === undefined ? undefined : fileAt(tree, path).content),
    async *readStream(path, range) {
      const { content } = fileAt(tree, path);
      const part = content.subarray(range?.start ?? 0, range?.end ?? content.length);
      if (part.length > 0) yield part;
    },
  };
}

function looking(tree: FakeTree): Pick<Files, 'lstat' | 'stat' | 'list' | 'walk' | 'readlink' | 'realpath'> {
  const look = (path: string, follow: boolean): ReturnType<typeof infoOf> | undefined => {
    const { node } = find(tree, path, follow);
    return node === undefined ? undefined : infoOf(node);
  };
  return {
    lstat: async (path) => look(path, false),
    stat: async (path) => look(path, true),
    list: async (path) =>
      entriesOf(directoryAt(tree, path, 'FILE_READ_ERR')).map(([name, { kind }]) => ({ name, kind })),
    walk: async (path, enter = () => true) => [...below(directoryAt(tree, path, 'FILE_READ_ERR'), '', enter)],
    readlink: async (path) => {
      const { node } = find(tree, path, false);
      if (node?.kind !== 'link') throw failed('FILE_READ_ERR', path, 'not a link');
      return node.target;
    },
    realpath: async (path) => {
      const { node, at } = find(tree, path, true);
      return node === undefined ? undefined : at;
    },
  };
}

function writing(tree: FakeTree): Pick<Files, 'writeAtomic' | 'writeStream' | 'append'> {
  return {
    writeAtomic: async (path, content, options) => put(tree, path, bytesOf(content), options?.mode),
    writeStream: async (directory, content, place) => {
      directoryAt(tree, directory, 'FILE_WRITE_ERR');
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      const target = place();
      if (target !== undefined) put(tree, target, Buffer.concat(chunks), undefined);
    },
    append: async (path, content) => {
      const { node } = find(tree, path, true);
      put(tree, path, Buffer.concat([node?.content ?? new Uint8Array(), content]), undefined);
    },
  };
}

function arranging(
  tree: FakeTree,
): Pick<Files, 'symlink' | 'mkdir' | 'rename' | 'chmod' | 'touch' | 'remove' | 'temporaryDirectory'> {
  return {
    symlink: async (target, path) => {
      if (find(tree, path, false).node !== undefined) throw failed('FILE_WRITE_ERR', path, 'exists');
      const link = makeNode('link', 0o777, tree.next());
      link.target = target;
      parentOf(tree, path).children.set(posix.basename(path), link);
    },
    mkdir: async (path, mode = 0o755) => makeDirectory(tree, path, mode),
    rename: async (from, to) => {
      const { node } = find(tree, from, false);
      if (node === undefined) throw failed('FILE_WRITE_ERR', from, 'missing');
      parentOf(tree, to).children.set(posix.basename(to), node);
      parentOf(tree, from).children.delete(posix.basename(from));
    },
    chmod: async (path, mode) => {
      const { node } = find(tree, path, true);
      if (node === undefined) throw failed('FILE_WRITE_ERR', path, 'missing');
      node.mode = mode;
    },
    touch: async (path) => {
      if (find(tree, path, true).node === undefined) throw failed('FILE_WRITE_ERR', path, 'missing');
    },
    remove: async (path) => void find(tree, posix.dirname(path), true).node?.children.delete(posix.basename(path)),
    temporaryDirectory: async (prefix) => {
      const path = `/tmp/${prefix}${tree.next().toString(36).padStart(6, '0')}`;
      makeDirectory(tree, '/tmp', 0o777);
      makeDirectory(tree, path, 0o700);
      return path;
    },
  };
}

function snapshot(tree: FakeTree): Record<string, string> {
  const paths = [...below(tree.root, '', () => true)]
    .filter(({ info }) => info.kind === 'file')
    .map(({ path }) => `/${path}`);
  return Object.fromEntries(paths.map((path) => [path, Buffer.from(fileAt(tree, path).content).toString('utf8')]));
}
