/** Credentials in the form the Docker Engine takes them with a request (moby's `X-Registry-Auth` and `X-Registry-Config`). */
import type { ImageReference } from '../../core/names.ts';
import type { Context } from '../../core/ports.ts';

interface EngineCredential {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
  readonly serveraddress: string;
}

/** A header value; dockerode passes `base64` on as it is. The engine reads base64 with `-` and `_`, and wants its padding. */
export interface EngineAuth {
  readonly base64: string;
}

/** The credential for one image's registry; an empty one where there is none, since the engine insists on the header. */
export async function imageAuth(reference: ImageReference, ctx: Context): Promise<EngineAuth> {
  return encode((await credentialFor(reference, ctx)) ?? {});
}

/** The credentials for the registries of several images, by the name the engine looks them up with. */
export async function registriesAuth(references: readonly ImageReference[], ctx: Context): Promise<EngineAuth> {
  const byRegistry = new Map(references.map((reference) => [reference.registry, reference]));
  const credentials = await Promise.all([...byRegistry.values()].map((reference) => credentialFor(reference, ctx)));
  return encode(
    Object.fromEntries(credentials.flatMap((found) => (found === undefined ? [] : [[found.serveraddress, found]]))),
  );
}

async function credentialFor(reference: ImageReference, ctx: Context): Promise<EngineCredential | undefined> {
  const { registry, repository } = reference;
  const found = await ctx.system.credentials.get(registry, repository, ctx.signal);
  if (found === undefined) return undefined;
  return {
    serveraddress: registry === 'index.docker.io' ? 'https://index.docker.io/v1/' : registry,
    ...(found.username === undefined ? {} : { username: found.username }),
    ...(found.password === undefined ? {} : { password: found.password }),
    ...(found.identityToken === undefined ? {} : { identitytoken: found.identityToken }),
    ...(found.registryToken === undefined ? {} : { registrytoken: found.registryToken }),
  };
}

function encode(value: object): EngineAuth {
  return { base64: Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_') };
}
