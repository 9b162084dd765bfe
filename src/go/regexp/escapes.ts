import { failure } from './errors.ts';

/** One character of a pattern: what it stands for, and how many UTF-16 units it takes. */
export interface ReadCharacter {
  readonly code: number;
  readonly length: number;
}

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/**
 * An escape that stands for one character, at the start of the text.
 *
 * @throws {GoFailure} for escapes that mean nothing, back references among them.
 */
export function readEscape(text: string): ReadCharacter {
  const [letter = ''] = text.slice(1);
  if (letter === '') throw failure('trailing backslash at end of expression', '');
  const control = Object.hasOwn(controls, letter) ? controls[letter] : undefined;
  if (control !== undefined) return { code: control, length: 2 };
  const octal = /^\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(text)?.[0];
  if (octal !== undefined) return { code: Number.parseInt(octal.slice(1), 8), length: octal.length };
  if (letter === 'x') return readHexadecimal(text);
  if (/^[A-Za-z0-9]$/.test(letter) || letter > '\x7f') throw failure('invalid escape sequence', `\\${letter}`);
  return { code: letter.codePointAt(0) ?? 0, length: 1 + letter.length };
}

function readHexadecimal(text: string): ReadCharacter {
  const match = /^\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(text);
  const code = Number.parseInt(match?.[1] ?? match?.[2] ?? '', 16);
  if (match !== null && code <= 0x10ffff) return { code, length: match[0].length };
  throw failure('invalid escape sequence', wrongHexadecimal(text));
}

/** What Go has read when it gives up: up to the character that is wrong, or the digit that makes the number too large. */
function wrongHexadecimal(text: string): string {
  const braced = /^\\x\{[0-9a-fA-F]*/.exec(text)?.[0];
  if (braced === undefined) return /^\\x.{0,2}/su.exec(text)?.[0] ?? text;
  for (let end = 4; end <= braced.length; end++) {
    if (Number.parseInt(braced.slice(3, end), 16) > 0x10ffff) return braced.slice(0, end);
  }
  const [next = ''] = text.slice(braced.length);
  return braced + next;
}
