import { describe, expect, test } from 'vitest';
import { commandNames } from '../../../src/cli/command-names.ts';
import { flagsOf } from '../../../src/cli/flags/table.ts';
import { helpText, optionsText } from '../../../src/cli/help.ts';
import { runFake } from './host.ts';

describe('a command', () => {
  const text = helpText('build', 'slipway');

  test('summary, examples, flags, usage and where to find more, in this order', () => {
    const headings = text.split('\n').filter((line) => /^\S/.test(line));
    expect(headings.slice(1)).toEqual([
      'Examples:',
      'Options:',
      'Usage:',
      'Use "slipway options" for a list of global command-line options (applies to all commands).',
    ]);
    expect(text).toContain('\nUsage:\n  slipway build [flags] [options]\n');
    expect(text).toContain('\n  # Build everything\n  slipway build\n');
  });

  test.each([
    "    -f, --filename='skaffold.yaml':\n\t",
    "    --cache-file='':\n\t",
    '    -p, --profile=[]:\n\t',
    '    --rpc-port=:\n\t',
    '    --push=:\n\t',
    '    --build-concurrency=-1:\n\t',
    '    -q, --quiet=false:\n\t',
    '    --cache-artifacts=true:\n\t',
    "    -d, --default-repo='':\n\t",
    "    -o, --output='{{json .}}':\n\t",
    "    --engine='auto':\n\t",
  ])('%j', (line) => expect(text).toContain(line));

  test('flags are sorted; hidden, deprecated and global ones are not listed', () => {
    const names = [...text.matchAll(/^ {4}(?:-., )?--([\w-]+)=/gm)].map((match) => match[1] ?? '');
    expect(names.length).toBeGreaterThan(25);
    expect(names).toEqual([...names].sort());
    for (const absent of ['user', 'enable-rpc', 'verbosity', 'help']) expect(names).not.toContain(absent);
  });

  test('other kinds of defaults', () => {
    const run = helpText('run', 'slipway');
    expect(run).toContain('--wait-for-deletions-max=1m0s:');
    expect(run).toContain('--port-forward=off:');
    expect(helpText('version', 'slipway')).toContain("-o, --output='{{.Version}} ':");
  });
});

test('every command has help, and every listed flag a line in it', () => {
  for (const command of commandNames) {
    const text = helpText(command, 'p');
    expect(text).toContain(`\n  p ${command} `);
    for (const flag of flagsOf(command)) {
      const isListed = flag.hidden !== true && flag.deprecated === undefined && flag.on !== 'all';
      expect([command, flag.name, text.includes(`--${flag.name}=`)]).toEqual([command, flag.name, isListed]);
    }
  }
});

test('the program: groups with the commands that are there', () => {
  const text = helpText('', 'slipway');
  expect(text).toContain('\nPipeline Building Blocks:\n  affected   List the images');
  expect(text).toContain('\nOther Commands:\n');
  expect(text).toMatch(/\n {2}registry {5}/);
  for (const absent of ['options', '__complete', 'filter', 'dev ']) expect(text).not.toContain(`\n  ${absent}`);
});

test('groups of commands', () => {
  expect(helpText('inspect', 'slipway')).toMatch(
    /\nAvailable Commands:\n {2}build-env {13}\S.*\n(?: {2}\S+ +\S.*\n){7}\nUse "slipway inspect <command> --help" /,
  );
  expect(helpText('config', 'slipway')).toMatch(/\n {2}list {4}Print/);
});

test('options: the flags of all commands', async () => {
  const names = [...optionsText().matchAll(/--([\w-]+)=/g)].map((match) => match[1]);
  expect(names).toEqual(['color', 'interactive', 'timestamps', 'update-check', 'verbosity']);
  expect((await runFake({ args: ['options'] })).stdout).toMatch(
    /^The following options can be passed to any command:\n\n {4}--color=34:\n/,
  );
});

describe('help as a command', () => {
  test.each<[words: string, begin: string]>([
    ['help build', 'Build images'],
    ['help config set', 'Change a global setting'],
    ['help config', 'Read and change'],
    ['help', 'Builds, pushes'],
    ['help nope', 'Unknown help topic [`nope`]\nBuilds, pushes'],
    ['help nope at all', 'Unknown help topic [`nope` `at` `all`]\n'],
  ])('%s', async (words, begin) => {
    const result = await runFake({ args: words.split(' ') });
    expect([result.code, result.stdout.slice(0, begin.length)]).toEqual([0, begin]);
  });
});
