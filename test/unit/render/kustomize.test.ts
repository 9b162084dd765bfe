import { describe, expect, test } from 'vitest';
import type { Module } from '../../../src/core/project.ts';
import type { FakeSystemOptions } from '../../support/fake-system.ts';
import { moduleOf, pod, render } from './harness.ts';

const names = (text: string): string[] => [...text.matchAll(/^ {2}name: (.*)$/gm)].map((match) => match[1]!);

describe('kustomize', () => {
  const kustomize = (spec: unknown): Module => moduleOf({ manifests: [{ type: 'kustomize', spec }] });

  test('renders what the program prints', async () => {
    const calls: string[][] = [];
    const programs: FakeSystemOptions['programs'] = {
      kustomize: (args) => {
        calls.push([...args]);
        return { stdout: pod((args.at(-1) ?? '').slice(-4)) };
      },
    };
    const module = kustomize({ paths: ['base', '{{.D}}', 'https://x.example/k'], buildArgs: ['--enable-helm --x y'] });
    const { text, sources } = await render([module], { programs, env: { D: 'over' } });
    expect(names(text)).toEqual(['base', 'over', 'le/k']);
    expect(text).toContain('image: r.io/app:v1');
    expect(calls.map((args) => args.join(' ')).sort()).toEqual([
      'build --enable-helm --x y /work/base',
      'build --enable-helm --x y /work/over',
      'build --enable-helm --x y https://x.example/k',
    ]);
    expect(sources).toEqual(['kustomize build base', 'kustomize build over', 'kustomize build https://x.example/k']);
  });

  test('a List stays a List, no output is no manifest, no paths are no calls', async () => {
    const programs: FakeSystemOptions['programs'] = {
      kustomize: (args) => ({ stdout: args[1] === '/work/empty' ? '' : 'kind: List\nitems: []\n' }),
    };
    expect((await render([kustomize({ paths: ['list', 'empty'] })], { programs })).text).toBe(
      'items: []\nkind: List\n',
    );
    expect((await render([kustomize({})], {})).text).toBe('\n');
  });

  test('falls back to kubectl', async () => {
    const programs: FakeSystemOptions['programs'] = { kubectl: (args) => ({ stdout: `a: ${args.join(' ')}\n` }) };
    expect((await render([kustomize({ paths: ['base'] })], { programs })).text).toBe('a: kustomize /work/base\n');
  });

  test('says what failed, or is missing', async () => {
    const programs: FakeSystemOptions['programs'] = {
      kustomize: () => ({ exitCode: 1, stderr: 'Error: no such thing\n' }),
    };
    await expect(render([kustomize({ paths: ['base'] })], { programs })).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringContaining('Error: no such thing'),
    });
    await expect(render([kustomize({ paths: ['base'] })], {})).rejects.toMatchObject({
      code: 'COMMAND_NOT_FOUND',
      message: expect.stringContaining('kustomize'),
    });
  });

  test('passes the surroundings on to kubectl', async () => {
    const programs: FakeSystemOptions['programs'] = { kubectl: () => ({ stdout: 'a: b' }) };
    const { calls } = await render(
      [kustomize({ paths: ['k'] })],
      { programs },
      { namespace: 'prod' },
      { kubeContext: 'far' },
    );
    expect(calls).toEqual(['kubectl --context far --namespace prod kustomize /work/k']);
  });

  test('leaves repositories to kustomize, but for directories that look like one', async () => {
    const programs: FakeSystemOptions['programs'] = { kustomize: () => ({}) };
    const files = { '/work/github.com/x/k/kustomization.yaml': '' };
    const paths = ['github.com/x/k', 'github.com/x/y?ref=v1', 'git@host:x.git', 'ssh://host/x'];
    expect((await render([kustomize({ paths })], { programs, files })).calls).toEqual([
      'kustomize build /work/github.com/x/k',
      'kustomize build github.com/x/y?ref=v1',
      'kustomize build git@host:x.git',
      'kustomize build ssh://host/x',
    ]);
  });

  test('of several failures tells the first', async () => {
    const programs: FakeSystemOptions['programs'] = {
      kustomize: async (args) => {
        if (args[1] === '/work/a') await new Promise((resolve) => setTimeout(resolve, 20));
        return { exitCode: 1, stderr: `${args[1]} is broken` };
      },
    };
    await expect(render([kustomize({ paths: ['a', 'b'] })], { programs })).rejects.toMatchObject({
      message: expect.stringContaining('/work/a is broken'),
    });
  });

  test('ends with the exit code of kustomize and names the source of bad output', async () => {
    const fail: FakeSystemOptions['programs'] = { kustomize: () => ({ exitCode: 7 }) };
    await expect(render([kustomize({ paths: ['a'] })], { programs: fail })).rejects.toMatchObject({ exitCode: 7 });
    const bad: FakeSystemOptions['programs'] = { kustomize: () => ({ stdout: 'a: b\n---\n- c' }) };
    await expect(render([kustomize({ paths: ['a'] })], { programs: bad })).rejects.toMatchObject({
      diagnostics: [{ at: { file: 'kustomize build a', line: 3 } }],
    });
  });
});
