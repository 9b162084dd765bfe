/**
 * Which image an artifact became when it was last built. The lifecycle takes layers from it; tags change from build to
 * build, so it has to be told.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ImageReference } from '../../../core/names.ts';
import type { ImageEngine } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import { parseReference } from '../../../image/reference.ts';
import { cacheDirectory } from '../../../store/location.ts';

/** Where an image is looked for: in a registry or in a daemon. */
type Home = 'registry' | 'daemon';

function noteFile(home: Home, { name }: ImageReference, ctx: Context): string {
  const key = createHash('sha256')
    .update(JSON.stringify([home, name]))
    .digest('hex')
    .slice(0, 32);
  return join(cacheDirectory(ctx.system), 'buildpacks', `${key}.txt`);
}

/** Notes what was built. */
export async function rememberImage(home: Home, reference: ImageReference, built: string, ctx: Context): Promise<void> {
  const file = noteFile(home, reference, ctx);
  await ctx.system.files.mkdir(join(cacheDirectory(ctx.system), 'buildpacks'));
  await ctx.system.files.writeAtomic(file, `${built}\n`);
}

/** What was built last under the same name, where it is still there. */
export async function previousImage(
  home: Home,
  reference: ImageReference,
  engine: ImageEngine,
  ctx: Context,
): Promise<string | undefined> {
  const note = await ctx.system.files.readIfExists(noteFile(home, reference, ctx));
  const text = note === undefined ? '' : Buffer.from(note).toString('utf8').trim();
  if (text === '') return undefined;
  const isThere =
    home === 'daemon'
      ? (await engine.find(text, ctx)) !== undefined
      : (await ctx.system.registry.resolve(parseReference(text), ctx.signal).catch(() => undefined)) !== undefined;
  return isThere ? text : undefined;
}
