import { ToolError } from '../../core/errors.ts';
import { quoteCharacter } from '../../go/template/quote.ts';
import type { Flag } from '../flags/flag.ts';
import { takesNextWord } from './find-command.ts';

/** One thing the command line says, in its order. */
export type Word =
  | { readonly kind: 'flag'; readonly flag: Flag; readonly text: string }
  | { readonly kind: 'argument'; readonly text: string };

/** A command line that cannot be understood. */
export function usageError(message: string): ToolError {
  return new ToolError('USAGE', message);
}

/**
 * Reads a command line by the rules of pflag, Skaffold's flag library: `--name value`, `--name=value`, `-n value`,
 * `-nvalue`, `-n=value`, joined shorthands (`-qo x`), flags after arguments, `--` before words that are no flags.
 * A flag that means something by itself (`--push`) never takes the next word.
 *
 * @throws `USAGE` at the first word that is wrong; what stands before it has been yielded by then.
 */
export function* readWords(words: readonly string[], flags: readonly Flag[]): Generator<Word> {
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      yield* queue.map((text) => ({ kind: 'argument', text }) as const);
      return;
    }
    if (word.startsWith('--')) yield readLong(word, queue, flags);
    else if (word.startsWith('-') && word.length > 1) yield* readShort(word, queue, flags);
    else yield { kind: 'argument', text: word };
  }
}

function readLong(word: string, queue: string[], flags: readonly Flag[]): Word {
  if (/^--[-=]/.test(word)) throw usageError(`bad flag syntax: ${word}`);
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  const flag = flags.find((candidate) => candidate.name === name);
  if (flag === undefined) throw usageError(`unknown flag: --${name}`);
  if (equals >= 0) return { kind: 'flag', flag, text: word.slice(equals + 1) };
  return { kind: 'flag', flag, text: valueFor(flag, queue, word) };
}

function* readShort(word: string, queue: string[], flags: readonly Flag[]): Generator<Word> {
  for (let rest = word.slice(1); rest !== ''; ) {
    const letter = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    const flag = flags.find((candidate) => candidate.short === letter);
    if (flag === undefined) throw usageError(`unknown shorthand flag: ${quoteCharacter(letter)} in -${rest}`);
    const after = rest.slice(letter.length);
    if (after.startsWith('=') && after.length > 1) {
      yield { kind: 'flag', flag, text: after.slice(1) };
      return;
    }
    if (takesNextWord(flag)) {
      yield {
        kind: 'flag',
        flag,
        text: after === '' ? valueFor(flag, queue, `${quoteCharacter(letter)} in -${rest}`) : after,
      };
      return;
    }
    yield { kind: 'flag', flag, text: bareValue(flag) };
    rest = after;
  }
}

/** The value of a flag that was given without one in the same word; `shown` names the flag as it was typed. */
function valueFor(flag: Flag, queue: string[], shown: string): string {
  if (!takesNextWord(flag)) return bareValue(flag);
  const next = queue.shift();
  if (next === undefined) throw usageError(`flag needs an argument: ${shown}`);
  return next;
}

const bareValue = (flag: Flag): string => flag.bare ?? 'true';
