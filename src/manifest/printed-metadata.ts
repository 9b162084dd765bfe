/** Edits `metadata` in the printed form of manifests, where lines and columns say all, without nodes. */
import { compareNaturally } from '../yaml/key-order.ts';
import { printValue, spaces } from '../yaml/print.ts';

/** One field that is to stand in a mapping. */
interface Field {
  readonly name: string;
  /** With its value and line break, without indentation. */
  readonly printed: string;
}

/** The new lines of a mapping at a column; `enter` to go on inside it, undefined where nodes are needed. */
type Edit = (body: string, column: number) => string | 'enter' | undefined;

/**
 * A printed document with labels in every `metadata`; labels that are there stay, except the one called `overwritten`.
 * Undefined where only nodes can tell.
 */
export function withPrintedLabels(
  text: string,
  labels: ReadonlyMap<string, string>,
  overwritten: string,
): string | undefined {
  const fields = [...labels].map(([name, value]): Field => ({ name, printed: printValue({ [name]: value }) }));
  if (!fields.every(isOneLine) || isUnusual(text)) return undefined;
  return editMetadata(text, /^( *(?:- )*)metadata:(.*)\n/gm, (body, column) =>
    placeLabels(body, column, (present) => {
      const kept = present.filter(({ name }) => name !== overwritten || !labels.has(name));
      const known = new Set(kept.map(({ name }) => name));
      return [...kept, ...fields.filter(({ name }) => !known.has(name))];
    }),
  );
}

/** A printed document in a namespace; undefined where it names one, has no metadata, or only nodes can tell. */
export function withPrintedNamespace(text: string, namespace: string): string | undefined {
  const field = { name: 'namespace', printed: printValue({ namespace }) };
  if (!isOneLine(field) || !/^metadata:(?: \{\})?$/m.test(text)) return undefined;
  return editMetadata(text, /^()metadata:(.*)\n/gm, (body, column) => {
    const fields = fieldsOf(body, column);
    if (fields === undefined || fields.some(({ name }) => name === field.name)) return undefined;
    return printed([...fields, field], column);
  });
}

/** Each character of several lines may look like a field, and a key of its own form is none that is known here. */
function isUnusual(text: string): boolean {
  return /(?:^| )[|>][-+\d]*$/m.test(text) || /^ *(?:- )*\? /m.test(text);
}

function isOneLine({ name, printed: line }: Field): boolean {
  return line.indexOf('\n') === line.length - 1 && name !== '' && !line.startsWith('?');
}

function editMetadata(text: string, pattern: RegExp, edit: Edit): string | undefined {
  let [result, at] = ['', 0];
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [line, before = '', value] = match;
    if (value !== '' && value !== ' {}') continue;
    const start = match.index + line.length;
    const end = value === '' ? endOfBlock(text, start, before.length) : start;
    const edited = edit(text.slice(start, end), before.length + 2);
    if (edited === undefined) return undefined;
    if (edited === 'enter') continue;
    result += `${text.slice(at, match.index)}${before}metadata:\n${edited}`;
    at = end;
    pattern.lastIndex = end;
  }
  return result + text.slice(at);
}

/** Where the lines end that are indented deeper than `column`. */
function endOfBlock(text: string, start: number, column: number): number {
  const deeper = spaces(column + 1);
  let at = start;
  while (text.startsWith(deeper, at) || text.charAt(at) === '\n') at = text.indexOf('\n', at) + 1;
  return at;
}

function placeLabels(
  body: string,
  column: number,
  place: (present: readonly Field[]) => readonly Field[],
): ReturnType<Edit> {
  const fields = fieldsOf(body, column);
  if (fields === undefined) return body.startsWith(`${spaces(column)}- `) ? 'enter' : undefined;
  const labels = fields.find(({ name }) => name === 'labels')?.printed ?? 'labels: {}\n';
  const isBlock = labels.startsWith('labels:\n');
  const own = labels.slice('labels:\n'.length);
  if (!isBlock && labels !== 'labels: {}\n') return 'enter';
  const present = isBlock ? fieldsOf(own, column + 2) : [];
  if (present === undefined) return own.startsWith(`${spaces(column + 2)}- `) ? 'enter' : undefined;
  const placed = { name: 'labels', printed: `labels:\n${printed(place(present), column + 2)}` };
  return printed([...fields.filter(({ name }) => name !== 'labels'), placed], column);
}

/** The fields of a mapping at a column, or undefined where one is more than a plain name and what follows it. */
function fieldsOf(body: string, column: number): readonly Field[] | undefined {
  const fields: { name: string; printed: string }[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\n', at) + 1;
    const line = body.slice(at, end);
    at = end;
    const last = fields.at(-1);
    if (last !== undefined && (line.startsWith(spaces(column + 1)) || line === '\n')) {
      last.printed += line;
      continue;
    }
    const name = /^([A-Za-z_][\w./-]*):[ \n]/.exec(line.slice(column))?.[1];
    if (name === undefined) return undefined;
    fields.push({ name, printed: line.slice(column) });
  }
  return fields;
}

function printed(fields: readonly Field[], column: number): string {
  const ordered = [...fields].sort((a, b) => compareNaturally(a.name, b.name));
  return ordered.map((field) => spaces(column) + field.printed).join('');
}
