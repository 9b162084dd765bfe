import { Composer, type CST, type Document, type Node, Parser } from 'yaml';
import { convertDocument } from './convert.ts';
import { deepestNesting } from './limits.ts';
import type { ParsedYaml, YamlDocument, YamlProblem } from './parse.ts';

/**
 * Parses with the `yaml` package: complete, but several times slower than the scanner. Takes and returns what
 * `parseYaml` does; `base` is the offset of `text` in the text that all offsets count in.
 */
export function composeYaml(text: string, base: number): ParsedYaml {
  const tokens = [...new Parser().parse(text)];
  const tooDeep = findTooDeep(tokens);
  if (tooDeep !== undefined) return { documents: [], errors: [moved(tooDeep, base)] };
  // Types are resolved by `resolve.ts`, keys checked by whoever reads them: hence the plainest schema.
  const composer = new Composer({ schema: 'failsafe', resolveKnownTags: false, uniqueKeys: false, logLevel: 'error' });
  const documents: YamlDocument[] = [];
  const errors: YamlProblem[] = [];
  let start = 0;
  for (const document of composer.compose(tokens, false, text.length)) {
    const end = document.range[2];
    const converted = convertDocument(text, base, document.contents as Node | null);
    documents.push(moved({ root: converted.root, start: contentStart(text, document, start), end }, base));
    errors.push(...problemsOf(document, text).map((problem) => moved(problem, base)), ...converted.errors);
    start = end;
  }
  return { documents, errors };
}

function moved<Place extends { readonly start: number; readonly end: number }>(place: Place, base: number): Place {
  return { ...place, start: place.start + base, end: place.end + base };
}

/** Skips the directives and the `---` in front of a document. */
function contentStart(text: string, document: Document.Parsed, after: number): number {
  if (document.directives?.docStart !== true) return after;
  const marker = /^---(?=\s|$)/gm;
  marker.lastIndex = after;
  const found = marker.exec(text);
  return found === null ? after : found.index + 3;
}

/** What is missing at the end of a text is told on its last character: behind it there is no line to show. */
function problemsOf(document: Document.Parsed, text: string): YamlProblem[] {
  const last = Math.max(0, text.trimEnd().length - 1);
  return document.errors.map(({ message, pos: [start, end] }) =>
    start > last
      ? { message: sentence(message), start: last, end: last + 1 }
      : { message: sentence(message), start, end },
  );
}

/** The package ends some messages with a full stop or adds excerpts on further lines. */
function sentence(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/\.$/, '');
}

/** Looks for nesting that composing, which is recursive, could not survive. */
function findTooDeep(tokens: readonly CST.Token[]): YamlProblem | undefined {
  const stack = tokens.map((token): [CST.Token, number] => [token, 0]);
  for (;;) {
    const entry = stack.pop();
    if (entry === undefined) return undefined;
    const [token, depth] = entry;
    const deeper = 'items' in token ? depth + 1 : depth;
    if (deeper > deepestNesting) {
      const message = `Collections are nested deeper than ${deepestNesting} levels`;
      return { message, start: token.offset, end: token.offset + 1 };
    }
    for (const child of tokensIn(token)) stack.push([child, deeper]);
  }
}

function* tokensIn(token: CST.Token): Generator<CST.Token> {
  if (token.type === 'document' && token.value !== undefined) yield token.value;
  if (!('items' in token)) return;
  for (const { key, value } of token.items) {
    if (key) yield key;
    if (value) yield value;
  }
}
