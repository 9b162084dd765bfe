import { DockerfileProblem } from './problem.ts';

/** What stands between the `*` of a pattern: characters, and undefined for `?`, which is any but a line end. */
type Run = readonly (string | undefined)[];

/** Characters of a pattern at most: what matching costs grows with them. */
const longestPattern = 1000;

/**
 * Reads a pattern; a backslash is dropped before `}` and `/` and makes `*`, `?` and itself literal.
 *
 * @returns the runs; there is a `*`, which is any characters but line ends, between each and the next.
 */
function runsOf(pattern: string): readonly Run[] {
  const characters = [...pattern];
  if (characters.length > longestPattern)
    throw new DockerfileProblem(`a pattern has ${characters.length} characters, and may have ${longestPattern}`);
  let run: (string | undefined)[] = [];
  const runs = [run];
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    if (character === '*') {
      run = [];
      runs.push(run);
    } else if (character === '?') run.push(undefined);
    else if (character !== '\\') run.push(character);
    else if (!'}/'.includes(characters[index + 1] ?? '-')) run.push(escapedAt(characters, ++index, pattern));
  }
  return runs;
}

function escapedAt(characters: readonly string[], index: number, pattern: string): string {
  const escaped = characters[index] ?? '';
  if (/^[*?\\]$/.test(escaped)) return escaped;
  throw new DockerfileProblem(`invalid escape "\\${escaped}" in the pattern "${pattern}"`);
}

/**
 * `${name#pattern}` and `${name%pattern}`: the value without the shortest prefix (or suffix) that matches; the longest
 * when `word` starts with the modifier again.
 */
export function trimPattern(value: string, modifier: string, word: string): string {
  const isLongest = word.startsWith(modifier);
  const runs = runsOf(isLongest ? word.slice(1) : word);
  const characters = [...value];
  if (modifier === '#') return characters.slice(matchEnd(characters, 0, runs, isLongest) ?? 0).join('');
  const backwards = runs.map((run) => run.toReversed()).toReversed();
  const end = matchEnd(characters.toReversed(), 0, backwards, isLongest) ?? 0;
  return characters.slice(0, characters.length - end).join('');
}

/** `${name/pattern/replacement}`: the first match replaced, or every one. Matches are as long as they can be; an empty one right after another does not count, as in Go. */
export function replacePattern(value: string, pattern: string, replacement: string, all: boolean): string {
  const runs = runsOf(pattern);
  const characters = [...value];
  const result: string[] = [];
  let at = 0;
  let lastEnd = -1;
  for (let match = findMatch(characters, 0, runs); match !== undefined; match = findMatch(characters, at, runs)) {
    for (; at < match.start; at++) result.push(characters[at] ?? '');
    if (match.end > match.start || match.start !== lastEnd) result.push(replacement);
    lastEnd = match.end;
    at = match.end;
    if (match.end === match.start && at < characters.length) result.push(characters[at++] ?? '');
    else if (match.end === match.start) break;
    if (!all) break;
  }
  for (; at < characters.length; at++) result.push(characters[at] ?? '');
  return result.join('');
}

interface Match {
  readonly start: number;
  readonly end: number;
}

/** The first place from `from` on where the pattern matches. */
function findMatch(text: readonly string[], from: number, runs: readonly Run[]): Match | undefined {
  const [first = []] = runs;
  for (let start = from; start + first.length <= text.length; start++) {
    if (!matchesAt(text, start, first)) continue;
    const end = matchEnd(text, start, runs, true);
    if (end !== undefined) return { start, end };
    // What follows a `*` is not on the rest of this line: no other place before its end has more behind it.
    start = Math.max(start, lineEndFrom(text, start + first.length) - first.length);
  }
  return undefined;
}

/**
 * Where a match that begins at `start` ends, the shortest or the longest. Each run but the last is taken where it first
 * comes: whatever follows it there, more is left for it than behind a later place.
 */
function matchEnd(
  text: readonly string[],
  start: number,
  runs: readonly Run[],
  isLongest: boolean,
): number | undefined {
  const [first = [], ...others] = runs;
  if (!matchesAt(text, start, first)) return undefined;
  let end = start + first.length;
  for (const [index, run] of others.entries()) {
    const isLast = index === others.length - 1;
    const place = isLast && isLongest ? lastPlace(text, end, run) : firstPlace(text, end, run);
    if (place === undefined) return undefined;
    end = place + run.length;
  }
  return end;
}

function firstPlace(text: readonly string[], from: number, run: Run): number | undefined {
  const lineEnd = lineEndFrom(text, from);
  for (let at = from; at <= lineEnd; at++) if (matchesAt(text, at, run)) return at;
  return undefined;
}

function lastPlace(text: readonly string[], from: number, run: Run): number | undefined {
  for (let at = lineEndFrom(text, from); at >= from; at--) if (matchesAt(text, at, run)) return at;
  return undefined;
}

function matchesAt(text: readonly string[], at: number, run: Run): boolean {
  if (at + run.length > text.length) return false;
  for (const [index, expected] of run.entries()) {
    const character = text[at + index];
    if (expected === undefined ? character === '\n' : character !== expected) return false;
  }
  return true;
}

/** Where the next line end is, or the end of the text. */
function lineEndFrom(text: readonly string[], from: number): number {
  const found = text.indexOf('\n', from);
  return found < 0 ? text.length : found;
}
