import type { YamlNode } from '../core/yaml-node.ts';

/** Deepest nesting of collections a document may have. */
export const deepestNesting = 500;

/** Most nodes a document may have once its aliases are written out. */
export const mostExpandedNodes = 1_000_000;

/** Most problems of a text that are told: reading it ends there. */
export const mostProblems = 1000;

/**
 * Number of nodes below and including `node` once every alias is replaced by a copy of its target, as far as it
 * matters: counting stops above {@link mostExpandedNodes}. Linear in the size of the document.
 */
export function expandedSize(node: YamlNode, known: Map<YamlNode, number> = new Map()): number {
  const before = known.get(node);
  if (before !== undefined) return before;
  let size = 1;
  for (const child of childrenOf(node)) size = Math.min(size + expandedSize(child, known), mostExpandedNodes + 1);
  known.set(node, size);
  return size;
}

/** Levels of collections below and including `node`, aliases written out. */
export function expandedDepth(node: YamlNode, known: Map<YamlNode, number> = new Map()): number {
  const before = known.get(node);
  if (before !== undefined) return before;
  let deepest = 0;
  for (const child of childrenOf(node)) deepest = Math.max(deepest, expandedDepth(child, known));
  const depth = node.kind === 'scalar' || node.kind === 'alias' ? deepest : deepest + 1;
  known.set(node, depth);
  return depth;
}

function childrenOf(node: YamlNode): readonly YamlNode[] {
  if (node.kind === 'alias') return [node.target];
  if (node.kind === 'sequence') return node.items;
  if (node.kind === 'mapping') return node.pairs.flatMap((pair) => [pair.key, pair.value]);
  return [];
}
