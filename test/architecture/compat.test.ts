import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type BuiltCommand, isBuilt } from '../../src/cli/built-commands.ts';
import { type CommandName, commandNames } from '../../src/cli/command-names.ts';
import { commandTable } from '../../src/cli/command-table.ts';
import { optionKey } from '../../src/cli/flags/options.ts';
import { commandFlags, flagsOf, sharedFlags } from '../../src/cli/flags/table.ts';
import { refusedFlags } from '../../src/cli/unsupported-flags.ts';
import { runFake } from '../unit/cli/host.ts';
import { generatedParts, notBuiltMessage, regenerate } from './compat/document.ts';
import { flagStatus, noEffectFlags } from './compat/flag-status.ts';

const file = 'skaffold-compat.md';
const built = commandNames.filter(isBuilt);

test('skaffold-compat.md says what the code does (UPDATE_COMPAT=1 writes it anew)', () => {
  const document = readFileSync(file, 'utf8');
  if ((process.env['UPDATE_COMPAT'] ?? '') !== '') writeFileSync(file, regenerate(document));
  expect(readFileSync(file, 'utf8')).toBe(regenerate(document));
  const marked = [...document.matchAll(/<!-- generated: ([\w-]+) -->/g)].map((match) => match[1]);
  expect(marked).toEqual(Object.keys(generatedParts));
});

describe('commands that are not built', () => {
  const argumentsOf = (name: CommandName): readonly string[] => {
    const rule = commandTable[name].arguments;
    if (rule.kind === 'exactly') return Array.from({ length: rule.count }, () => 'x');
    if (rule.kind === 'word') return rule.words.slice(0, 1);
    return name === 'apply' ? ['pod.yaml'] : [];
  };

  test.each(commandNames.filter((name) => !isBuilt(name)))('%s says so and fails', async (name) => {
    const files = { 'pod.yaml': 'apiVersion: v1\nkind: Pod\n' };
    const { code, stdout, stderr } = await runFake({ args: [...name.split(' '), ...argumentsOf(name)], files });
    expect([code, stdout, stderr]).toEqual([1, '', `${notBuiltMessage(name)}\n`]);
  });
});

/** The text of the command's file and all files below src/cli it is made of, and of what runs every command. */
function sourceOf(command: BuiltCommand): string {
  const loaders = readFileSync('src/cli/load-command.ts', 'utf8');
  const start = [...loaders.matchAll(/^ {2}'?([\w -]+?)'?: \(\) => import\('\.\/(commands\/[\w-]+\.ts)'\)/gm)].find(
    ([, name]) => name === command,
  )?.[2];
  if (start === undefined) throw new Error(`src/cli/load-command.ts does not load ${command}`);
  const seen = new Set<string>();
  const read = (path: string): string => {
    if (seen.has(path) || path.startsWith('..') || path.startsWith('flags/')) return '';
    seen.add(path);
    const text = readFileSync(join('src/cli', path), 'utf8');
    const imported = [...text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map((match) => match[1] ?? '');
    return text + imported.map((specifier) => read(normalize(join(dirname(path), specifier)))).join('');
  };
  return read(start) + readFileSync('src/cli/run.ts', 'utf8') + readFileSync('src/cli/parse.ts', 'utf8');
}

describe('flags', () => {
  test.each(built)('what %s does with each is known', (command) => {
    const source = sourceOf(command);
    const reads = (flag: string): boolean => new RegExp(`\\b${optionKey(flag)}\\b`).test(source);
    const flags = flagsOf(command).map(({ name }) => name);
    const kind = (name: string): string => flagStatus(command, name).kind;
    // An option that works is read somewhere; one without effect is not, or the table is out of date.
    expect(flags.filter((name) => kind(name) === 'works' && !reads(name))).toEqual([]);
    expect(flags.filter((name) => kind(name) === 'no effect' && reads(name))).toEqual([]);
  });

  test('reasons are given for flags that exist, and refused flags are not said to have no effect', () => {
    const names = new Set([...sharedFlags, ...commandFlags].map(({ name }) => name));
    const unknown = Object.keys(noEffectFlags).filter((key) => !names.has(key.split(' ').at(-1) ?? ''));
    expect(unknown).toEqual([]);
    const both = built.flatMap((command) =>
      refusedFlags(command).filter((name) => flagStatus(command, name).kind !== 'refused'),
    );
    expect(both).toEqual([]);
  });
});
