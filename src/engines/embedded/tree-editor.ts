/** Changes to a tree, remembered so that a layer can be made of them. */
import type { LayerEntry } from '../../image/layer.ts';
import { newDirectory, nodeAt, type Parts, resolveLinks } from '../../image/layer-tree.ts';
import { buildError } from './failure.ts';
import type { Node } from './node.ts';

/** Owner and mode of directories that come into being on the way to a destination. */
interface DirectoryValues {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedAt: number;
}

export interface TreeEditor {
  readonly root: Node;
  /** What is at a path, no link followed. */
  at(parts: Parts): Node | undefined;
  /** Whether a path, links followed, is an existing directory. */
  directoryAt(path: string): boolean;
  /** Puts a node in the place of whatever is there. */
  put(parts: Parts, node: Node): void;
  /** Makes a directory and those above it that do not exist; existing ones stay as they are. */
  makeDirectories(parts: Parts, values: DirectoryValues): void;
  /** Whether anything changed. */
  readonly isChanged: boolean;
  /** What changed, with every directory above it as it is now, in the order of a layer's archive. */
  changes(): readonly (readonly [path: string, node: Node])[];
}

/** Edits a tree in place. */
export function editTree(root: Node): TreeEditor {
  const touched = new Set<string>();
  const put = (parts: Parts, node: Node): void => {
    const name = parts.at(-1);
    const parent = nodeAt(root, parts.slice(0, -1));
    if (name === undefined || parent?.children === undefined) throw notADirectory(parts.slice(0, -1));
    parent.children.set(name, node);
    touched.add(parts.join('/'));
  };
  const makeDirectories = (parts: Parts, values: DirectoryValues): void => {
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const path = parts.slice(0, depth);
      const node = nodeAt(root, path);
      if (node === undefined) put(path, newDirectory(values));
      else if (node.kind !== 'directory') throw notADirectory(path);
    }
  };
  return {
    root,
    at: (parts) => nodeAt(root, parts),
    directoryAt: (path) => resolveLinks(root, path).node?.kind === 'directory',
    put,
    makeDirectories,
    get isChanged() {
      return touched.size > 0;
    },
    changes: () => listChanges(root, touched),
  };
}

function notADirectory(parts: Parts): Error {
  return buildError(`"/${parts.join('/')}" is not a directory in the image`, 'Choose a destination below a directory');
}

/**
 * Unpacking a layer onto an empty directory must give its parents the right owner and mode, so a layer repeats every
 * directory above what it changes, exactly as the image below has it.
 */
function listChanges(root: Node, touched: ReadonlySet<string>): readonly (readonly [string, Node])[] {
  const wanted = new Set<string>();
  for (const path of touched) {
    for (let end = path.length; end > 0 && !wanted.has(path.slice(0, end)); end = path.lastIndexOf('/', end - 1)) {
      wanted.add(path.slice(0, end));
    }
  }
  const keys = [...wanted].map((path) => [path.replaceAll('/', '\u0000'), path] as const);
  keys.sort(([a], [b]) => (a < b ? -1 : 1));
  return keys.flatMap(([, path]) => {
    const node = nodeAt(root, path.split('/'));
    return node === undefined ? [] : [[path, node] as const];
  });
}

/** A node as an entry of a layer. */
export function entryOf(path: string, node: Node): LayerEntry {
  const { children: _children, origin: _origin, ...values } = node;
  return { ...values, path };
}
