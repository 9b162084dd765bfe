/**
 * The build context as a tree: exactly the files that the build was given, never more. Links stay links and are followed
 * within the tree only, so nothing outside the workspace can be reached through one.
 */
import { join } from 'node:path';
import type { Files } from '../../core/ports.ts';
import { newDirectory, nodeAt, partsOf } from '../../image/layer-tree.ts';
import { buildError } from './failure.ts';
import type { Node } from './node.ts';

/**
 * Reads what `paths` (relative to the workspace, `/`-separated) are; their contents are read later. Everything belongs to
 * root, and all modification times are `modifiedAt`, so that the image does not depend on when files were written.
 * A file that is gone by now is left out.
 *
 * @throws {ToolError} `BUILD_USER_ERROR` for a path that leads through a symbolic link.
 */
export async function loadContextTree(
  workspace: string,
  paths: readonly string[],
  modifiedAt: number,
  files: Files,
): Promise<Node> {
  const root = newDirectory<NonNullable<Node['origin']>>({ modifiedAt });
  for (const path of paths) {
    const parts = partsOf(path);
    // A Dockerfile may lie outside the context; it is read, but can never be copied.
    if (parts.includes('..')) continue;
    await addNode(root, parts, workspace, modifiedAt, files);
  }
  return root;
}

/** Adds the node at these parts and returns it; directories above it come first. */
async function addNode(
  root: Node,
  parts: readonly string[],
  workspace: string,
  modifiedAt: number,
  files: Files,
): Promise<Node | undefined> {
  const known = nodeAt(root, parts);
  if (known !== undefined) return known;
  const parent = await addNode(root, parts.slice(0, -1), workspace, modifiedAt, files);
  if (parent === undefined) return undefined;
  if (parent.children === undefined) throw throughLink(parts);
  const node = await readNode(parts.join('/'), workspace, modifiedAt, files);
  if (node !== undefined) parent.children.set(parts.at(-1) ?? '', node);
  return node;
}

async function readNode(name: string, workspace: string, modifiedAt: number, files: Files): Promise<Node | undefined> {
  const path = join(workspace, name);
  const info = await files.lstat(path);
  const values = { mode: info?.mode ?? 0, uid: 0, gid: 0, size: 0, modifiedAt };
  switch (info?.kind) {
    case 'directory':
      return newDirectory(values);
    case 'link':
      return { ...values, kind: 'symlink', mode: 0o777, target: await files.readlink(path) };
    case 'file':
      return { ...values, kind: 'file', size: info.size, origin: { at: 'context', name, path, info } };
    default:
      // Sockets, pipes and devices mean nothing in an image; Docker's clients do not send sockets either.
      return undefined;
  }
}

function throughLink(parts: readonly string[]): Error {
  return buildError(
    `"${parts.join('/')}" lies behind a symbolic link and cannot be copied by that path`,
    'Copy the directory that the link points to',
  );
}
