import { childrenOf, describe, isCommand } from '../command-table.ts';
import type { Flag } from '../flags/flag.ts';
import { flagsOf, sharedFlags } from '../flags/table.ts';

/** A command line, divided into the command's name and the rest. */
export interface FoundCommand {
  /** Full name of a command or group; empty for the program itself. */
  readonly name: string;
  /** All words but those of the name, flags before it included. */
  readonly rest: readonly string[];
  /** The first word of the rest that stands where a command would. */
  readonly next: string | undefined;
}

/** Whether the flag takes its value from the next word when it is given without `=`. */
export function takesNextWord(flag: Flag | undefined): boolean {
  return !(flag !== undefined && (flag.kind === 'bool' || flag.kind === 'triBool' || flag.bare !== undefined));
}

/** The flags that apply to a command or group. */
export function flagsFor(name: string): readonly Flag[] {
  return isCommand(name) ? flagsOf(name) : sharedFlags.filter((flag) => flag.on === 'all');
}

/**
 * Finds the command as cobra does: the first words that are neither flags nor values of flags, as far as they
 * name commands. Flags may stand anywhere. After `--` nothing is a command.
 */
export function findCommand(words: readonly string[]): FoundCommand {
  let [name, rest] = ['', words];
  for (;;) {
    const index = firstWord(rest, flagsFor(name));
    const next = index === undefined ? undefined : rest[index];
    const full = `${name} ${next}`.trim();
    if (next === undefined || isCommand(name) || !isChild(name, full)) return { name, rest, next };
    [name, rest] = [full, rest.filter((_, at) => at !== index)];
  }
}

const isChild = (group: string, name: string): boolean => childrenOf(group).includes(name);

/** Index of the first word that is neither a flag nor a flag's value. */
function firstWord(words: readonly string[], flags: readonly Flag[]): number | undefined {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') return undefined;
    if (word === '' || word === '-') continue;
    if (!word.startsWith('-')) return index;
    if (takesNextWord(flagOf(word, flags)) && isBareFlag(word)) index += 1;
  }
  return undefined;
}

const isBareFlag = (word: string): boolean => !word.includes('=') && (word.startsWith('--') || word.length === 2);

function flagOf(word: string, flags: readonly Flag[]): Flag | undefined {
  const name = word.replace(/^--?/, '');
  return flags.find((flag) => (word.startsWith('--') ? flag.name === name : flag.short === name));
}

/** Listed commands of a group that a mistyped word may have meant: two edits away at most, or beginning with it. */
export function suggestionsFor(word: string, group: string): readonly string[] {
  const typed = word.toLowerCase();
  const names = childrenOf(group).filter((name) => !describe(name).hidden);
  return names
    .map((name) => name.slice(group === '' ? 0 : group.length + 1))
    .filter((name) => name.startsWith(typed) || editDistance(typed, name.toLowerCase()) <= 2);
}

/** Levenshtein distance. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
