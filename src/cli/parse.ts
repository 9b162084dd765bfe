import { ToolError } from '../core/errors.ts';
import { quote } from '../go/template/quote.ts';
import type { CommandName } from './command-names.ts';
import { commandTable, isCommand } from './command-table.ts';
import { type Environment, flagVariables, fromEnvironment, variablesOf } from './environment.ts';
import type { Flag } from './flags/flag.ts';
import { type Options, optionKey } from './flags/options.ts';
import { sharedFlags } from './flags/table.ts';
import { checkArguments } from './parse/arguments.ts';
import { findCommand, flagsFor, suggestionsFor } from './parse/find-command.ts';
import { ValueError } from './parse/literals.ts';
import { defaultValue, emptyValue, readValue, type ValueSources } from './parse/values.ts';
import { readWords, usageError } from './parse/words.ts';

/** A command line that was understood. */
export type CommandLine =
  /** Help was asked for, about a command or group; the empty name is the program itself. */
  | { readonly kind: 'help'; readonly name: string; readonly options: PersistentOptions }
  | {
      readonly kind: 'command';
      readonly command: CommandName;
      readonly options: Options<CommandName>;
      readonly given: ReadonlySet<string>;
      readonly args: readonly string[];
    };

/** Options that exist for everything that can be called. */
type PersistentOptions = Pick<
  Options<CommandName>,
  'color' | 'forceColors' | 'timestamps' | 'verbosity' | 'interactive'
>;

export interface ParseParts {
  /** What the program was called as, for messages. */
  readonly program: string;
  readonly env: Environment;
  readonly sources: ValueSources;
  /** Told of the use of deprecated flags. */
  readonly notify: (message: string) => void;
}

/**
 * Understands a command line: which command, its options (command line over environment over default; lists of the
 * command line are appended to the environment's) and its arguments.
 *
 * @throws `USAGE` in the words of cobra and pflag, which scripts look for; for flags with a second line that says
 * where to find help.
 */
export async function parseCommandLine(words: readonly string[], parts: ParseParts): Promise<CommandLine> {
  const { name, rest, next } = findCommand(words);
  if (next !== undefined && (name === '' || ownGroups.has(name))) throw unknownCommand(next, name, parts.program);
  const values = new FlagStore(name, parts);
  await values.readEnvironment();
  const isRaw = isCommand(name) && commandTable[name].raw === true;
  const args = isRaw ? rest : await withHelpHint(name, parts.program, () => values.readWords(rest));
  const options = values.options() as Options<CommandName>;
  if (!isCommand(name) || options.help) return { kind: 'help', name, options };
  checkArguments(name, args, parts.program);
  return { kind: 'command', command: name, options, given: values.given, args };
}

/** Groups that Skaffold has answer an unknown word with their help, as there; in our own it is an error like any other. */
const ownGroups: ReadonlySet<string> = new Set(['registry']);

function unknownCommand(word: string, group: string, program: string): ToolError {
  const suggestions = suggestionsFor(word, group).map((name) => `\t${name}\n`);
  const hint = suggestions.length === 0 ? '' : `\n\nDid you mean this?\n${suggestions.join('')}`;
  return usageError(`unknown command ${quote(word)} for "${`${program} ${group}`.trim()}"${hint}`);
}

/** Usage errors of flags end with a line that says how to get help. */
async function withHelpHint<Result>(name: string, program: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'USAGE') throw error;
    const command = [program, name].filter((part) => part !== '').join(' ');
    throw new ToolError('USAGE', `${error.message}\nSee '${command} --help' for usage.`, { cause: error });
  }
}

/** The values of flags while a command line is read. */
class FlagStore {
  readonly given: Set<string> = new Set();
  /** Names of the flags that were met on the command line. */
  readonly #typed: Set<string> = new Set();
  readonly #name: string;
  readonly #parts: ParseParts;
  /** By name; a command's own flag hides a shared one. */
  readonly #own: ReadonlyMap<string, Flag>;
  readonly #values: Map<string, unknown> = new Map();

  constructor(name: string, parts: ParseParts) {
    this.#name = name;
    this.#parts = parts;
    this.#own = byName(flagsFor(name));
    for (const flag of this.#all()) this.#values.set(flag.name, defaultValue(flag, this.#defaultOf(flag)));
  }

  /** The flags of the command, and shared ones that it does not take but whose variables still count. */
  #all(): Iterable<Flag> {
    return byName([...this.#own.values(), ...sharedFlags]).values();
  }

  #defaultOf(flag: Flag): string | undefined {
    const own = isCommand(this.#name) && this.#own.has(flag.name) ? flag.defaults?.[this.#name] : undefined;
    return own ?? flag.default;
  }

  /** Sets flags from variables. What a flag of Skaffold cannot take is passed over in silence, as it does. */
  async readEnvironment(): Promise<void> {
    const command = isCommand(this.#name) ? this.#name : 'help';
    const env = flagVariables(this.#parts.env);
    if (Object.keys(env).length === 0) return;
    for (const flag of this.#all()) {
      const text = fromEnvironment(flag, command, env);
      if (text === undefined) continue;
      try {
        await this.#set(flag, text);
      } catch (error) {
        if (!(error instanceof ValueError || error instanceof ToolError)) throw error;
        if (flag.own === true)
          throw usageError(`invalid value ${quote(text)} of ${variablesOf(flag)[0]}: ${error.message}`);
        // Skaffold's flags for all commands become zero then; the others keep their default.
        if (flag.on === 'all') this.#values.set(flag.name, emptyValue(flag.kind));
      }
    }
  }

  /** Sets flags from the command line and returns the positional arguments. */
  async readWords(words: readonly string[]): Promise<readonly string[]> {
    const args: string[] = [];
    for (const word of readWords(words, [...this.#own.values()])) {
      if (word.kind === 'argument') args.push(word.text);
      else await this.#setFromCommandLine(word.flag, word.text);
    }
    return args;
  }

  async #setFromCommandLine(flag: Flag, text: string): Promise<void> {
    this.#replaceEnvironment(flag);
    try {
      await this.#set(flag, text);
    } catch (error) {
      if (!(error instanceof ValueError || error instanceof ToolError)) throw error;
      const shown = flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;
      throw usageError(`invalid argument ${quote(text)} for "${shown}" flag: ${error.message}`);
    }
  }

  /** Skaffold's flag for the repository holds one: on the command line it takes the place of the environment's. */
  #replaceEnvironment({ name, kind }: Flag): void {
    if (kind === 'reposOrUnset' && !this.#typed.has(name)) this.given.delete(name);
    this.#typed.add(name);
  }

  async #set(flag: Flag, text: string): Promise<void> {
    const earlier = this.given.has(flag.name) ? this.#values.get(flag.name) : undefined;
    this.#values.set(flag.name, await readValue(flag, text, earlier, this.#parts.sources));
    if (flag.deprecated !== undefined && !this.given.has(flag.name)) {
      this.#parts.notify(`Flag --${flag.name} has been deprecated, ${flag.deprecated}`);
    }
    this.given.add(flag.name);
  }

  options(): Readonly<Record<string, unknown>> {
    return Object.fromEntries([...this.#values].map(([name, value]) => [optionKey(name), value]));
  }
}

function byName(flags: readonly Flag[]): ReadonlyMap<string, Flag> {
  const map = new Map<string, Flag>();
  for (const flag of flags) if (!map.has(flag.name)) map.set(flag.name, flag);
  return map;
}
