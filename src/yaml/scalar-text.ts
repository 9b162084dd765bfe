import { resolvePlain, type ScalarValue } from './resolve.ts';

/** Characters that only an escape can carry, or that other readers take for line breaks. */
const needsEscape = /[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

const baseSixty = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const oldBoolean = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;

/** First characters, document markers and sequences that a plain scalar of a block may not have. */
const notPlain = /^(?:[#,[\]{}&*!|>'"%@`]|[-?:](?:[ \t]|$)|---|\.\.\.)|:(?:[ \t]|$)|[ \t]#|^ | $/;

/**
 * Writes a scalar on one line or as a literal block, styled as gopkg.in/yaml.v3 does in block context with indent 2.
 * `indent` is that of the collection it stands in; the result has no final line break, except that a block scalar
 * which keeps several line breaks ends with all but one of them.
 */
export function scalarText(value: ScalarValue, indent: number): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'boolean':
    case 'integer':
      return String(value.value);
    case 'float':
      return floatText(value.value);
    case 'timestamp':
      return value.value;
    case 'string':
      return stringText(value.value, indent);
    case 'binary':
      return binaryText(value.value, indent);
    case 'merge':
      return '<<';
    case 'invalid':
      throw new TypeError('A scalar that does not fit its tag cannot be printed');
  }
}

/** Whether a key of this text stands before `:` on one line; longer (in UTF-8) and multi-line ones follow a `?`. */
export function isSimpleKey(text: string): boolean {
  if (/[\n\r\x85\u2028\u2029]/.test(text)) return false;
  return text.length <= 42 || Buffer.byteLength(text) <= 128;
}

function stringText(text: string, indent: number): string {
  if (text.includes('\n')) {
    return / \n| $/.test(text) || needsEscape.test(text) ? doubleQuoted(text) : literalBlock(text, indent);
  }
  if (needsEscape.test(text) || text.includes('\t') || looksTyped(text)) return doubleQuoted(text);
  return notPlain.test(text) ? `'${text.replaceAll("'", "''")}'` : text;
}

/** Whether this text, left unquoted, would be read as something else than a string, now or by YAML 1.1. */
function looksTyped(text: string): boolean {
  const { kind } = resolvePlain(text);
  return (kind !== 'string' && kind !== 'merge') || oldBoolean.test(text) || baseSixty.test(text);
}

function literalBlock(text: string, indent: number): string {
  const hint = text.startsWith(' ') || text.startsWith('\n') ? '2' : '';
  const chomp = text.endsWith('\n') ? (text === '\n' || text.endsWith('\n\n') ? '+' : '') : '-';
  const pad = ' '.repeat(indent + 2);
  const body = (text.endsWith('\n') ? text.slice(0, -1) : text).replace(/^(?!$)/gm, pad);
  return `|${hint}${chomp}\n${body}`;
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

/** Everything that is escaped inside double quotes; the `u` flag makes one match of a surrogate pair. */
const escaped = /["\\]|[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/gu;

function doubleQuoted(text: string): string {
  // yaml.v3 escapes every character of a string that begins with a byte order mark.
  const pattern = text.startsWith('\ufeff') ? /./gsu : escaped;
  return `"${text.replace(pattern, escapeOf)}"`;
}

function escapeOf(character: string): string {
  const short = escapes[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const hexadecimal = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hexadecimal.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hexadecimal.padStart(4, '0')}` : `\\U${hexadecimal.padStart(8, '0')}`;
}

/** The shortest decimal that reads back as the same double, in the form of Go's `%g`; minus zero is zero. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Bytes that are text are written as text, as Skaffold does; only others keep their tag. */
function binaryText(bytes: Uint8Array, indent: number): string {
  try {
    return stringText(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), indent);
  } catch {
    const encoded = Buffer.from(bytes).toString('base64');
    if (encoded.length < 70) return `!!binary ${encoded}`;
    return `!!binary ${literalBlock(`${encoded.replace(/.{70}(?!$)/g, '$&\n')}\n`, indent)}`;
  }
}
