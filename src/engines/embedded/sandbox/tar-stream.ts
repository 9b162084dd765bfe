/** A plain tar of entries, for handing trees to another process. */
import type { LayerSource } from '../../../image/layer.ts';
import { endOfArchive, paddingFor, tarHeader } from '../../../image/tar.ts';
import type { Change } from './changes.ts';

/** The archive of some entries, in the order given. */
export async function* tarOf(sources: AsyncIterable<LayerSource> | Iterable<LayerSource>): AsyncGenerator<Uint8Array> {
  for await (const { entry, content } of sources) {
    yield tarHeader(entry);
    if (entry.kind !== 'file' || content === undefined) continue;
    yield* content.stream();
    yield paddingFor(entry.size);
  }
  yield endOfArchive;
}

/** A change as it went through a tar: directories carry the names in them as an attribute. */
export const visibleAttribute = 'user.slipway.visible';

export function withVisible({ entry, content, visible }: Change): LayerSource {
  const rest = content === undefined ? {} : { content };
  if (visible === undefined) return { entry, ...rest };
  const names = Buffer.from(JSON.stringify(visible)).toString('base64');
  return { entry: { ...entry, attributes: { [visibleAttribute]: names } } };
}
