import { type BuiltCommand, isBuilt } from '../../../src/cli/built-commands.ts';
import { type CommandName, commandNames } from '../../../src/cli/command-names.ts';
import { commandTable } from '../../../src/cli/command-table.ts';
import { variablesOf } from '../../../src/cli/environment.ts';
import type { Flag } from '../../../src/cli/flags/flag.ts';
import { ownFlags } from '../../../src/cli/flags/own.ts';
import { flagsOf, sharedFlags } from '../../../src/cli/flags/table.ts';
import { entryOf, fieldStatus } from './field-status.ts';
import { allFields } from './fields.ts';
import { flagStatus } from './flag-status.ts';
import type { Status } from './status.ts';

/** The parts of skaffold-compat.md that are made from the code, by the name between their markers. */
export const generatedParts: Readonly<Record<string, () => string>> = {
  commands: () => table(['Command', 'Status'], skaffoldCommands().map(commandRow)),
  'own-commands': () =>
    table(
      ['Command', 'What it does'],
      ownCommands().map((name) => [code(name), commandTable[name].summary]),
    ),
  'global-flags': () => flagTable('build', globalFlags),
  'own-flags': () => table(['Flag', 'Commands', 'What it does'], ownFlags.map(ownFlagRow)),
  flags: () => skaffoldCommands().filter(isBuilt).flatMap(flagSection).join('\n'),
  fields: () => fieldSections().join('\n'),
};

/** The document with its generated parts made anew; what stands between them stays. */
export function regenerate(document: string): string {
  return document.replace(
    /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- end of ([\w-]+) -->\n)/g,
    (_, begin: string, name: string, end: string) => `${begin}\n${generatedParts[name]?.() ?? ''}\n${end}`,
  );
}

/** Commands that only exist here, and those that shells call. */
const own: ReadonlySet<CommandName> = new Set(['registry serve']);
const internal: ReadonlySet<CommandName> = new Set(['__complete', '__completeNoDesc']);

function skaffoldCommands(): readonly CommandName[] {
  return commandNames.filter((name) => !own.has(name) && !internal.has(name));
}

function ownCommands(): readonly CommandName[] {
  return commandNames.filter((name) => own.has(name));
}

/** What a command says that this version does not have. */
export function notBuiltMessage(name: CommandName): string {
  return `slipway ${name}: this version does not have the command yet`;
}

function commandRow(name: CommandName): readonly string[] {
  return [code(name), isBuilt(name) ? 'works' : `not built yet: exit code 1, \`${notBuiltMessage(name)}\``];
}

const globalFlags: readonly Flag[] = sharedFlags.filter(({ on }) => on === 'all');

/** Skaffold's flags that are a command's and not everybody's. */
function ownFlagsOf(name: BuiltCommand): readonly Flag[] {
  return flagsOf(name).filter((flag) => flag.on !== 'all' && flag.own !== true);
}

function flagSection(name: BuiltCommand): readonly string[] {
  const flags = ownFlagsOf(name);
  return flags.length === 0 ? [] : [`#### ${code(name)}\n\n${flagTable(name, flags)}`];
}

function flagTable(command: BuiltCommand, flags: readonly Flag[]): string {
  const sorted = [...flags].sort((left, right) => (left.name < right.name ? -1 : 1));
  const rows = sorted.map((flag) => [flagName(flag), ...statusCells(flagStatus(command, flag.name))]);
  return table(['Flag', 'Status', 'Remarks'], rows);
}

function flagName({ name, short }: Flag): string {
  return short === undefined ? code(`--${name}`) : `${code(`--${name}`)}, ${code(`-${short}`)}`;
}

function ownFlagRow(flag: Flag): readonly string[] {
  const commands = Array.isArray(flag.on) ? flag.on.map(code).join(', ') : String(flag.on);
  return [flagName(flag), commands, `${flag.help} (variable ${variablesOf(flag).map(code).join(', ')})`];
}

function fieldSections(): readonly string[] {
  const sections = new Map<string, string[][]>();
  for (const { path } of allFields()) {
    const status = fieldStatus[entryOf(path) ?? ''];
    if (status === undefined) throw new Error(`${path} has no status`);
    const title = sectionOf(path);
    const rows = sections.get(title) ?? [];
    rows.push([code(path), ...statusCells(status)]);
    sections.set(title, rows);
  }
  return [...sections].map(([title, rows]) => `#### ${title}\n\n${table(['Field', 'Status', 'Remarks'], rows)}`);
}

/** Fields stand together by what they are at the top, those of builders by builder. */
function sectionOf(path: string): string {
  const [first = '', second, third] = path.replaceAll('[]', '').split('.');
  const builders = ['docker', 'bazel', 'ko', 'jib', 'kaniko', 'buildpacks', 'custom'];
  if (second === 'artifacts' && third !== undefined && builders.includes(third)) return `build: ${third} artifacts`;
  if (['apiVersion', 'kind', 'metadata', 'requires'].includes(first)) return 'The configuration itself';
  return first;
}

function statusCells(status: Status): readonly [status: string, remarks: string] {
  switch (status.kind) {
    case 'refused': {
      const by = status.by.length === 1 ? ` by ${code(status.by[0] ?? '')}` : '';
      return [`refused${by}`, status.note ?? ''];
    }
    case 'later':
      return ['read and checked', `for ${list(status.commands.map(code))}, not built yet`];
    case 'works':
    case 'no effect':
      return [status.kind, status.note ?? ''];
    default:
      return status satisfies never;
  }
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

const code = (text: string): string => `\`${text}\``;

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('').replaceAll('  |', ' |');
}
