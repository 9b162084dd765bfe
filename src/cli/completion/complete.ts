import { isAvailable } from '../built-commands.ts';
import { childrenOf, commandTable, describe, isCommand } from '../command-table.ts';
import type { Flag } from '../flags/flag.ts';
import { findCommand, flagsFor, takesNextWord } from '../parse/find-command.ts';
import { type Candidate, type Completions, directives, nothing } from './directives.ts';

/** Looks names up in the configuration the command line means. */
export interface ConfigNames {
  profiles(filename: string): Promise<readonly string[]>;
  modules(filename: string): Promise<readonly string[]>;
  images(filename: string): Promise<readonly string[]>;
}

/**
 * What could stand at the end of a command line.
 *
 * @param before the words in front of it, without the program.
 * @param current what is typed of the last word so far, often nothing.
 */
export async function complete(before: readonly string[], current: string, names: ConfigNames): Promise<Completions> {
  const { name, rest } = findCommand(before);
  const flags = flagsFor(name);
  if (rest.includes('--')) return completeArgument(name, rest, current);
  const pending = pendingFlag(rest, flags);
  if (pending !== undefined) return await completeValue(pending, current, before, names);
  const [, flagName, value] = /^--([^=]+)=(.*)$/s.exec(current) ?? [];
  if (value !== undefined) {
    const flag = flags.find((candidate) => candidate.name === flagName);
    return flag === undefined ? nothing : await completeValue(flag, value, before, names);
  }
  return current.startsWith('-') ? completeFlag(current, rest, flags) : completeArgument(name, rest, current);
}

/** The flag whose value comes next, where the last word is one that waits for it. */
function pendingFlag(words: readonly string[], flags: readonly Flag[]): Flag | undefined {
  const last = words.at(-1) ?? '';
  if (!/^-[^=]+$/.test(last)) return undefined;
  const flag = flags.find((candidate) =>
    last.startsWith('--') ? `--${candidate.name}` === last : candidate.short === last.at(-1),
  );
  return flag !== undefined && takesNextWord(flag) ? flag : undefined;
}

const repeatable = new Set(['stringSlice', 'stringArray', 'images']);

function completeFlag(current: string, given: readonly string[], flags: readonly Flag[]): Completions {
  const isOpen = (flag: Flag): boolean =>
    repeatable.has(flag.kind) || !given.some((word) => word === `--${flag.name}` || word.startsWith(`--${flag.name}=`));
  const listed = flags.filter((flag) => flag.hidden !== true && flag.deprecated === undefined && isOpen(flag));
  const long = listed.map((flag) => ({ word: `--${flag.name}`, description: flag.help }));
  const short = listed.flatMap((flag) =>
    flag.short === undefined ? [] : [{ word: `-${flag.short}`, description: flag.help }],
  );
  return offer([...long, ...(current === '-' ? short : [])], current);
}

function completeArgument(name: string, given: readonly string[], current: string): Completions {
  if (!isCommand(name)) return given.length === 0 ? offer(commandsIn(name), current) : nothing;
  const rule = commandTable[name].arguments;
  if (name === 'help') {
    const topic = findCommand(given);
    return topic.rest.length === 0 ? offer(commandsIn(topic.name), current) : nothing;
  }
  if (rule.kind === 'word')
    return given.length === 0
      ? offer(
          rule.words.map((word) => ({ word })),
          current,
        )
      : nothing;
  return rule.kind === 'none' ? nothing : { candidates: [], directive: directives.files };
}

function commandsIn(group: string): readonly Candidate[] {
  if (isCommand(group)) return [];
  return childrenOf(group)
    .filter(isAvailable)
    .map((name) => ({ word: name.split(' ').at(-1) ?? name, description: describe(name).summary }));
}

async function completeValue(
  flag: Flag,
  current: string,
  before: readonly string[],
  names: ConfigNames,
): Promise<Completions> {
  // Of a list only the part behind the last comma is completed.
  const head = repeatable.has(flag.kind) ? (/^.*,/s.exec(current)?.[0] ?? '') : '';
  const words = await wordsFor(flag, filenameIn(before), names);
  const { candidates } = offer(
    words.map((word) => ({ word: head + word })),
    current,
  );
  return { candidates, directive: directiveFor(flag) };
}

async function wordsFor(flag: Flag, filename: string, names: ConfigNames): Promise<readonly string[]> {
  if (flag.values !== undefined) return flag.values;
  if (flag.kind === 'bool' || flag.kind === 'triBool') return ['true', 'false'];
  if (flag.complete === 'profile') return await names.profiles(filename);
  if (flag.complete === 'module') return await names.modules(filename);
  return flag.complete === 'image' ? await names.images(filename) : [];
}

function directiveFor({ complete: hint }: Flag): number {
  if (hint === 'file') return directives.files;
  return hint === 'directory' ? directives.directories : directives.noFiles;
}

/** The configuration that the command line names. */
function filenameIn(words: readonly string[]): string {
  const at = words.findLastIndex((word) => word === '-f' || word === '--filename');
  const joined = words.findLast((word) => word.startsWith('--filename='))?.slice('--filename='.length);
  return (at >= 0 ? words[at + 1] : joined) ?? 'skaffold.yaml';
}

function offer(candidates: readonly Candidate[], current: string): Completions {
  return { candidates: candidates.filter(({ word }) => word.startsWith(current)), directive: directives.noFiles };
}
