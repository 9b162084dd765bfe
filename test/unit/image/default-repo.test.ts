import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyDefaultRepo } from '../../../src/image/default-repo.ts';
import { digestOf } from '../../../src/image/digest.ts';
import { parseSkaffoldReference } from '../../../src/image/skaffold-reference.ts';

const digest = digestOf('x');

describe('single-level and Google registries', () => {
  test.each([
    [
      'aws_account_id.dkr.ecr.region.amazonaws.com',
      'gcr.io/some/app',
      'aws_account_id.dkr.ecr.region.amazonaws.com/gcr_io_some_app',
    ],
    ['localhost:5000/x', 'app:v1', 'localhost:5000/x/app:v1'],
    ['docker.io/me', 'my.app/web', 'docker.io/me/my_app_web'],
    ['gcr.io/default-proj', 'app', 'gcr.io/default-proj/app'],
    ['gcr.io/default-proj', 'gcr.io/default-proj/sub/app', 'gcr.io/default-proj/sub/app'],
    ['gcr.io/default-proj/sub', 'gcr.io/default-proj/app', 'gcr.io/default-proj/sub/app'],
    ['gcr.io/default-proj', 'gcr.io/other-project/app', 'gcr.io/default-proj/gcr.io/other-project/app'],
    ['gcr.io/default-proj', 'gcr.io/default-proj2/app', 'gcr.io/default-proj2/app'],
    ['gcr.io/abc', 'x/y', 'gcr.io/abc/x_y'],
    ['us-docker.pkg.dev/my-proj/repo', 'a/b', 'us-docker.pkg.dev/my-proj/repo/a/b'],
    ['gcr.io/Default-Proj', 'a/b', 'gcr.io/Default-Proj/a_b'],
    ['gcr.io', 'a/b', 'gcr.io/a_b'],
    ['my-gcr.io.example.com/abcdef', 'a/b', 'my-gcr.io.example.com/abcdef/a/b'],
    ['us-docker.pkg.dev/my-proj/repo', 'us-docker.pkg.dev/my-proj/other/a', 'us-docker.pkg.dev/my-proj/repo/other/a'],
    ['gcr.io/default-proj/', 'app', 'gcr.io/default-proj//app'],
    ['r.io/x', 'localhost:5000/AbC', 'r.io/x/localhost_5000_abc'],
    ['r.io/x', 'ko://github.com/Foo/Bar', 'r.io/x/github_com_foo_bar'],
    ['BAD REPO', 'app:v', 'BAD REPO/app:v'],
    ['r.io/x', `a/b:V1@${digest}`, `r.io/x/a_b:V1@${digest}`],
    ['gcr.io/foo', 'gcr.io/foobar/x', 'gcr.io/foobar/x'],
  ])('%s + %s = %s', (repo, image, expected) => {
    expect(applyDefaultRepo(repo, undefined, image)).toBe(expected);
  });
});

test('multi-level-repo nests where the project pattern does not decide', () => {
  expect(applyDefaultRepo('r.io/x', true, 'gcr.io/some/app:v1')).toBe('r.io/x/gcr.io/some/app:v1');
  expect(applyDefaultRepo('r.io/project', true, 'r.io/project/app')).toBe('r.io/project/app');
  expect(applyDefaultRepo('r.io/project/sub', true, 'r.io/project/app')).toBe('r.io/project/sub/app');
  expect(applyDefaultRepo('gcr.io/default-proj', false, 'a/b')).toBe('gcr.io/default-proj/a/b');
});

test('without a repo even a bad name passes untouched; with one it is refused', () => {
  expect(applyDefaultRepo('', true, 'NOT A NAME')).toBe('NOT A NAME');
  expect(applyDefaultRepo(undefined, undefined, 'NOT A NAME')).toBe('NOT A NAME');
  expect(() => applyDefaultRepo('r.io/x', undefined, 'NOT A NAME')).toThrow(
    expect.objectContaining({ code: 'REFERENCE_INVALID' }),
  );
});

test('names longer than 255 bytes are cut before tag and digest, except within one project', () => {
  const long = 'a'.repeat(250);
  const flat = applyDefaultRepo('registry.example.com/team', undefined, `x/${long}:v1@${digest}`);
  expect(flat).toBe(`${`registry.example.com/team/x_${long}`.slice(0, 255)}:v1@${digest}`);
  const nested = applyDefaultRepo('gcr.io/default-proj', undefined, `other/${long}`);
  expect(nested).toHaveLength(255);
  const path = long.slice(0, 240);
  const same = applyDefaultRepo('gcr.io/default-proj/sub', undefined, `gcr.io/default-proj/${path}`);
  expect(same).toBe(`gcr.io/default-proj/sub/${path}`);
});

test('applying a repo twice is applying it once', () => {
  const repo = fc.constantFrom('gcr.io/default-proj', 'r.io/x', 'localhost:5000', 'us-docker.pkg.dev/my-proj/repo');
  const image = fc.stringMatching(/^([a-z]{1,6}\.io\/)?[a-z]{1,8}(\/[a-z]{1,8}){0,2}(:[a-z0-9]{1,8})?$/);
  fc.assert(
    fc.property(repo, image, fc.boolean(), (prefix, name, multiLevel) => {
      const once = applyDefaultRepo(prefix, multiLevel, name);
      expect(once.startsWith(prefix)).toBe(true);
      expect(applyDefaultRepo(prefix, multiLevel, once)).toBe(once);
    }),
  );
});

describe('pieces of a reference as Skaffold names them', () => {
  const none = { tag: '', digest: '' };
  test.each([
    ['nginx', { baseName: 'nginx', domain: '', path: 'nginx', repo: '', name: '', ...none }],
    ['nginx:1.2', { baseName: 'nginx', domain: '', path: 'nginx', repo: '', name: '', tag: '1.2', digest: '' }],
    [
      'gcr.io/p/a/b:v',
      {
        baseName: 'gcr.io/p/a/b',
        domain: 'gcr.io',
        path: 'p/a/b',
        repo: 'gcr.io/p/a',
        name: 'b',
        tag: 'v',
        digest: '',
      },
    ],
    [`lib/x@${digest}`, { baseName: 'lib/x', domain: 'lib', path: 'x', repo: 'lib', name: 'x', tag: '', digest }],
    [
      'ko://Example.com/Cmd/App:V2',
      {
        baseName: 'example.com/cmd/app',
        domain: 'example.com',
        path: 'cmd/app',
        repo: 'example.com/cmd',
        name: 'app',
        tag: 'V2',
        digest: '',
      },
    ],
    [
      'Localhost:5000/App',
      {
        baseName: 'localhost:5000/app',
        domain: 'localhost:5000',
        path: 'app',
        repo: 'localhost:5000',
        name: 'app',
        ...none,
      },
    ],
  ])('%s', (text, expected) => {
    expect(parseSkaffoldReference(text)).toEqual(expected);
  });

  test.each(['', 'a b', 'a:', 'ko://', 'a/_b'])('%j is refused', (text) => {
    expect(() => parseSkaffoldReference(text)).toThrow(expect.objectContaining({ code: 'REFERENCE_INVALID' }));
  });
});
