/** The file system of one stage while it is built: layers on layers, and their merged tree when somebody asks for it. */
import { createHash } from 'node:crypto';
import { applyLayer, newDirectory } from '../../image/layer-tree.ts';
import type { LayerLibrary } from './layer-library.ts';
import type { LayerRef, Node, Origin, SourceTree } from './node.ts';
import { inParallel } from './parallel.ts';

export interface StageFiles extends SourceTree {
  readonly layers: readonly LayerRef[];
  /** Names the content of all layers together: the OCI chain ID, or `scratch`. */
  readonly chainId: string;
  /** The merged tree. It belongs to the stage: an instruction may change it in place before it calls `add`. */
  root(): Promise<Node>;
  /** Puts a layer on top. */
  add(layer: LayerRef): void;
  /** Drops a tree that an instruction left half changed; the next question builds it again. */
  forgetTree(): void;
}

const parallelDownloads = 4;

/** Opens the file system of a stage that starts with these layers. */
export function openStageFiles(base: readonly LayerRef[], library: LayerLibrary): StageFiles {
  const layers: LayerRef[] = [...base];
  let tree: Node | undefined;
  let shown = 0;
  const root = async (): Promise<Node> => {
    const missing = layers.slice(shown);
    await inParallel(missing, parallelDownloads, async (layer) => void (await library.entries(layer)));
    tree ??= newDirectory();
    for (const layer of missing) {
      const list = await library.entries(layer);
      applyLayer<Origin>(tree, list, (path) => ({ at: 'layer', layer, path }));
      shown += 1;
    }
    return tree;
  };
  let pending: Promise<unknown> = Promise.resolve();
  return {
    layers,
    get chainId() {
      return chainIdOf(layers);
    },
    // One at a time: two stages may copy from this one at once.
    root: () => {
      const result = pending.then(root, root);
      pending = result;
      return result;
    },
    add: (layer) => {
      layers.push(layer);
    },
    forgetTree: () => {
      tree = undefined;
      shown = 0;
    },
  };
}

/** OCI config.md, "Layer ChainID". */
function chainIdOf(layers: readonly LayerRef[]): string {
  let chain = '';
  for (const { diffId } of layers) {
    chain = chain === '' ? diffId : `sha256:${createHash('sha256').update(`${chain} ${diffId}`).digest('hex')}`;
  }
  return chain === '' ? 'scratch' : chain;
}
