/**
 * Layers unpacked into directories, which overlayfs lays over one another. A layer is unpacked once, by its diffID,
 * whatever image or stage it belongs to, aside and then renamed: what is there is complete, and nobody changes it.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayerEntry } from '../../../image/layer.ts';
import { applyLayer, newDirectory, nodeAt, partsOf } from '../../../image/layer-tree.ts';
import type { LayerLibrary } from '../layer-library.ts';
import type { LayerRef, Node, Origin } from '../node.ts';
import type { FileTool } from './file-tool.ts';
import { tarOf } from './tar-stream.ts';
import { noteUse } from './uses.ts';

export interface UnpackedLayers {
  /** Where the layers lie, below `root`, lowest first; those that are not there are unpacked. */
  directories(layers: readonly LayerRef[]): Promise<readonly string[]>;
  /** Keeps a directory of changes as the unpacked form of the layer that was made of it. */
  adopt(directory: string, layer: Pick<LayerRef, 'diffId'>): Promise<void>;
}

export interface UnpackedOptions {
  /** Where unpacked layers are kept. */
  readonly root: string;
  /** A directory of this process to unpack in, on the same file system. */
  readonly scratch: string;
  /** Whether removed files are marked, for overlayfs. */
  readonly whiteouts: boolean;
  readonly tool: FileTool;
  readonly library: LayerLibrary;
}

const opaqueMarker = '.wh..wh..opq';

/** Opens the unpacked layers of one kind of sandbox. */
export function openUnpackedLayers(options: UnpackedOptions): UnpackedLayers {
  return {
    directories: async (layers) => {
      await mkdir(options.root, { recursive: true, mode: 0o700 });
      const names: string[] = [];
      for (const [index, layer] of layers.entries()) names.push(await ensure(layers.slice(0, index), layer, options));
      return names;
    },
    adopt: async (directory, { diffId }) => {
      const place = join(options.root, shortName(diffId));
      await noteUse(place);
      await moveInto(directory, place, options.tool);
    },
  };
}

/** Names are short: overlayfs takes all of them in one page of memory. */
function shortName(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}

async function ensure(below: readonly LayerRef[], layer: LayerRef, options: UnpackedOptions): Promise<string> {
  const own = shortName(layer.diffId);
  await noteUse(join(options.root, own));
  if (existsSync(join(options.root, own))) return own;
  const entries = await options.library.entries(layer);
  const isOpaque = options.whiteouts && entries.some(({ path }) => path.endsWith(opaqueMarker));
  // What an opaque marker hides depends on the layers below.
  const name = isOpaque ? shortName(JSON.stringify([...below, layer].map(({ diffId }) => diffId))) : own;
  if (isOpaque) await noteUse(join(options.root, name));
  if (existsSync(join(options.root, name))) return name;
  const hidden = isOpaque ? hiddenBy(entries, await treeOf(below, options.library)) : [];
  await unpack(layer, hidden, name, options);
  return name;
}

async function unpack(
  layer: LayerRef,
  hidden: readonly LayerEntry[],
  name: string,
  { root, scratch, tool, library, whiteouts }: UnpackedOptions,
): Promise<void> {
  const aside = join(scratch, name);
  await library.read(layer, async (stream) => {
    await tool.remove(aside);
    await mkdir(aside, { recursive: true, mode: 0o755 });
    await tool.extract(stream, aside, whiteouts);
  });
  if (hidden.length > 0) await tool.extract(tarOf(hidden.map((entry) => ({ entry }))), aside, whiteouts);
  await moveInto(aside, join(root, name), tool);
}

/** Another process may have been quicker: what is there stays. */
async function moveInto(from: string, to: string, tool: FileTool): Promise<void> {
  try {
    await tool.move(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
    await tool.remove(from);
  }
}

async function treeOf(layers: readonly LayerRef[], library: LayerLibrary): Promise<Node> {
  const root: Node = newDirectory();
  for (const layer of layers) {
    applyLayer<Origin>(root, await library.entries(layer), (path) => ({ at: 'layer', layer, path }));
  }
  return root;
}

/** Whiteouts for every name that an opaque marker hides and its own layer does not bring back. */
function hiddenBy(entries: readonly LayerEntry[], below: Node): readonly LayerEntry[] {
  const own = new Set(entries.map(({ path }) => path));
  return entries
    .filter(({ path }) => path.endsWith(opaqueMarker))
    .flatMap((marker) => {
      const directory = marker.path.slice(0, -opaqueMarker.length);
      const names = [...(nodeAt(below, partsOf(directory))?.children?.keys() ?? [])];
      return names
        .filter((name) => !own.has(`${directory}${name}`))
        .map((name) => ({ ...marker, path: `${directory}.wh.${name}` }));
    });
}
