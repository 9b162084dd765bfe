import type { Context } from '../../../core/ports.ts';
import { parseReference } from '../../../image/reference.ts';

/**
 * Credentials for the registries of some images as the lifecycle reads them from `CNB_REGISTRY_AUTH`: a JSON object from
 * registry to a value of the `Authorization` header. `{}` where there are none.
 */
export async function registryAuth(images: readonly string[], ctx: Context): Promise<string> {
  const references = new Map(images.map((image) => [parseReference(image).registry, parseReference(image)]));
  const headers: Record<string, string> = {};
  for (const [registry, { repository }] of references) {
    const found = await ctx.system.credentials.get(registry, repository, ctx.signal);
    if (found?.registryToken !== undefined) headers[registry] = `Bearer ${found.registryToken}`;
    else if (found?.identityToken !== undefined) headers[registry] = `X-Identity ${found.identityToken}`;
    else if (found?.username !== undefined) {
      const pair = Buffer.from(`${found.username}:${found.password ?? ''}`).toString('base64');
      headers[registry] = `Basic ${pair}`;
    }
  }
  return JSON.stringify(headers);
}
