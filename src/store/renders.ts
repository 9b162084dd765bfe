/**
 * Renders that were done before: one for each project and way to render it, the latest. A file is the sha256 of the rest in
 * hex, a line of JSON, and the text; whatever does not fit its checksum is dropped with a warning.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { StoreParts } from './parts.ts';

/** A render and what it was made from. */
export interface RenderRecord {
  /** Stands for everything that went into it: another render with the same inputs gives the same text. */
  readonly inputs: string;
  /** What was said on the way. */
  readonly messages: readonly RenderMessage[];
  readonly text: string;
}

/** A line of the log. */
export interface RenderMessage {
  readonly level: 'trace' | 'debug' | 'info' | 'warning' | 'error';
  readonly message: string;
}

export interface Renders {
  /** The render of that name, if it was made from these inputs. */
  get(name: string, inputs: string): Promise<RenderRecord | undefined>;
  set(name: string, record: RenderRecord): Promise<void>;
}

/** Opens the renders kept in a directory, which is made when the first is written. */
export function openRenders(directory: string, { files, warn }: StoreParts): Renders {
  const pathOf = (name: string): string => join(directory, hexOf(name));
  return {
    get: async (name, inputs) => {
      const bytes = await files.readIfExists(pathOf(name));
      if (bytes === undefined) return undefined;
      const record = decode(name, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      if (record !== undefined) return record.inputs === inputs ? record : undefined;
      warn(`the record ${pathOf(name)} is damaged and was dropped`);
      await files.remove(pathOf(name));
      return undefined;
    },
    set: async (name, { inputs, messages, text }) => {
      const content = Buffer.from(`${JSON.stringify({ name: hexOf(name), inputs, messages })}\n${text}`);
      await files.mkdir(directory);
      // Manifests hold secrets.
      const mode = 0o600;
      await files.writeAtomic(pathOf(name), Buffer.concat([Buffer.from(`${hexOf(content)}\n`), content]), { mode });
    },
  };
}

const hashLength = 64;
const lineBreak = 0x0a;

function decode(name: string, bytes: Buffer): RenderRecord | undefined {
  const content = bytes.subarray(hashLength + 1);
  const end = content.indexOf(lineBreak);
  if (end < 0 || bytes.toString('latin1', 0, hashLength + 1) !== `${hexOf(content)}\n`) return undefined;
  const head = JSON.parse(content.toString('utf8', 0, end)) as Omit<RenderRecord, 'text'> & { readonly name: string };
  if (head.name !== hexOf(name)) return undefined;
  return { inputs: head.inputs, messages: head.messages, text: content.toString('utf8', end + 1) };
}

function hexOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
