import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { encodeJson } from '../json.ts';
import { GoFailure, type GoValue } from '../template/values.ts';
import { decodeBase32, encodeBase32 } from './base32.ts';
import { type FunctionTable, onAny, onString } from './define.ts';

/** sprig's hashes, encodings and path functions. */
export const encodingFunctions: FunctionTable = {
  sha256sum: onString((text) => createHash('sha256').update(text).digest('hex')),
  sha1sum: onString((text) => createHash('sha1').update(text).digest('hex')),
  adler32sum: onString(adler32),
  b64enc: onString((text) => Buffer.from(text).toString('base64')),
  b64dec: onString(decodeBase64),
  b32enc: onString(encodeBase32),
  b32dec: onString(decodeBase32),
  toJson: onAny(1, (value) => json(value)),
  toPrettyJson: onAny(1, (value) => json(value, '  ')),
  base: onString((path) => (path === '' ? '.' : posix.basename(path) || '/')),
  dir: onString(directory),
  clean: onString((path) => posix.normalize(path).replace(/(?<=.)\/$/, '')),
  ext: onString((path) => /\.[^./]*$/.exec(path)?.[0] ?? ''),
  isAbs: onString((path) => path.startsWith('/')),
};

/** Go's `path.Dir`: everything before the last slash, cleaned. */
function directory(path: string): string {
  const parent = posix.normalize(path.slice(0, path.lastIndexOf('/') + 1) || '.');
  return parent.length > 1 ? parent.replace(/\/$/, '') : parent;
}

/** sprig drops the error of what cannot be encoded, and leaves an empty text. */
function json(value: GoValue, indent?: string): string {
  try {
    return encodeJson(value, indent === undefined ? { escapeHtml: true } : { escapeHtml: true, indent });
  } catch (error) {
    if (error instanceof GoFailure) return '';
    throw error;
  }
}

/** The Adler-32 checksum in decimal. */
function adler32(text: string): string {
  let [low, high] = [1, 0];
  for (const byte of Buffer.from(text)) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return String(high * 65_536 + low);
}

/** Decodes padded base64; of a mistake sprig makes the text of Go's error. Line ends do not count. */
function decodeBase64(text: string): string {
  return base64Mistake(text) ?? Buffer.from(text.replace(/[\r\n]/g, ''), 'base64').toString();
}

/** What Go says is wrong with padded base64; undefined when nothing is. */
export function base64Mistake(text: string): string | undefined {
  const wrong = wrongByte(Buffer.from(text));
  return wrong === undefined ? undefined : `illegal base64 data at input byte ${wrong}`;
}

const isLineEnd = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x0d;
const isDigit = (byte: number): boolean => /^[A-Za-z0-9+/]$/.test(String.fromCharCode(byte));
const padding = 0x3d;

/** Where Go's decoder finds the first mistake, if there is one. */
function wrongByte(bytes: Uint8Array): number | undefined {
  let inGroup = 0;
  for (let position = 0; position < bytes.length; position++) {
    const byte = bytes[position] ?? 0;
    if (isLineEnd(byte)) continue;
    if (byte === padding) return wrongPadding(bytes, position, inGroup);
    if (!isDigit(byte)) return position;
    inGroup = (inGroup + 1) % 4;
  }
  return inGroup === 0 ? undefined : bytes.length - inGroup;
}

/** Checks the end of the text from its first padding on. */
function wrongPadding(bytes: Uint8Array, at: number, inGroup: number): number | undefined {
  if (inGroup < 2) return at;
  let position = skipLineEnds(bytes, at + 1);
  if (inGroup === 2) {
    if (position >= bytes.length) return bytes.length;
    if (bytes[position] !== padding) return position - 1;
    position = skipLineEnds(bytes, position + 1);
  }
  return position < bytes.length ? position : undefined;
}

function skipLineEnds(bytes: Uint8Array, from: number): number {
  let position = from;
  while (isLineEnd(bytes[position])) position++;
  return position;
}
