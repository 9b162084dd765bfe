import { compileProgram } from './regexp/compile.ts';
import { createBudget, findFrom, type Places } from './regexp/run.ts';

/** One match of a regular expression in a text. */
export interface Match {
  /** Where it starts and ends, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** The whole match, then each group; undefined for groups that took no part. */
  readonly groups: readonly (string | undefined)[];
}

/** A compiled regular expression. Every call takes time that grows with the text's length times the pattern's, and has a limit. */
export interface GoRegexp {
  readonly pattern: string;
  /** Names of the groups; empty for those without, and for the whole match. */
  readonly names: readonly string[];
  /** The first match. */
  find(text: string): Match | undefined;
  /** Up to `limit` matches in order, without empty ones that touch the end of the one before. */
  findAll(text: string, limit?: number): readonly Match[];
}

/**
 * Compiles a regular expression of Go's `regexp` package. It matches in linear time as Go's does: no pattern can hang the program.
 *
 * @throws {GoFailure} `error parsing regexp: …` in Go's words; from its methods when a search takes too many steps.
 */
export function compileRegexp(pattern: string): GoRegexp {
  const program = compileProgram(pattern);
  const matchOf = (text: string, places: Places): Match => ({
    start: places[0] ?? 0,
    end: places[1] ?? 0,
    groups: program.names.map((_, index) => groupOf(text, places, index)),
  });
  return {
    pattern,
    names: program.names,
    find: (text) => {
      const places = findFrom(program, text, 0, createBudget());
      return places === undefined ? undefined : matchOf(text, places);
    },
    findAll: (text, limit = Number.POSITIVE_INFINITY) => {
      const matches: Match[] = [];
      const budget = createBudget();
      let before = -1;
      for (let position = 0; matches.length < limit && position <= text.length; ) {
        const places = findFrom(program, text, position, budget);
        if (places === undefined) break;
        const match = matchOf(text, places);
        if (match.start !== match.end || match.start !== before) matches.push(match);
        before = match.end;
        position = match.end > position ? match.end : position + characterLength(text, position);
      }
      return matches;
    },
  };
}

function groupOf(text: string, places: Places, index: number): string | undefined {
  const [start = -1, end = -1] = places.slice(2 * index, 2 * index + 2);
  return start < 0 || end < 0 ? undefined : text.slice(start, end);
}

function characterLength(text: string, position: number): number {
  return (text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
}

/** Go's `Regexp.ReplaceAllString`: `$1`, `${1}` and `${name}` in the replacement stand for groups. */
export function replaceAll(expression: GoRegexp, text: string, replacement: string): string {
  return replaceMatches(expression, text, (match) => expandReplacement(expression, replacement, match));
}

/** Go's `Regexp.ReplaceAllStringFunc` with the whole match at hand. */
export function replaceMatches(expression: GoRegexp, text: string, replacement: (match: Match) => string): string {
  let result = '';
  let end = 0;
  for (const match of expression.findAll(text)) {
    result += text.slice(end, match.start) + replacement(match);
    end = match.end;
  }
  return result + text.slice(end);
}

/** Go's `Regexp.Split`: at most `limit` pieces, all of them when it is negative; undefined (nil) for 0. */
export function splitBy(expression: GoRegexp, text: string, limit: number): readonly string[] | undefined {
  if (limit === 0) return undefined;
  if (expression.pattern !== '' && text === '') return [''];
  const pieces: string[] = [];
  let [start, end] = [0, 0];
  for (const match of expression.findAll(text, limit < 0 ? undefined : limit)) {
    if (limit > 0 && pieces.length === limit - 1) break;
    end = match.start;
    if (match.end !== 0) pieces.push(text.slice(start, end));
    start = match.end;
  }
  return end === text.length ? pieces : [...pieces, text.slice(start)];
}

/** A name is as long as it can be: `$1x` is the group `1x`. A dollar sign before anything else is one. */
function expandReplacement({ names }: GoRegexp, replacement: string, { groups }: Match): string {
  return replacement.replace(
    /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu,
    (whole, braced: string | undefined, bare: string | undefined) => {
      if (whole === '$$') return '$';
      const name = braced ?? bare ?? '';
      if (/^(?:0|[1-9]\d{0,8})$/.test(name)) return groups[Number(name)] ?? '';
      return groups.find((group, index) => names[index] === name && group !== undefined) ?? '';
    },
  );
}
