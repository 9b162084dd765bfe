const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const group = 8;

/** Base32 (RFC 4648) with padding. */
export function encodeBase32(text: string): string {
  let result = '';
  let bits = 0;
  let count = 0;
  for (const byte of Buffer.from(text)) {
    bits = (bits << 8) | byte;
    for (count += 8; count >= 5; count -= 5) result += alphabet[(bits >> (count - 5)) & 31] ?? '';
    bits &= (1 << count) - 1;
  }
  if (count > 0) result += alphabet[(bits << (5 - count)) & 31] ?? '';
  return result.padEnd(Math.ceil(result.length / group) * group, '=');
}

/** Decodes padded base32; of a mistake sprig makes the text of Go's error. Line ends do not count, not even for positions. */
export function decodeBase32(text: string): string {
  const source = Buffer.from(text)
    .toString('latin1')
    .replace(/[\r\n]/g, '');
  const wrong = wrongByte(source);
  return wrong === undefined ? decode(source) : `illegal base32 data at input byte ${wrong}`;
}

function decode(source: string): string {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const digit of source.replace(/=.*$/s, '')) {
    bits = (bits << 5) | alphabet.indexOf(digit);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes.push(bits >> count);
    bits &= (1 << count) - 1;
  }
  return Buffer.from(bytes).toString();
}

/** Where Go's decoder finds the first mistake, if there is one. */
function wrongByte(source: string): number | undefined {
  for (let start = 0; start < source.length; start += group) {
    for (let inGroup = 0; inGroup < group; inGroup++) {
      const at = start + inGroup;
      if (at >= source.length) return start;
      const left = source.length - at - 1;
      if (source[at] === '=' && inGroup >= 2 && left < group) return wrongPadding(source, at, inGroup);
      if (!alphabet.includes(source[at] ?? '')) return at;
    }
  }
  return undefined;
}

/** Checks the padding that starts here; behind 1, 3 or 6 digits there can be none. */
function wrongPadding(source: string, at: number, inGroup: number): number | undefined {
  const left = source.length - at - 1;
  const needed = group - 1 - inGroup;
  if (left < needed) return source.length;
  for (let offset = 0; offset < needed && offset < left; offset++) {
    if (source[at + 1 + offset] !== '=') return at + offset;
  }
  return inGroup === 3 || inGroup === 6 ? at : undefined;
}
