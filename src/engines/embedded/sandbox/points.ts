/** Places in an image where something is mounted: found in its tree before anything runs, so that no link leads out of it. */
import type { LayerEntry } from '../../../image/layer.ts';
import { nodeAt, type Parts, resolveLinks } from '../../../image/layer-tree.ts';
import { buildError, unsupported } from '../failure.ts';
import type { Node } from '../node.ts';

export interface MountPoints {
  /**
   * The path, free of links, where a mount goes. Nothing of what has to be made for it becomes part of the image.
   *
   * @param isEmpty whether others may be mounted inside.
   */
  claim(path: string, kind: 'directory' | 'file', isEmpty?: boolean): MountPoint;
  /** Makes sure of a directory. */
  need(path: string): void;
  /** Directories and empty files that the image lacks, with the directories above them as the image has them. */
  missing(): readonly LayerEntry[];
}

export interface MountPoint {
  /** Relative to the root. */
  readonly path: string;
  /** It lies in a mount that is empty, so it has to be made after that one was mounted. */
  readonly isInside: boolean;
}

interface Claimed {
  readonly parts: Parts;
  readonly isEmpty: boolean;
}

/** Opens the mount points of one command. */
export function openMountPoints(tree: Node): MountPoints {
  const claimed: Claimed[] = [];
  const missing = new Map<string, LayerEntry>();
  return {
    claim: (path, kind, isEmpty = false) => {
      const { parts, node } = resolveLinks(tree, path);
      if (parts.length === 0)
        throw buildError(`nothing can be mounted over "${path}"`, 'Choose a target below the root');
      const outer = claimed.findLast((one) => startsWith(parts, one.parts));
      claimed.push({ parts, isEmpty });
      const place = { path: parts.join('/'), isInside: outer !== undefined };
      if (outer !== undefined) {
        if (outer.isEmpty && parts.length > outer.parts.length) return place;
        throw unsupported(
          `the embedded engine does not mount "${path}" inside another mount`,
          'Choose another target, or build with --engine=docker or --engine=buildkit',
        );
      }
      if (node === undefined) addMissing(tree, parts, kind, missing);
      else if ((node.kind === 'directory') !== (kind === 'directory')) throw wrongKind(path, kind);
      return place;
    },
    need: (path) => {
      const { parts, node } = resolveLinks(tree, path);
      if (node === undefined) addMissing(tree, parts, 'directory', missing);
    },
    missing: () => [...missing.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

const startsWith = (parts: Parts, start: Parts): boolean => start.every((part, index) => parts[index] === part);

function addMissing(tree: Node, parts: Parts, kind: 'directory' | 'file', missing: Map<string, LayerEntry>): void {
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const path = parts.slice(0, depth).join('/');
    const isLast = depth === parts.length;
    const node = nodeAt(tree, parts.slice(0, depth));
    if (node !== undefined && node.kind !== 'directory') throw wrongKind(`/${path}`, 'directory');
    if (missing.has(path)) continue;
    const values = node ?? { mode: isLast && kind === 'file' ? 0o644 : 0o755, uid: 0, gid: 0, modifiedAt: 0 };
    missing.set(path, {
      path,
      kind: isLast ? kind : 'directory',
      mode: values.mode,
      uid: values.uid,
      gid: values.gid,
      size: 0,
      modifiedAt: values.modifiedAt,
    });
  }
}

function wrongKind(path: string, kind: string): Error {
  return buildError(`"${path}" is no ${kind} in the image, so none can be mounted there`, 'Choose another target');
}
