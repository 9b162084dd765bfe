/** Secrets of a build: read when a command asks for one, handed over in memory, part of no key and no layer. */
import { buildError } from '../failure.ts';
import type { BuildParts } from '../stage.ts';

/**
 * The content of a secret by its id.
 *
 * @returns Undefined for one that was not given, where the command can do without.
 * @throws {ToolError} `BUILD_USER_ERROR` where it cannot, or where its file or variable is missing.
 */
export async function readSecret(
  id: string,
  required: boolean,
  { request, ctx }: BuildParts,
): Promise<Uint8Array | undefined> {
  const secret = request.secrets?.find((one) => one.id === id);
  if (secret === undefined) {
    if (!required) return undefined;
    throw buildError(`the secret "${id}" was not given`, 'Add it to build.artifacts.docker.secrets');
  }
  if ('variable' in secret.from) {
    const value = ctx.system.env[secret.from.variable];
    if (value !== undefined) return Buffer.from(value, 'utf8');
    throw buildError(
      `the variable ${secret.from.variable} of the secret "${id}" is not set`,
      'Set it, or remove the secret',
    );
  }
  const content = await ctx.system.files.readIfExists(secret.from.file);
  if (content !== undefined) return content;
  throw buildError(
    `the file ${secret.from.file} of the secret "${id}" does not exist`,
    'Create it, or remove the secret',
  );
}
