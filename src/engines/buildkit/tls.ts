/** Certificates for BuildKits on `tcp://`, under the names that `buildctl` has for its flags, as variables. */
import { join, resolve } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';

/** Certificates in PEM; what is absent is left to the system. */
export interface BuildKitTls {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  /** The name the server's certificate has to carry, where it is not that of the address. */
  readonly serverName: string | undefined;
}

/**
 * Reads `BUILDKIT_TLSDIR` (a directory with `ca.pem`, `cert.pem` and `key.pem`), and `BUILDKIT_TLSCACERT`,
 * `BUILDKIT_TLSCERT`, `BUILDKIT_TLSKEY` (files) and `BUILDKIT_TLSSERVERNAME`, which go before it.
 *
 * @returns undefined where none is set: plain connections are meant then.
 * @throws `BUILDKIT_UNREACHABLE` for a file that is not there, and for a certificate without its key or the reverse.
 */
export async function buildKitTls(ctx: Context): Promise<BuildKitTls | undefined> {
  const { env, cwd, files } = ctx.system;
  const directory = env['BUILDKIT_TLSDIR'] ?? '';
  const serverName = env['BUILDKIT_TLSSERVERNAME'] || undefined;
  const read = async (variable: string, name: string): Promise<Buffer | undefined> => {
    const written = env[variable] ?? '';
    const path = written === '' ? (directory === '' ? '' : join(directory, name)) : written;
    const content = path === '' ? undefined : await files.readIfExists(resolve(cwd, path));
    if (content === undefined && written !== '') throw unusable(`${variable} names ${written}, which is not there`);
    return content === undefined ? undefined : Buffer.from(content);
  };
  const [ca, cert, key] = await Promise.all([
    read('BUILDKIT_TLSCACERT', 'ca.pem'),
    read('BUILDKIT_TLSCERT', 'cert.pem'),
    read('BUILDKIT_TLSKEY', 'key.pem'),
  ]);
  if ((cert === undefined) !== (key === undefined)) throw unusable('certificate and key only work together');
  if (directory !== '' && ca === undefined && cert === undefined)
    throw unusable(`BUILDKIT_TLSDIR names ${directory}, which holds neither ca.pem nor cert.pem`);
  const isWanted = ca !== undefined || cert !== undefined || serverName !== undefined;
  return isWanted ? { ca, cert, key, serverName } : undefined;
}

function unusable(problem: string): ToolError {
  return new ToolError('BUILDKIT_UNREACHABLE', `the certificates for BuildKit cannot be used: ${problem}`, {
    suggestions: [
      { code: 'CHECK_BUILDKIT_TLS', action: 'Put ca.pem, cert.pem and key.pem in the directory BUILDKIT_TLSDIR names' },
    ],
  });
}
