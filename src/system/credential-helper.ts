import { ToolError } from '../core/errors.ts';
import type { Exec, ExecResult, RegistryCredential } from '../core/ports.ts';

/** How long a helper may take; some open a browser or ask a key ring. */
const patience = 60_000;

/**
 * Asks `docker-credential-<name> get` for a server (protocol of github.com/docker/docker-credential-helpers).
 * Undefined when the helper knows none. What a helper prints is never part of an error: it may hold a secret.
 * @throws {ToolError} `REGISTRY_UNAUTHORIZED` when it fails or is not there.
 */
export async function askHelper(
  name: string,
  server: string,
  exec: Exec,
  signal: AbortSignal | undefined,
): Promise<RegistryCredential | undefined> {
  const program = `docker-credential-${name}`;
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) throw failed('its name is not that of a program', program, server);
  const result = await run(program, server, exec, signal);
  if (result.exitCode === 0) return read(result.stdout, program, server);
  if (/credentials not found|no credentials server URL/i.test(result.stdout)) return undefined;
  throw failed(`it ended with exit code ${result.exitCode}`, program, server);
}

async function run(program: string, server: string, exec: Exec, signal: AbortSignal | undefined): Promise<ExecResult> {
  try {
    const options = { input: server, timeoutMilliseconds: patience };
    return await exec.run(program, ['get'], signal === undefined ? options : { ...options, signal });
  } catch (error) {
    if (!(error instanceof ToolError) || error.code === 'CANCELLED') throw error;
    throw failed(error.code === 'COMMAND_NOT_FOUND' ? 'it cannot be run' : 'it took too long', program, server);
  }
}

function failed(reason: string, program: string, server: string): ToolError {
  return new ToolError('REGISTRY_UNAUTHORIZED', `cannot get the credentials for ${server} from ${program}: ${reason}`, {
    suggestions: [
      {
        code: 'CHECK_CREDENTIAL_HELPER',
        action: `Run "${program} get" yourself, or take the helper out of Docker's config.json`,
      },
    ],
  });
}

function read(stdout: string, program: string, server: string): RegistryCredential | undefined {
  const answer = parse(stdout);
  const { Username: username, Secret: secret } = answer ?? {};
  if (typeof username !== 'string' || typeof secret !== 'string')
    throw failed('its answer is not of the expected form', program, server);
  if (username === '' && secret === '') return undefined;
  return username === '<token>' ? { identityToken: secret } : { username, password: secret };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
