/** Secrets of a build: read when a command asks for one, handed over in memory, part of no key and no layer. */
import { join } from 'node:path';
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
  // With neither it is the variable of its name, else the file of that name, as `docker build` has it.
  const isOpen = secret.variable === undefined && secret.file === undefined;
  const variable = secret.variable ?? (isOpen ? id : undefined);
  const value = variable === undefined ? undefined : ctx.system.env[variable];
  if (value !== undefined) return Buffer.from(value, 'utf8');
  const file = secret.file ?? (isOpen ? join(ctx.system.cwd, id) : undefined);
  const content = file === undefined ? undefined : await ctx.system.files.readIfExists(file);
  if (content !== undefined) return content;
  const source = file === undefined ? `the variable ${variable}` : `the file ${file}`;
  throw buildError(`the secret "${id}" cannot be read: ${source} does not exist`, 'Provide it, or remove the secret');
}
