import { isAvailable } from './built-commands.ts';
import type { CommandName } from './command-names.ts';
import { childrenOf, commandTable, describe, groups, isCommand } from './command-table.ts';
import type { Flag } from './flags/flag.ts';
import { flagsOf, sharedFlags } from './flags/table.ts';
import type { Output } from './invocation.ts';

/** Prints the help of a command or group; the empty name is the program itself. */
export function printHelp(name: string, program: string, stdout: Pick<Output, 'write'>): void {
  stdout.write(helpText(name, program));
}

/** The help of a command or group, in Skaffold's layout. */
export function helpText(name: string, program: string): string {
  if (name === '') return rootHelp(program);
  return isCommand(name) ? commandHelp(name, program) : groupHelp(name, program);
}

/** The flags that `options` lists: those of all commands. */
export function optionsText(): string {
  const flags = sharedFlags.filter((flag) => flag.on === 'all' && flag.hidden !== true);
  return `The following options can be passed to any command:\n\n${flagList(flags)}`;
}

const introduction =
  'Builds, pushes and renders what a skaffold.yaml describes, with images pinned by digest, with or without a Docker daemon.';

function rootHelp(program: string): string {
  const sections = groups.map((group) => {
    const names = childrenOf('').filter((name) => isAvailable(name) && groupOf(name) === group);
    return names.length === 0 ? '' : `${group}:\n${commandList(names)}\n`;
  });
  return [
    `${introduction}\n\n`,
    ...sections,
    `Usage:\n  ${program} [flags] [options]\n\n`,
    `Use "${program} <command> --help" for more information about a given command.\n`,
    optionsHint(program),
  ].join('');
}

const groupOf = (name: string): string => (isCommand(name) ? commandTable[name].group : undefined) ?? 'Other Commands';

function groupHelp(name: string, program: string): string {
  const names = childrenOf(name).filter((child) => !describe(child).hidden);
  return [
    `${describe(name).summary}\n\n`,
    `Available Commands:\n${commandList(names)}\n`,
    `Use "${program} ${name} <command> --help" for more information about a given command.\n`,
  ].join('');
}

function commandHelp(name: CommandName, program: string): string {
  const { summary, synopsis, examples = [] } = commandTable[name];
  const flags = flagsOf(name).filter((flag) => flag.on !== 'all' && isListed(flag));
  const shownExamples = examples.map(([what, line]) => `  # ${what}\n  ${program} ${line}\n\n`);
  const usage = [program, name, synopsis, '[flags] [options]'].filter((part) => part !== undefined).join(' ');
  return [
    `${summary}\n\n`,
    shownExamples.length === 0 ? '' : `Examples:\n${shownExamples.join('')}`,
    flags.length === 0 ? '' : `Options:\n${flagList(flags)}`,
    `Usage:\n  ${usage}\n\n`,
    optionsHint(program),
  ].join('');
}

const optionsHint = (program: string): string =>
  `Use "${program} options" for a list of global command-line options (applies to all commands).\n`;

const isListed = (flag: Flag): boolean => flag.hidden !== true && flag.deprecated === undefined;

/** Names padded to a common width, with what they do. */
function commandList(names: readonly string[]): string {
  const words = names.map((name) => name.split(' ').at(-1) ?? name);
  const width = Math.max(...words.map((word) => word.length));
  return names.map((name, index) => `  ${(words[index] ?? '').padEnd(width)}   ${describe(name).summary}\n`).join('');
}

/** Flags sorted by name, each with its default and a line of text. */
function flagList(flags: readonly Flag[]): string {
  const sorted = [...flags].sort((left, right) => (left.name < right.name ? -1 : 1));
  return sorted.map((flag) => `    ${flagUsage(flag)}:\n\t${flag.help}\n\n`).join('');
}

function flagUsage(flag: Flag): string {
  const short = flag.short === undefined ? '' : `-${flag.short}, `;
  return `${short}--${flag.name}=${shownDefault(flag)}`;
}

/** Texts in quotes, lists in brackets, everything else bare. */
function shownDefault({ kind, default: value = '' }: Flag): string {
  switch (kind) {
    case 'string':
    case 'stringOrUnset':
    case 'reposOrUnset':
    case 'template':
    case 'artifacts':
    case 'choice':
      return `'${value.replaceAll('\n', ' ')}'`;
    case 'stringSlice':
    case 'stringArray':
      return '[]';
    case 'bool':
      return value === '' ? 'false' : value;
    case 'int':
    case 'duration':
    case 'intOrUnset':
    case 'triBool':
    case 'images':
    case 'portForward':
      return value;
    default:
      kind satisfies never;
      return value;
  }
}
