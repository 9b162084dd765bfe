/** What a layer's key knows of the nodes that are copied into it. */
import type { Fingerprints } from '../../store/fingerprints.ts';
import { type CopySource, selectedNodes } from './copy-sources.ts';
import type { Node } from './node.ts';

/** Everything of a source that shows in the image: names, kinds, modes, owners, times, links, contents by their hash. */
export async function describeSource(source: CopySource, fingerprints: Fingerprints): Promise<readonly unknown[]> {
  const described: unknown[] = [source.path.at(-1) ?? ''];
  for (const [path, node] of selectedNodes(source)) described.push([path, ...(await describeNode(node, fingerprints))]);
  return described;
}

async function describeNode(node: Node, fingerprints: Fingerprints): Promise<readonly unknown[]> {
  const { kind, mode, uid, gid, size, modifiedAt, target, attributes, device } = node;
  return [kind, mode, uid, gid, size, modifiedAt, target, attributes, device, await hashOf(node, fingerprints)];
}

async function hashOf({ kind, sha256, origin }: Node, fingerprints: Fingerprints): Promise<string | undefined> {
  if (kind !== 'file' || sha256 !== undefined || origin?.at !== 'context') return sha256;
  origin.sha256 ??= await fingerprints.of(origin.name, origin.info);
  return origin.sha256;
}
