/** Credentials for the registries that BuildKit pulls from and pushes to (moby/buildkit, `session/auth`). */
import type { handleUnaryCall, ServiceError } from '@grpc/grpc-js';
import type { ImageReference } from '../../../core/names.ts';
import type { Context } from '../../../core/ports.ts';
import { method } from '../grpc.ts';
import { type CredentialsResponse, credentialsRequest, credentialsResponse } from '../session-messages.ts';
import type { Service } from './service.ts';

/**
 * Serves the caller's own credentials, each for its registry only, and none for registries that are no part of the build.
 *
 * @param images what the build may pull or push: credentials may differ by repository, and BuildKit names the host alone.
 * @param onSecret told before a secret leaves this process.
 */
export function auth(images: readonly ImageReference[], onSecret: (host: string) => void, ctx: Context): Service {
  const path = '/moby.filesync.v1.Auth/Credentials';
  const Credentials = method(path, credentialsRequest, credentialsResponse);
  const handle: handleUnaryCall<{ readonly host: string }, Partial<CredentialsResponse>> = ({ request }, answer) => {
    const repository = images.find(({ registry }) => hostOf(registry) === request.host)?.repository ?? '';
    credentialFor(request.host, repository, ctx).then(
      (found) => {
        if (found.secret !== undefined) onSecret(request.host);
        answer(null, found);
      },
      (error: Error) => answer(error as ServiceError),
    );
  };
  return { methods: { Credentials }, handlers: { Credentials: handle } };
}

/** Docker Hub is asked under another name than its images have. */
function hostOf(registry: string): string {
  return registry === 'index.docker.io' ? 'registry-1.docker.io' : registry;
}

/** An identity token goes as a secret without a user; a bearer token cannot be handed on in this way. */
async function credentialFor(host: string, repository: string, ctx: Context): Promise<Partial<CredentialsResponse>> {
  const found = await ctx.system.credentials.get(host, repository, ctx.signal);
  if (found?.identityToken !== undefined) return { secret: found.identityToken };
  if (found?.password !== undefined) return { username: found.username ?? '', secret: found.password };
  return {};
}
