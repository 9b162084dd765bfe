import type { Readable } from 'node:stream';
import { ToolError } from '../../core/errors.ts';
import type { ImageReference, Platform } from '../../core/names.ts';
import type { Context } from '../../core/ports.ts';
import { formatPlatform } from '../../image/platform.ts';
import { imageAuth } from './auth.ts';
import type { DockerConnection } from './connection.ts';
import { engineMessages, failureIn, textOf } from './messages.ts';

/**
 * Lets the engine fetch an image from its registry.
 *
 * @param say told what the engine says about it, as it comes.
 * @throws `BUILD_DOCKER_SYSTEM_ERR` with the engine's message; what the client throws where no engine answers.
 */
export async function pullImage(
  docker: DockerConnection,
  reference: ImageReference,
  platform: Platform | undefined,
  say: (text: string) => void,
  ctx: Context,
): Promise<void> {
  const authconfig = await imageAuth(reference, ctx);
  const wanted = platform === undefined ? {} : { platform: formatPlatform(platform) };
  const source = { fromImage: reference.name, tag: reference.digest ?? reference.tag ?? 'latest' };
  const answer = await docker.client.createImage({ ...source, ...wanted, authconfig, abortSignal: ctx.signal });
  for await (const message of engineMessages(answer as Readable)) {
    const failure = failureIn(message);
    if (failure !== undefined) throw new ToolError('BUILD_DOCKER_SYSTEM_ERR', failure);
    const text = textOf(message);
    if (text !== undefined) say(text);
  }
}
