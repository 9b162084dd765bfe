import { describe, expect, test } from 'vitest';
import { runFake } from './host.ts';

const files = {
  'skaffold.yaml': [
    'apiVersion: skaffold/v4beta14',
    'kind: Config',
    'metadata: {name: web}',
    'build: {artifacts: [{image: team/web}, {image: team/db}]}',
    'profiles: [{name: staging}, {name: production}]',
    '---',
    'metadata: {name: api}',
    'profiles: [{name: staging}, {name: local}]',
  ].join('\n'),
  'other.yaml': 'profiles: [{name: elsewhere}]\n',
  'broken.yaml': 'profiles: [\n',
};

async function completions(...words: readonly string[]): Promise<{ words: string[]; directive: number }> {
  const { stdout, code, stderr } = await runFake({ args: ['__completeNoDesc', ...words], files });
  expect([code, stderr]).toEqual([0, '']);
  const lines = stdout.trimEnd().split('\n');
  return { words: lines.slice(0, -1), directive: Number(lines.at(-1)?.slice(1)) };
}

describe('words', () => {
  test.each<[words: readonly string[], offered: readonly string[], directive: number]>([
    [['bu'], ['build'], 4],
    [['re'], ['registry', 'render'], 4],
    [['registry', ''], ['serve'], 4],
    [['registry', 'serve', ''], [], 4],
    [['completion', ''], ['bash', 'fish', 'zsh'], 4],
    [['completion', 'z'], ['zsh'], 4],
    [['completion', 'bash', ''], [], 4],
    [['help', 'ren'], ['render'], 4],
    [['build', ''], [], 4],
    [['apply', ''], [], 0],
    [['build', '--dry'], ['--dry-run'], 4],
    [['build', '--dry-run', '--dry'], [], 4],
    [['build', '-p', 'a', '--prof'], ['--profile', '--profile-auto-activation'], 4],
    [['render', '--kube'], [], 4],
    [['build', '--us'], [], 4],
    [['-v', ''], ['panic', 'fatal', 'error', 'warning', 'info', 'debug', 'trace'], 4],
    [['build', '--verbosity', 'de'], ['debug'], 4],
    [['build', '--engine=e'], ['embedded'], 4],
    [['build', '--push='], ['true', 'false'], 4],
    [['build', '--push', ''], [], 4],
    [['build', '--file-output', ''], [], 0],
    [['build', '--tag', ''], [], 4],
    [['registry', 'serve', '--store', ''], [], 16],
    [['build', '--nope='], [], 4],
    [['render', '--', '--off'], [], 4],
    [['nope', ''], [], 4],
  ])('%j', async (words, offered, directive) => {
    expect(await completions(...words)).toEqual({ words: offered, directive });
  });

  test('a single dash offers letters too', async () => {
    const { words } = await completions('build', '-');
    expect(words).toEqual(
      expect.arrayContaining(['-q', '--quiet', '-f', '--help'].filter((word) => word !== '--help')),
    );
    expect(words.every((word) => word.startsWith('-'))).toBe(true);
  });
});

describe('names from the configuration', () => {
  test.each<[words: readonly string[], offered: readonly string[]]>([
    [
      ['build', '-p', ''],
      ['staging', 'production', 'local'],
    ],
    [['build', '--profile=st'], ['staging']],
    [
      ['build', '-p', 'local,'],
      ['local,staging', 'local,production', 'local,local'],
    ],
    [
      ['build', '-m', ''],
      ['web', 'api'],
    ],
    [['build', '-b', 'team/d'], ['team/db']],
    [['build', '-f', 'other.yaml', '-p', ''], ['elsewhere']],
    [['build', '--filename=other.yaml', '-p', ''], ['elsewhere']],
    [['build', '-f', 'missing.yaml', '-p', ''], []],
    [['build', '-f', 'broken.yaml', '-p', ''], []],
  ])('%j', async (words, offered) => {
    expect(await completions(...words)).toEqual({ words: offered, directive: 4 });
  });
});

test('__complete adds descriptions', async () => {
  const { stdout } = await runFake({ args: ['__complete', 'ver'] });
  expect(stdout).toBe(
    'version\tPrint the compatible release of Skaffold; the own version goes to standard error\n:4\n',
  );
  expect((await runFake({ args: ['__complete', 'version', '--outp'] })).stdout).toMatch(/^--output\t\S.*\n:4\n$/);
});

test('what looks like a flag of the completing command is a word to complete', async () => {
  const { stdout } = await runFake({ args: ['__complete', '--help'] });
  expect(stdout).toBe(':4\n');
});
