import type { BuildOutcome } from '../../../core/artifact.ts';
import { ToolError } from '../../../core/errors.ts';
import type { ImageId, ImageReference, Platform } from '../../../core/names.ts';
import type { Context } from '../../../core/ports.ts';
import { parseReference } from '../../../image/reference.ts';
import type { Store } from '../../../store/store.ts';
import { findBaseImage } from '../base-image.ts';
import { fetchLayer } from '../layer-library.ts';
import { nameKey } from '../names.ts';

/** Takes an image out of a registry that is about to end: all of it comes into the store. */
export async function takeImage(
  exported: string,
  reference: ImageReference,
  platform: Platform,
  store: Store,
  ctx: Context,
): Promise<BuildOutcome> {
  const served = await ctx.system.registry.resolve(parseReference(exported), ctx.signal);
  if (served === undefined) {
    throw new ToolError('BUILD_USER_ERROR', `nothing was exported as ${exported}`, {
      suggestions: [{ code: 'BUILD_AGAIN', action: 'Build again with clearCache: true' }],
    });
  }
  const { name } = parseReference(exported);
  const pinned = `${name}@${served.digest}`;
  const image = await findBaseImage(pinned, { platform, built: new Map(), pull: true }, store, ctx);
  for (const layer of image.layers) await fetchLayer(layer, store, ctx);
  const id = image.id as string as ImageId;
  await store.images.set(nameKey(reference), { digest: served.digest, id });
  await store.flush();
  return { at: 'store', digest: served.digest, id };
}
