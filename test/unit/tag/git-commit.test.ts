import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TaggerParts } from '../../../src/core/plugins.ts';
import { type GitCommitSpec, gitCommit } from '../../../src/tag/git-commit.ts';
import { sanitizeTag } from '../../../src/tag/sanitize.ts';
import { artifact, world } from './support.ts';

const parts = {} as TaggerParts;

/** Answers as git does in a clean repository; `changes` is what `status` lists. */
const repository =
  (changes = '') =>
  (args: string): string | Error => {
    const answers: Readonly<Record<string, string>> = {
      'describe --tags --always': 'v1.2-3-gabc1234\n',
      'rev-list -1 HEAD': 'f0f0\n',
      'rev-list -1 HEAD --abbrev-commit': 'f0\n',
      'rev-parse HEAD:./': 'e1e1\n',
      'rev-parse --short HEAD:./': 'e1\n',
      'branch --show-current': 'main\n',
      'status . --porcelain': changes,
    };
    return answers[args] ?? new Error(`unknown: ${args}`);
  };

async function tag(spec: GitCommitSpec, git: (args: string) => string | Error = repository()): Promise<string> {
  const tagger = await gitCommit.create(spec, parts);
  return tagger.tag(artifact('app'), world({ git }).ctx);
}

describe('variants', () => {
  test.each([
    [undefined, 'v1.2-3-gabc1234'],
    ['Tags', 'v1.2-3-gabc1234'],
    ['CommitSha', 'f0f0'],
    ['abbrevCOMMITsha', 'f0'],
    ['TreeSha', 'e1e1'],
    ['AbbrevTreeSha', 'e1'],
    ['Branches', 'main'],
  ])('%s: %s', async (variant, expected) => {
    expect(await tag({ ...(variant === undefined ? {} : { variant }) })).toBe(expected);
  });

  test('a detached head has no branch, a git too old to say gives the commit', async () => {
    const detached = (args: string): string | Error => (args.startsWith('branch') ? '' : repository()(args));
    expect(await tag({ variant: 'Branches' }, detached)).toBe('');
    const old = (args: string): string | Error =>
      args.startsWith('branch') ? new Error('unknown option') : repository()(args);
    expect(await tag({ variant: 'Branches' }, old)).toBe('f0');
  });
});

test('changes make it dirty, unless they are to be ignored; the prefix comes first', async () => {
  const dirty = repository('?? file\n');
  expect(await tag({ variant: 'AbbrevCommitSha', prefix: 'p-' }, dirty)).toBe('p-f0-dirty');
  expect(await tag({ variant: 'AbbrevCommitSha', prefix: 'p-', ignoreChanges: true }, dirty)).toBe('p-f0');
});

test('git runs in the context, twice for each, without a shell and without its lock', async () => {
  const { ctx, runs } = world({ git: repository() });
  const tagger = await gitCommit.create({}, parts);
  await Promise.all([
    tagger.tag(artifact('a', { workspace: '/work/a' }), ctx),
    tagger.tag(artifact('b', { workspace: '/work/b' }), ctx),
    tagger.tag(artifact('c', { workspace: '/work/a' }), ctx),
  ]);
  expect(runs).toHaveLength(4);
  expect(runs.filter(([directory]) => directory === '/work/a')).toEqual([
    ['/work/a', 'git', '--no-optional-locks', 'describe', '--tags', '--always'],
    ['/work/a', 'git', '--no-optional-locks', 'status', '.', '--porcelain'],
  ]);
});

test('what git says when it fails is the reason', async () => {
  const git = (): Error => new Error('fatal: not a git repository\nmore');
  await expect(tag({}, git)).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: expect.stringContaining('fatal: not a git repository'),
  });
});

test('characters no tag may have are replaced, with a warning for each image', async () => {
  const git = (args: string): string | Error => (args.startsWith('describe') ? '-feature/x+1' : repository()(args));
  const { ctx, events } = world({ git });
  const tagger = await gitCommit.create({}, parts);
  expect(await tagger.tag(artifact('app'), ctx)).toBe('_feature_x_1');
  expect(events).toEqual([{ type: 'log', level: 'warning', message: expect.stringContaining('"_feature_x_1"') }]);
});

describe('sanitising', () => {
  test.each([
    ['v1.2_3-x', 'v1.2_3-x'],
    ['a/b:c d', 'a_b_c_d'],
    ['--.x', '___x'],
    ['ü😀', '__'],
    ['a'.repeat(141), 'a'.repeat(128)],
  ])('%s', (text, expected) => {
    expect(sanitizeTag(text)).toBe(expected);
  });

  test('always gives a valid tag, and leaves one as it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const once = sanitizeTag(text);
        expect(once).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/);
        expect(sanitizeTag(once)).toBe(once);
      }),
    );
  });
});
