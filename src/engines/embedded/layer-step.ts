/** One step of a stage that makes a layer: taken from the cache where the same step was done before. */
import { createHash } from 'node:crypto';
import { type LayerSource, type PackedLayer, packLayer } from '../../image/layer.ts';
import { newDirectory } from '../../image/layer-tree.ts';
import { mediaTypes } from '../../image/oci.ts';
import type { LayerRecord, Store } from '../../store/store.ts';
import { openContents } from './contents.ts';
import { buildError } from './failure.ts';
import type { LayerRef, Node } from './node.ts';
import { openSpool, type Spool } from './spool.ts';
import type { BuildParts, InstructionParts, Stage } from './stage.ts';
import { editTree, entryOf, type TreeEditor } from './tree-editor.ts';

/** What a step that makes a layer consists of. */
export interface LayerStep {
  /**
   * Everything the layer depends on, as JSON values, cheapest to find out first. A later description may recognise a
   * layer that an earlier one does not.
   */
  readonly descriptions: readonly (() => Promise<unknown> | unknown)[];
  /** Makes the layer independent of the ones below it (`--link`). */
  readonly isLinked?: boolean;
  /** Makes the changes; called only when no description is known. */
  readonly change: (editor: TreeEditor, spool: Spool) => Promise<void>;
}

/** Raised whenever the same description would give another layer than before. */
const keyVersion = 1;

/** Does a step and puts its layer on the stage. Tells whether there is one: a step may change nothing. */
export async function makeLayer(stage: Stage, step: LayerStep, parts: InstructionParts): Promise<boolean> {
  return cachedLayer(stage, step, parts, async (spool) => {
    const editor = editTree(step.isLinked === true ? newDirectory() : await stage.files.root());
    await step.change(editor, spool);
    return { sources: editor.isChanged ? await sourcesOf(editor, spool, parts) : [], finish: async () => undefined };
  });
}

/** The entries of a layer, and what is to be done once they are packed (or there is nothing to pack, or it failed). */
export interface MadeLayer {
  readonly sources: readonly LayerSource[];
  finish(layer: LayerRecord | undefined): Promise<void>;
}

/** As {@link makeLayer}, for changes that are entries of a layer already. */
export async function cachedLayer(
  stage: Stage,
  step: Pick<LayerStep, 'descriptions' | 'isLinked'>,
  parts: InstructionParts,
  make: (spool: Spool) => Promise<MadeLayer>,
): Promise<boolean> {
  const keys: string[] = [];
  for (const describe of step.descriptions) {
    const below = step.isLinked === true ? 'linked' : stage.files.chainId;
    const key = JSON.stringify([keyVersion, below, parts.epoch, await describe()]);
    keys.push(createHash('sha256').update(key).digest('hex'));
    const known = parts.request.noCache ? undefined : await findLayer(keys.at(-1) ?? '', parts);
    if (known === undefined) continue;
    parts.say('Using cache');
    for (const missed of keys.slice(0, -1)) await parts.store.layers.set(missed, known);
    return putOn(stage, known);
  }
  const made = await buildLayer(make, parts);
  for (const key of keys) await parts.store.layers.set(key, made);
  return putOn(stage, made);
}

async function findLayer(key: string, { store }: BuildParts): Promise<LayerRecord | 'empty' | undefined> {
  const known = await store.layers.get(key);
  if (known === undefined || known === 'empty') return known;
  return (await store.blobs.has(known.digest, known.size)) ? known : undefined;
}

function putOn(stage: Stage, layer: LayerRecord | 'empty'): boolean {
  if (layer === 'empty') return false;
  const { digest, size, diffId } = layer;
  stage.files.add({ digest, size, diffId, mediaType: mediaTypes.ociLayerGzip } satisfies LayerRef);
  return true;
}

async function buildLayer(
  make: (spool: Spool) => Promise<MadeLayer>,
  { store, ctx }: BuildParts,
): Promise<LayerRecord | 'empty'> {
  const spool = openSpool(ctx.system.files);
  let layer: LayerRecord | undefined;
  let made: MadeLayer | undefined;
  try {
    made = await make(spool);
    ctx.signal.throwIfAborted();
    if (made.sources.length === 0) return 'empty';
    layer = await storeLayer(made.sources, store, ctx.signal);
    return layer;
  } finally {
    await made?.finish(layer);
    await spool.close();
  }
}

/** Packs a layer into the store. The blob comes first and the record that points to it last: a run killed in between leaves nothing half done. */
export async function storeLayer(
  sources: readonly LayerSource[],
  store: Store,
  signal: AbortSignal,
): Promise<LayerRecord> {
  const { stream, result } = packLayer(sources);
  let packed: PackedLayer | undefined;
  await store.blobs.putNamed(abortable(stream, signal), () => {
    packed = result();
    return packed.digest;
  });
  const { digest, size, diffId, entries } = packed as unknown as PackedLayer;
  await store.indexes.set(diffId, entries);
  await store.sweep();
  return { digest, size, diffId };
}

async function sourcesOf(editor: TreeEditor, spool: Spool, parts: BuildParts): Promise<readonly LayerSource[]> {
  const changes = editor.changes();
  const own = changes.map(([, node]) => node).filter(({ kind, size }) => kind === 'file' && size > 0);
  const contents = await openContents(own, parts.library, spool, parts.ctx);
  return changes.map(([path, node]) => sourceOf(path, node, contents(node)));
}

async function* abortable(stream: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const piece of stream) {
    signal.throwIfAborted();
    yield piece;
  }
}

function sourceOf(path: string, node: Node, content: LayerSource['content']): LayerSource {
  if (/(?:^|\/)\.wh\./.test(path)) {
    throw buildError(
      `"/${path}" cannot be in an image: a name that begins with .wh. means a removed file`,
      'Rename the file',
    );
  }
  // What the key was made of is what must go into the layer: a file that changed meanwhile is noticed.
  const sha256 = node.sha256 ?? (node.origin?.at === 'context' ? node.origin.sha256 : undefined);
  const entry = { ...entryOf(path, node), ...(sha256 === undefined ? {} : { sha256 }) };
  return content === undefined ? { entry } : { entry, content };
}
