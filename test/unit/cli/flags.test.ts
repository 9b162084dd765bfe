import { describe, expect, test } from 'vitest';
import { commandNames } from '../../../src/cli/command-names.ts';
import type { Flag } from '../../../src/cli/flags/flag.ts';
import { commandFlags, flagsOf, sharedFlags } from '../../../src/cli/flags/table.ts';
import { defaultValue } from '../../../src/cli/parse/values.ts';

const all: readonly Flag[] = [...sharedFlags, ...commandFlags];

const fields = new Set<string>([
  'name',
  'short',
  'kind',
  'default',
  'defaults',
  'on',
  'bare',
  'hidden',
  'deprecated',
  'values',
  'complete',
  'own',
  'data',
  'help',
] satisfies (keyof Flag)[]);

test('rows have no misspelt fields, a help line without full stop, and commands that exist', () => {
  for (const flag of all) {
    expect([flag.name, Object.keys(flag).filter((key) => !fields.has(key))]).toEqual([flag.name, []]);
    expect([flag.name, /^[A-Z].*[^.]$/.test(flag.help)]).toEqual([flag.name, true]);
    for (const command of Object.keys(flag.defaults ?? {})) expect(commandNames).toContain(command);
    if (typeof flag.on !== 'string') for (const command of flag.on) expect(commandNames).toContain(command);
  }
});

test('shared flags are unique, and no command has two flags of one name or letter', () => {
  expect(new Set(sharedFlags.map((flag) => flag.name)).size).toBe(sharedFlags.length);
  for (const command of commandNames) {
    const flags = flagsOf(command);
    const names = flags.map((flag) => flag.name);
    const letters = flags.flatMap((flag) => flag.short ?? []);
    expect([command, names.filter((name, index) => names.indexOf(name) !== index)]).toEqual([command, []]);
    expect([command, letters.filter((letter, index) => letters.indexOf(letter) !== index)]).toEqual([command, []]);
  }
});

test('every default can be read by its own kind', async () => {
  for (const flag of all) {
    for (const text of [flag.default, ...Object.values(flag.defaults ?? {})]) {
      await expect(Promise.resolve(defaultValue(flag, text))).resolves.not.toBeInstanceOf(Promise);
    }
    expect([flag.name, flag.data !== undefined]).toEqual([flag.name, flag.kind === 'template']);
    if (flag.kind === 'choice') expect(flag.values).toContain(flag.default);
  }
});

describe('how many flags a command takes, without those that all commands take', () => {
  test.each<[command: (typeof commandNames)[number], count: number]>([
    ['run', 60],
    ['dev', 65],
    ['debug', 64],
    ['build', 44],
    ['test', 20],
    ['deploy', 46],
    ['delete', 20],
    ['render', 35],
    ['apply', 30],
    ['verify', 19],
    ['exec', 18],
    ['diagnose', 14],
    ['filter', 14],
    ['init', 22],
    ['fix', 9],
    ['generate-pipeline', 7],
    ['lint', 7],
    ['lsp', 7],
    ['version', 1],
    ['help', 0],
  ])('%s: %i', (command, count) => {
    expect(flagsOf(command).filter((flag) => flag.on !== 'all')).toHaveLength(count);
  });
});
