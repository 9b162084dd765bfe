/**
 * Copying nodes into a tree with the rules of BuildKit's COPY: contents of directories are merged, an existing
 * destination directory keeps its owner and mode, those inside it take the source's.
 */
import { type Parts, resolveLinks } from '../../image/layer-tree.ts';
import { type CopySource, cleanParts, selectedNodes } from './copy-sources.ts';
import { buildError } from './failure.ts';
import type { Node } from './node.ts';
import type { Owner } from './ownership.ts';
import type { ModeChange } from './permissions.ts';
import type { TreeEditor } from './tree-editor.ts';

export interface CopyOptions {
  /** `--chown`; without it nodes keep their owner. */
  readonly owner: Owner | undefined;
  readonly mode: ModeChange | undefined;
  /** Modification time of directories that are made, in seconds since the epoch. */
  readonly madeAt: number;
}

/**
 * Copies one source to a destination of a tree.
 *
 * @param destination Absolute; a trailing `/` or `/.` says that it is a directory. Links in it are followed.
 * @throws {ToolError} `BUILD_USER_ERROR` where a file would replace a directory or the other way round.
 */
export function copyInto(editor: TreeEditor, source: CopySource, destination: string, options: CopyOptions): void {
  const made = madeDirectoryValues(options);
  const isDirectory = source.node.kind === 'directory';
  const parts = cleanParts(destination);
  const saysDirectory = /\/\.?$/.test(destination);
  editor.makeDirectories(resolveLinks(editor.root, saysDirectory ? parts : parts.slice(0, -1)).parts, made);
  const resolved = resolveLinks(editor.root, parts);
  const target =
    !isDirectory && resolved.node?.kind === 'directory'
      ? [...resolved.parts, source.path.at(-1) ?? '']
      : resolved.parts;
  if (isDirectory && resolved.node === undefined) editor.makeDirectories(target, made);
  copyNodes(editor, source, target, options);
}

/**
 * Owner and mode of directories that have to be made for a copy. `--chmod` does not count, as in every Docker up to 28.0;
 * BuildKit from 0.21 on gives an octal mode to them too, so that `--chmod=644` makes directories nobody can enter.
 */
function madeDirectoryValues({ owner, madeAt }: CopyOptions): Owner & { mode: number; modifiedAt: number } {
  return { uid: owner?.uid ?? 0, gid: owner?.gid ?? 0, mode: 0o755, modifiedAt: madeAt };
}

function copyNodes(editor: TreeEditor, source: CopySource, target: Parts, options: CopyOptions): void {
  for (const [path, node] of selectedNodes(source)) {
    const place = path === '' ? target : [...target, ...path.split('/')];
    if (path !== '') makeParents(editor, source.node, target, path, options);
    copyNode(editor, node, place, options, path === '');
  }
}

/** Directories that a filter left out come along when something below them is copied. */
function makeParents(editor: TreeEditor, source: Node, target: Parts, path: string, options: CopyOptions): void {
  const names = path.split('/').slice(0, -1);
  let node: Node | undefined = source;
  const place = [...target];
  for (const name of names) {
    node = node?.children?.get(name);
    place.push(name);
    if (node !== undefined && editor.at(place) === undefined) editor.put(place, changed(node, options, new Map()));
  }
}

function copyNode(editor: TreeEditor, node: Node, place: Parts, options: CopyOptions, isTop: boolean): void {
  const existing = editor.at(place);
  const shown = `/${place.join('/')}`;
  if (node.kind !== 'directory') {
    if (existing?.kind === 'directory') throw conflict(`cannot replace the directory "${shown}" with a file`);
    editor.put(place, changed(node, options));
  } else if (existing === undefined) {
    editor.put(place, changed(node, options, new Map()));
  } else if (existing.kind !== 'directory') {
    throw conflict(`cannot copy a directory to "${shown}", which is none`);
  } else if (!isTop) {
    editor.put(place, changed(node, options, existing.children));
  }
}

function changed(node: Node, { owner, mode }: CopyOptions, children?: Node['children']): Node {
  return {
    ...node,
    ...owner,
    mode: mode === undefined ? node.mode : mode.apply(node),
    ...(children === undefined ? {} : { children }),
  };
}

function conflict(message: string): Error {
  return buildError(message, 'Copy to another destination, or remove what is there in an earlier step');
}
