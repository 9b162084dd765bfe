/** The stream of JSON messages that the Docker Engine answers builds, pulls and pushes with. */
import { StringDecoder } from 'node:string_decoder';
import { ToolError } from '../../core/errors.ts';

/** One message (moby's `jsonmessage.JSONMessage`); a message has only some of the fields. */
export interface EngineMessage {
  /** Text to print as it is, line ends included. */
  readonly stream?: string;
  /** A line to print, after `id` where there is one. */
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  /** Results: `ID` of a build, `Digest` and `Size` of a push. */
  readonly aux?: { readonly ID?: string; readonly Tag?: string; readonly Digest?: string; readonly Size?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly code?: number; readonly message?: string };
}

/**
 * Cuts the stream into messages.
 *
 * @throws `BUILD_DOCKER_SYSTEM_ERR` for a line that is no JSON object, as when the engine dies within one.
 */
export async function* engineMessages(stream: AsyncIterable<Uint8Array>): AsyncGenerator<EngineMessage> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(Buffer.from(chunk))).split('\n');
    rest = lines.pop() ?? '';
    yield* messagesIn(lines);
  }
  yield* messagesIn([rest + decoder.end()]);
}

function* messagesIn(lines: readonly string[]): Generator<EngineMessage> {
  for (const line of lines) {
    if (line.trim() !== '') yield parse(line);
  }
}

function parse(line: string): EngineMessage {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Reported below, like any other text that is no message.
  }
  throw new ToolError('BUILD_DOCKER_SYSTEM_ERR', 'the Docker Engine sent a message that is not a JSON object');
}

/** What `docker` prints for a message when its output is no terminal: moving progress bars are left out. */
export function textOf(message: EngineMessage): string | undefined {
  if (message.stream !== undefined) return message.stream;
  const moving = message.progressDetail?.current !== undefined || message.progressDetail?.total !== undefined;
  if (message.status === undefined || moving) return undefined;
  return message.id === undefined ? `${message.status}\n` : `${message.id}: ${message.status}\n`;
}

/** The engine's words for a failure, when the message is one. */
export function failureIn(message: EngineMessage): string | undefined {
  return message.errorDetail?.message ?? message.error;
}
