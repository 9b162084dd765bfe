import { DockerfileProblem } from './problem.ts';
import { expandText } from './shell-words.ts';
import type { Heredoc } from './types.ts';

/** A heredoc announced in an instruction, its content still to come. */
export type HeredocStart = Omit<Heredoc, 'content'>;

const noVariables: ReadonlyMap<string, string> = new Map();

/**
 * The heredocs that an instruction's line starts, in order. Words are found as a POSIX shell finds them, so `<<` inside
 * quotes starts none.
 *
 * @throws {DockerfileProblem} for a quote that is not closed in a heredoc's word.
 */
export function heredocStarts(line: string): readonly HeredocStart[] {
  const starts: HeredocStart[] = [];
  for (const word of shellWords(line)) {
    const start = parseHeredocWord(word);
    if (start !== undefined) starts.push(start);
  }
  return starts;
}

/** A line that is no valid sequence of words (an unclosed quote, say) starts no heredoc; the shell will complain about it. */
function shellWords(line: string): readonly string[] {
  try {
    return expandText(line, noVariables, { escape: '\\', rawQuotes: true, rawEscapes: true, keepUnset: true }).words;
  } catch (error) {
    if (error instanceof DockerfileProblem) return [];
    throw error;
  }
}

/** Reads a word such as `<<EOF`, `<<-"EOF"` or `3<<EOF`; undefined when it is none of that kind. */
export function parseHeredocWord(word: string): HeredocStart | undefined {
  const match = /^(\d*)<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word);
  const rest = match?.[3] ?? '';
  if (rest === '') return undefined;
  const { words } = expandText(rest, noVariables, { escape: '\\', keepUnset: true });
  const [name] = words;
  if (name === undefined || words.length !== 1) return undefined;
  const [raw = ''] = expandText(rest, noVariables, { escape: '\\', keepUnset: true, rawQuotes: true }).words;
  return { name, expand: countQuotes(name) === countQuotes(raw), chomp: match?.[2] === '-' };
}

const countQuotes = (text: string): number => text.replace(/[^'"]/g, '').length;
