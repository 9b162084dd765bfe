import { ValueError } from './literals.ts';

interface Field {
  readonly text: string;
  /** Offset of what follows the field: a comma, a line end or the end. */
  readonly end: number;
}

/**
 * One CSV record as Go's encoding/csv reads it, which is how Skaffold's list flags are split: `a,b`, `"a,b",c`, `"say ""hi"""`.
 * The empty text is the empty list; what follows the first line is ignored.
 *
 * @throws {@link ValueError} for stray or missing quotes, with line and column.
 */
export function parseCsv(text: string): readonly string[] {
  if (text === '') return [];
  const fields: string[] = [];
  for (let start = 0; ; ) {
    const field = text[start] === '"' ? quotedField(text, start) : plainField(text, start);
    fields.push(field.text);
    if (text[field.end] !== ',') return fields;
    start = field.end + 1;
  }
}

function plainField(text: string, start: number): Field {
  const length = text.slice(start).search(/,|\r?\n|$/);
  const field = text.slice(start, start + length);
  const stray = field.indexOf('"');
  if (stray >= 0) throw csvError(text, start + stray, 'bare " in non-quoted field');
  return { text: field, end: start + length };
}

function quotedField(text: string, start: number): Field {
  const match = /^"((?:[^"]|"")*)"/.exec(text.slice(start));
  if (match === null) throw csvError(text, text.length, 'extraneous or missing " in quoted-field');
  const end = start + match[0].length;
  if (!/^(?:,|\r?\n|$)/.test(text.slice(end))) throw csvError(text, end - 1, 'extraneous or missing " in quoted-field');
  return { text: (match[1] ?? '').replaceAll('""', '"'), end };
}

function csvError(text: string, offset: number, problem: string): ValueError {
  const before = text.slice(0, offset).split('\n');
  const column = Buffer.byteLength(before.at(-1) ?? '') + 1;
  const start = before.length > 1 ? `record on line 1; ` : '';
  return new ValueError(`${start}parse error on line ${before.length}, column ${column}: ${problem}`);
}
