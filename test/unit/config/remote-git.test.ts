import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import type { FakeProgram } from '../../support/fake-exec.ts';
import { type Attempt, failure, head, load, loadOnly } from './harness.ts';

const required = 'apiVersion: skaffold/v4beta14\nkind: Config\nmetadata: {name: far}\n';

/** The directory of a copy, as Skaffold names it. */
function copyOf(repo: string, ref: string, cache = '/home/me/.skaffold/remote-cache'): string {
  const json = `${JSON.stringify([repo, ref]).replaceAll('&', '\\u0026')}\n`;
  return `${cache}/${createHash('sha256').update(json).digest('base64url').slice(0, 32)}`;
}

interface Asked {
  readonly calls: readonly string[];
  readonly names: readonly (string | undefined)[];
}

type Answer = Readonly<
  Record<string, { readonly exitCode: number; readonly stdout?: string; readonly stderr?: string }>
>;

/** Loads a configuration that requires `entry`, with a git that answers as told and does nothing. */
async function loadWith(entry: string, answers: Answer = {}, attempt: Attempt = {}): Promise<Asked> {
  const calls: string[] = [];
  const git: FakeProgram = (args, { cwd }) => {
    calls.push(`${cwd}: ${args.join(' ')}`);
    const known = Object.keys(answers).find((start) => args.join(' ').startsWith(start));
    return answers[known ?? ''] ?? {};
  };
  const { configs } = await loadOnly(`${head}requires: [{git: ${entry}}]\n`, { ...attempt, programs: { git } });
  return { calls, names: configs.map(({ config }) => config.metadata?.name) };
}

const there = (repo: string, ref: string): Attempt => ({
  files: { [`${copyOf(repo, ref)}/skaffold.yaml`]: required, [`${copyOf(repo, ref)}/sub/skaffold.yaml`]: required },
});

describe('a copy that is there', () => {
  const copy = copyOf('r', 'v1');

  test('is brought up to date, also of a tag', async () => {
    expect(await loadWith('{repo: r, ref: v1}', {}, there('r', 'v1'))).toEqual({
      calls: [`${copy}: fetch origin v1`, `${copy}: reset --hard FETCH_HEAD`],
      names: ['far', undefined],
    });
  });

  test.each<[string, string, Attempt]>([
    ['sync is false', '{repo: r, ref: v1, sync: false}', {}],
    ['only missing copies are made', '{repo: r, ref: v1}', { syncRemoteCache: 'missing' }],
    ['none are made', '{repo: r, ref: v1}', { syncRemoteCache: 'never' }],
  ])('is left alone where %s', async (_, entry, attempt) => {
    expect(await loadWith(entry, {}, { ...there('r', 'v1'), ...attempt })).toEqual({
      calls: [],
      names: ['far', undefined],
    });
  });

  test('may have the configuration in a directory', async () => {
    const { names } = await loadWith('{repo: r, ref: v1, path: sub}', {}, there('r', 'v1'));
    expect(names).toEqual(['far', undefined]);
  });

  test('is brought up to date once', async () => {
    const entry = '{repo: r, ref: v1}}, {git: {repo: r, ref: v1, path: sub}';
    expect((await loadWith(entry, {}, there('r', 'v1'))).calls).toHaveLength(2);
  });

  test('does not let a path lead out of it', async () => {
    const { findings } = await loadOnly(`${head}requires: [{git: {repo: r, ref: v1, path: ../x}}]\n`, {
      ...there('r', 'v1'),
      programs: { git: () => ({}) },
    });
    expect(findings.map(({ severity, at }) => [severity, at?.line, at?.column])).toEqual([['error', 3, 43]]);
  });
});

describe('a copy that is not there', () => {
  test('is made of the branch, tag or default branch alone', async () => {
    const cache = '/work/cache';
    const name = copyOf('u://r?a&b', '', cache).slice(cache.length + 1);
    const { calls } = await loadWith(
      "{repo: 'u://r?a&b'}",
      { 'ls-remote --heads -- u://r?a&b main': { exitCode: 0, stdout: 'abc refs/heads/main\n' } },
      { remoteCacheDirectory: 'cache' },
    );
    expect(calls).toEqual([
      '/work: ls-remote --heads -- u://r?a&b master',
      '/work: ls-remote --heads -- u://r?a&b main',
      `${cache}: clone --branch main --depth 1 -- u://r?a&b ./${name}`,
    ]);
  });

  test('is made whole for a commit', async () => {
    const copy = copyOf('r', 'abc');
    const [cache, name] = [copy.slice(0, copy.lastIndexOf('/')), copy.slice(copy.lastIndexOf('/') + 1)];
    const stderr =
      'warning: Could not find remote branch abc to clone.\nfatal: Remote branch abc not found in upstream origin\n';
    const { calls } = await loadWith('{repo: r, ref: abc}', { 'clone --branch': { exitCode: 128, stderr } });
    expect(calls).toEqual([
      `${cache}: clone --branch abc --depth 1 -- r ./${name}`,
      `${cache}: clone -- r ./${name}`,
      `${copy}: checkout abc`,
    ]);
  });

  test('is missed where none may be made', async () => {
    const error = await loadWith('{repo: r, ref: x}', {}, { syncRemoteCache: 'never' }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ToolError);
    expect((error as ToolError).message).toContain(copyOf('r', 'x'));
  });
});

describe('failures', () => {
  const failing = (entry: string, answers: Answer): Promise<ToolError> =>
    failure(`${head}requires: [{git: ${entry}}]\n`, {
      programs: { git: (args) => answers[args[0] ?? ''] ?? {} },
    });

  test('of git end with its exit code, without passwords', async () => {
    const error = await failing('{repo: "https://me:secret@host/r", ref: x}', {
      clone: { exitCode: 128, stderr: 'fatal: unable to access https://me:secret@host/r\n' },
    });
    expect([error.code, error.exitCode]).toEqual(['COMMAND_FAILED', 128]);
    expect(error.message).toContain('https://host/r');
    expect(error.message).not.toContain('secret');
  });

  test('to find a default branch say so', async () => {
    expect((await failing('{repo: r}', {})).suggestions[0]?.code).toBe('CONFIG_SET_GIT_REF');
  });

  test('a ref is never an option', async () => {
    expect((await failing('{repo: r, ref: --upload-pack=x}', {})).code).toBe('CONFIG_FILE_PARSING_ERR');
  });
});

test('what lies in a copy, and what that requires, is marked as remote', async () => {
  const copy = copyOf('r', 'v1');
  const files = {
    [`${copy}/skaffold.yaml`]: `${required}requires: [{path: sub}]\nmanifests: {rawYaml: [nowhere.yaml]}\n`,
    [`${copy}/sub/skaffold.yaml`]: required.replace('far', 'farther'),
  };
  const text = `${head}requires: [{git: {repo: r, ref: v1}}]\n`;
  const { configs } = await loadOnly(text, { files, programs: { git: () => ({}) } });
  expect(configs.map(({ config, isRemote }) => [config.metadata?.name, isRemote])).toEqual([
    ['farther', true],
    ['far', true],
    [undefined, undefined],
  ]);
  // Manifests of other repositories are not looked for before they are read.
  await load(text, { files, command: 'render', programs: { git: () => ({}) } });
});
