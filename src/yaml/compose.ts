import { Composer, type CST, type Document, Lexer, type Node, Parser } from 'yaml';
import { convertDocument } from './convert.ts';
import { deepestNesting, mostProblems } from './limits.ts';
import type { ParsedYaml, YamlDocument, YamlProblem } from './parse.ts';

/**
 * Parses with the `yaml` package: complete, but several times slower than the scanner. Takes and returns what
 * `parseYaml` does; `base` is the offset of `text` in the text that all offsets count in.
 */
export function composeYaml(text: string, base: number, mostTokens: number = Number.POSITIVE_INFINITY): ParsedYaml {
  const { stackTraceLimit } = Error;
  // The package makes an error object of every mistake; most of their cost is a stack that nobody looks at.
  Error.stackTraceLimit = 0;
  try {
    return compose(text, base, mostTokens);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Long texts with many mistakes are not read to their end. */
function compose(text: string, base: number, mostTokens: number): ParsedYaml {
  for (let length = longText; length * 2 < text.length; length *= 4) {
    const errors = certainProblems(text.slice(0, text.lastIndexOf('\n', length) + 1), base, mostTokens);
    if (errors.length >= manyProblems) return { documents: [], errors };
  }
  return composeWhole(text, base, mostTokens);
}

/** Texts of twice as many characters are first looked at in part. */
const longText = 50_000;

/** With so many problems in a part of a text nobody misses those of the rest, and each costs more than much sound YAML. */
const manyProblems = 100;

/** What is wrong with the start of a text whatever comes behind it: not what only its end brings about. */
function certainProblems(start: string, base: number, mostTokens: number): readonly YamlProblem[] {
  const certain = base + start.trimEnd().length - nearEnd;
  return composeWhole(start, base, mostTokens).errors.filter((problem) => problem.end < certain);
}

/** What is open where a text ends is told within this distance of there. */
const nearEnd = 200;

function composeWhole(text: string, base: number, mostTokens: number): ParsedYaml {
  const { tokens, refusal } = readTokens(text, mostTokens);
  if (refusal !== undefined) return { documents: [], errors: [moved(refusal, base)] };
  // Types are resolved by `resolve.ts`, keys checked by whoever reads them: hence the plainest schema.
  const composer = new Composer({ schema: 'failsafe', resolveKnownTags: false, uniqueKeys: false, logLevel: 'error' });
  const documents: YamlDocument[] = [];
  const errors: YamlProblem[] = [];
  const last = Math.max(0, text.trimEnd().length - 1);
  let start = 0;
  for (const document of composer.compose(tokens, false, text.length)) {
    const end = document.range[2];
    const converted = convertDocument(text, base, document.contents as Node | null);
    documents.push(moved({ root: converted.root, start: contentStart(text, document, start), end }, base));
    for (const problem of problemsOf(document, last)) errors.push(moved(problem, base));
    for (const problem of converted.errors) errors.push(problem);
    if (errors.length >= mostProblems) break;
    start = end;
  }
  return { documents, errors: errors.slice(0, mostProblems) };
}

/**
 * The concrete syntax of a text. Reading ends early where there are mistakes enough to tell, at nesting that composing,
 * which is recursive, could not survive, and when there are more tokens than allowed.
 */
function readTokens(
  text: string,
  mostTokens: number,
): { readonly tokens: CST.Token[]; readonly refusal?: YamlProblem } {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let [read, mistakes] = [0, 0];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'error') mistakes++;
    }
    const refusal = tooDeep(parser) ?? (++read > mostTokens ? tooLong(parser, mostTokens) : undefined);
    if (refusal !== undefined) return { tokens, refusal };
    if (mistakes >= mostProblems) break;
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

/** The stack holds the document and the collections that are open. */
function tooDeep({ stack }: Parser): YamlProblem | undefined {
  const token = stack[deepestNesting + 1];
  if (token === undefined || !('items' in token)) return undefined;
  const message = `Collections are nested deeper than ${deepestNesting} levels`;
  return { message, start: token.offset, end: token.offset + 1 };
}

function tooLong({ offset }: Parser, mostTokens: number): YamlProblem {
  const message = `The document has more than ${mostTokens} tokens, and beyond that only everyday YAML is read`;
  return { message, start: offset, end: offset + 1 };
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

/** What is missing at the end of a text is told on its `last` character: behind it there is no line to show. */
function problemsOf(document: Document.Parsed, last: number): YamlProblem[] {
  return document.errors
    .slice(0, mostProblems)
    .map(({ message, pos: [start, end] }) =>
      start > last
        ? { message: sentence(message), start: last, end: last + 1 }
        : { message: sentence(message), start, end },
    );
}

/** The package ends some messages with a full stop or adds excerpts on further lines. */
function sentence(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/\.$/, '');
}
