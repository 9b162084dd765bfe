import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';

/** Certificates for a TLS connection to a Docker Engine, in PEM. */
export interface TlsMaterial {
  /** Authorities to trust instead of the system's. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Whether the server's certificate is checked. */
  readonly verify: boolean;
}

/**
 * Reads `ca.pem`, `cert.pem` and `key.pem` of a directory, those that are there.
 *
 * @throws `BUILD_DOCKER_DAEMON_NOT_RUNNING` when only one of certificate and key is there.
 */
export async function readTls(directory: string, verify: boolean, ctx: Context): Promise<TlsMaterial> {
  const read = async (name: string): Promise<string | undefined> => {
    const content = await ctx.system.files.readIfExists(join(directory, name));
    return content === undefined ? undefined : Buffer.from(content).toString('utf8');
  };
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  if ((cert === undefined) !== (key === undefined))
    throw incomplete(directory, cert === undefined ? 'cert.pem' : 'key.pem');
  return {
    verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
}

function incomplete(directory: string, missing: string): ToolError {
  return new ToolError('BUILD_DOCKER_DAEMON_NOT_RUNNING', `the Docker certificates in ${directory} lack ${missing}`, {
    suggestions: [
      { code: 'CHECK_DOCKER_CERT_PATH', action: 'Put ca.pem, cert.pem and key.pem there, or set DOCKER_CERT_PATH' },
    ],
  });
}
