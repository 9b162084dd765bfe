/** Values for `RUN --mount=type=secret` (moby/buildkit, `session/secrets`), read only when a step asks for one. */
import { resolve } from 'node:path';
import type { handleUnaryCall } from '@grpc/grpc-js';
import type { BuildSecret } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import { method } from '../grpc.ts';
import { type ById, byId, secretResponse } from '../session-messages.ts';
import type { Service } from './service.ts';

/** gRPC's codes for what is not there and for what BuildKit refuses to carry. */
const notFound = 5;
const invalid = 3;
/** The largest secret that BuildKit takes. */
const largest = 500 * 1024;

/** Serves the secrets of a build by their ids; any other id is unknown, as a step that does not require it expects. */
export function secrets(known: readonly BuildSecret[], ctx: Context): Service {
  const GetSecret = method('/moby.buildkit.secrets.v1.Secrets/GetSecret', byId, secretResponse);
  const handle: handleUnaryCall<ById, { readonly data: Uint8Array }> = ({ request }, answer) => {
    const secret = known.find(({ id }) => id === request.id);
    const refuse = (code: number, details: string): void => answer({ code, details });
    if (secret === undefined) return refuse(notFound, `the build has no secret ${request.id}`);
    readSecret(secret, ctx).then(
      (data) => {
        if (data === undefined) refuse(notFound, `the secret ${request.id} is not there: ${placeOf(secret)}`);
        else if (data.length > largest) refuse(invalid, `the secret ${request.id} is larger than ${largest} bytes`);
        else answer(null, { data });
      },
      (error: Error) => refuse(notFound, error.message),
    );
  };
  return { methods: { GetSecret }, handlers: { GetSecret: handle } };
}

async function readSecret({ id, file, variable }: BuildSecret, ctx: Context): Promise<Uint8Array | undefined> {
  const { env, cwd, files } = ctx.system;
  const value = file === undefined ? env[variable ?? id] : undefined;
  if (value !== undefined) return Buffer.from(value);
  return variable === undefined ? files.readIfExists(resolve(cwd, file ?? id)) : undefined;
}

function placeOf({ id, file, variable }: BuildSecret): string {
  if (variable !== undefined) return `the variable ${variable} is not set`;
  return file === undefined ? `there is neither a variable nor a file ${id}` : `there is no file ${file}`;
}
