import { quote } from './template/quote.ts';
import { GoFailure } from './template/values.ts';

/** The part of a URL a text is in: each has characters of its own that need no escape. */
export type UrlPart = 'userinfo' | 'host' | 'zone' | 'path' | 'fragment';

/** Characters besides letters, digits and `-_.~` that stand for themselves. */
const plain: Readonly<Record<UrlPart, string>> = {
  userinfo: '$&+,;=',
  host: '!$&\'()*+,;=:[]<>"',
  zone: '!$&\'()*+,;=:[]<>"',
  path: '$&+,/:;=@',
  fragment: '$&+,/:;=?@!()*',
};

function isPlain(character: string, part: UrlPart): boolean {
  return /^[A-Za-z0-9\-_.~]$/.test(character) || plain[part].includes(character);
}

/** Go's escaping of a part of a URL. */
export function escapeUrlPart(text: string, part: UrlPart): string {
  let result = '';
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte);
    const hexadecimal = byte.toString(16).toUpperCase().padStart(2, '0');
    result += byte < 0x80 && isPlain(character, part) ? character : `%${hexadecimal}`;
  }
  return result;
}

/**
 * Takes the escapes out of a part of a URL.
 *
 * @throws {GoFailure} for malformed escapes, and for characters a host cannot have.
 */
export function unescapeUrlPart(text: string, part: UrlPart): string {
  const bytes: number[] = [];
  const source = Buffer.from(text).toString('latin1');
  for (let position = 0; position < source.length; position++) {
    const character = source[position] ?? '';
    if (character === '%') {
      bytes.push(readEscape(source.slice(position, position + 3), part));
      position += 2;
      continue;
    }
    const isForbidden = (part === 'host' || part === 'zone') && character < '\x80' && !isPlain(character, part);
    if (isForbidden) throw new GoFailure(`invalid character ${quote(character)} in host name`);
    bytes.push(character.charCodeAt(0));
  }
  return Buffer.from(bytes).toString();
}

/** Hosts may only escape what is not ASCII; zones of IPv6 addresses only what they might say plainly. */
function readEscape(escaped: string, part: UrlPart): number {
  const problem = new GoFailure(`invalid URL escape ${quote(Buffer.from(escaped, 'latin1').toString())}`);
  if (!/^%[0-9a-fA-F]{2}$/.test(escaped)) throw problem;
  const byte = Number.parseInt(escaped.slice(1), 16);
  if (escaped === '%25') return byte;
  if (part === 'host' && byte < 0x80) throw problem;
  const inZone = byte === 0x20 || (byte < 0x80 && isPlain(String.fromCharCode(byte), 'host'));
  if (part === 'zone' && !inZone) throw problem;
  return byte;
}
