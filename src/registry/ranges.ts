/** Bytes `[start, end)`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What a `Range` header asks of content of `size` bytes (RFC 9110, 14.1.2): one range, `unsatisfiable`, or undefined
 * for everything, also where the header is malformed, of another unit or lists several ranges, which a server may ignore.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') return suffix(Number(last), size);
  if (last !== '' && Number(last) < Number(first)) return undefined;
  const start = Number(first);
  return start >= size ? 'unsatisfiable' : { start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}

function suffix(length: number, size: number): ByteRange | 'unsatisfiable' {
  return length === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(size - length, 0), end: size };
}

/** The `Content-Range` of an upload request: `FIRST-LAST`, both inclusive ("Pushing a blob in chunks"); undefined if it is not that. */
export function parseContentRange(header: string): ByteRange | undefined {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(header) ?? [];
  const range = { start: Number(first), end: Number(last) + 1 };
  return Number.isSafeInteger(range.end) && range.start < range.end ? range : undefined;
}
