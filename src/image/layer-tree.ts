/**
 * The file tree of an image: layers laid over one another (OCI layer.md, "Applying Changesets"), paths resolved the way
 * the kernel would with the image's root as `/`. Trees are large, so they are changed in place by the one who made them.
 */
import { ToolError } from '../core/errors.ts';
import type { LayerEntry } from './layer.ts';

/** What a node of a tree is; hard links have become files of their own. */
export type NodeKind = 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'fifo';

/** A file, directory or other thing of a tree. `Origin` says where a file's content can be had. */
export interface TreeNode<Origin> {
  readonly kind: NodeKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content; 0 for everything but files. */
  readonly size: number;
  /** Seconds since the epoch. */
  readonly modifiedAt: number;
  readonly target?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly device?: { readonly major: number; readonly minor: number };
  /** sha256 of a file's content, in hex. */
  readonly sha256?: string;
  readonly origin?: Origin;
  /** Directories only. */
  readonly children?: Map<string, TreeNode<Origin>>;
}

/** A path split at its slashes; the root is the empty list. */
export type Parts = readonly string[];

/** As many links as Linux follows before it gives up (`ELOOP`), with some to spare. */
const mostLinks = 255;
const whiteoutPrefix = '.wh.';
const opaqueMarker = '.wh..wh..opq';

/** A directory as tools create it where nothing says otherwise: mode 0755, owned by root. */
export function newDirectory<Origin>(values: Partial<TreeNode<Origin>> = {}): TreeNode<Origin> {
  return { mode: 0o755, uid: 0, gid: 0, size: 0, modifiedAt: 0, children: new Map(), ...values, kind: 'directory' };
}

/** Cuts a path into parts; empty parts and `.` are dropped, `..` stays. */
export function partsOf(path: string): Parts {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** The node at exactly these parts, no link followed. */
export function nodeAt<Origin>(root: TreeNode<Origin>, parts: Parts): TreeNode<Origin> | undefined {
  let node: TreeNode<Origin> | undefined = root;
  for (const part of parts) node = node?.children?.get(part);
  return node;
}

/**
 * Follows every link in a path, with `root` as `/`, however `..` and absolute targets try to leave it. Parts that do not
 * exist are kept as they are.
 *
 * @returns The path without links, and the node there if any.
 * @throws {ToolError} `BUILD_USER_ERROR` for links that go round in circles.
 */
export function resolveLinks<Origin>(
  root: TreeNode<Origin>,
  path: string | Parts,
  options: { readonly keepLast?: boolean } = {},
): { readonly parts: Parts; readonly node: TreeNode<Origin> | undefined } {
  const pending = [...(typeof path === 'string' ? partsOf(path) : path)].reverse();
  const trail: { readonly part: string; readonly node: TreeNode<Origin> | undefined }[] = [];
  let links = 0;
  while (pending.length > 0) {
    const part = pending.pop() as string;
    if (part === '..') {
      trail.pop();
      continue;
    }
    const parent = trail.length === 0 ? root : trail.at(-1)?.node;
    const node = parent?.children?.get(part);
    if (node?.kind !== 'symlink' || (options.keepLast === true && pending.length === 0)) {
      trail.push({ part, node });
      continue;
    }
    links += 1;
    if (links > mostLinks) throw circular(path);
    const target = node.target ?? '';
    if (target.startsWith('/')) trail.length = 0;
    for (const part of [...partsOf(target)].reverse()) pending.push(part);
  }
  return { parts: trail.map(({ part }) => part), node: trail.length === 0 ? root : trail.at(-1)?.node };
}

function circular(path: string | Parts): ToolError {
  const text = typeof path === 'string' ? path : `/${path.join('/')}`;
  return new ToolError('BUILD_USER_ERROR', `"${text}" leads through too many symbolic links`, {
    suggestions: [{ code: 'FIX_LINKS', action: 'Check the links for one that leads back to itself' }],
  });
}

/** Children of a directory in the order of their names' code units; none for anything else. */
export function sortedChildren<Origin>(node: TreeNode<Origin>): readonly (readonly [string, TreeNode<Origin>])[] {
  return [...(node.children ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Lays a layer over a tree, changing it. Directories that a layer only implies are made with mode 0755, owned by root;
 * whiteouts and opaque markers remove what earlier layers had.
 *
 * @param originOf Where the content of a file of this layer can be had.
 */
export function applyLayer<Origin>(
  root: TreeNode<Origin>,
  entries: readonly LayerEntry[],
  originOf: (path: string) => Origin,
): void {
  const own = new Set<string>();
  for (const entry of entries) {
    const parts = partsOf(entry.path);
    const name = parts.at(-1);
    if (name === undefined) continue;
    const parent = ensureDirectory(root, parts.slice(0, -1));
    if (name === opaqueMarker) clearBelow(parent, parts.slice(0, -1), own);
    else if (name.startsWith(whiteoutPrefix)) parent.delete(name.slice(whiteoutPrefix.length));
    else {
      place(root, parent, name, entry, originOf);
      own.add(parts.join('/'));
    }
  }
}

/** An opaque marker hides what lower layers have, never what its own layer brings, in whatever order they come. */
function clearBelow<Origin>(children: Map<string, TreeNode<Origin>>, parts: Parts, own: ReadonlySet<string>): void {
  for (const name of [...children.keys()]) if (!own.has([...parts, name].join('/'))) children.delete(name);
}

function ensureDirectory<Origin>(root: TreeNode<Origin>, parts: Parts): Map<string, TreeNode<Origin>> {
  let children = root.children ?? new Map<string, TreeNode<Origin>>();
  for (const part of parts) {
    let node = children.get(part);
    if (node?.children === undefined) {
      node = newDirectory<Origin>();
      children.set(part, node);
    }
    children = node.children ?? children;
  }
  return children;
}

function place<Origin>(
  root: TreeNode<Origin>,
  parent: Map<string, TreeNode<Origin>>,
  name: string,
  entry: LayerEntry,
  originOf: (path: string) => Origin,
): void {
  const { path, kind, target, ...values } = entry;
  if (kind === 'hardlink') {
    const shared = nodeAt(root, partsOf(target ?? ''));
    if (shared !== undefined) parent.set(name, shared);
  } else if (kind === 'directory') {
    // A directory over a directory changes its values and keeps what it holds.
    parent.set(name, { ...values, kind, children: parent.get(name)?.children ?? new Map() });
  } else if (kind === 'file') parent.set(name, { ...values, kind, origin: originOf(path) });
  else parent.set(name, { ...values, kind, ...(target === undefined ? {} : { target }) });
}

/** Every node below `root`, depth first, siblings sorted, the root left out. */
export function* walkTree<Origin>(
  root: TreeNode<Origin>,
  prefix: string = '',
): Generator<readonly [path: string, node: TreeNode<Origin>]> {
  for (const [name, node] of sortedChildren(root)) {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    yield [path, node];
    yield* walkTree(node, path);
  }
}
