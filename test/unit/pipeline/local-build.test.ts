import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import type { Module } from '../../../src/core/project.ts';
import { concurrencyOf } from '../../../src/pipeline/build.ts';
import { dockerSettingsOf, refuseLocalSettings, requireKnownEnvironment } from '../../../src/pipeline/local-build.ts';

const module = (build: Partial<Module['build']>): Module =>
  ({ file: 'skaffold.yaml', build: { environment: 'local', environmentSpec: {}, ...build } }) as Module;

describe('how many artifacts are built at the same time', () => {
  const of = (...concurrencies: readonly (number | undefined)[]): readonly Module[] =>
    concurrencies.map((concurrency) => module({ concurrency }));

  test.each([
    ['the flag wins', of(3, 4), 7, 7],
    ['a flag of 0 sets no limit', of(3), 0, 0],
    ['else the smallest of the modules', of(5, 2, undefined), -1, 2],
    ['where 0 is the largest', of(0, 4), -1, 4],
    ['unless all say 0', of(0, undefined, 0), -1, 0],
    ['and nobody says where none says anything', of(undefined), -1, undefined],
    ['or there is none', of(), -1, undefined],
  ])('%s', (_name, modules, flag, expected) => {
    expect(concurrencyOf(modules, flag)).toBe(expected);
  });
});

describe('where and how a module builds', () => {
  const refused = (work: () => void): string => {
    try {
      work();
    } catch (error) {
      if (error instanceof ToolError && error.code === 'NOT_SUPPORTED') return error.message.split(':')[0] ?? '';
      throw error;
    }
    return '';
  };
  const settings = (environmentSpec: object): string =>
    refused(() => refuseLocalSettings([module({}), module({ environmentSpec })]));

  test.each([
    ['local', ''],
    ['cluster', ''],
    ['googleCloudBuild', 'build.googleCloudBuild'],
  ])('%s', (environment, field) => {
    expect(refused(() => requireKnownEnvironment(module({ environment })))).toBe(field);
  });

  test('ways to use Docker are told to it', () => {
    const told = (environmentSpec: object): unknown => dockerSettingsOf(module({ environmentSpec }));
    expect(told({ useBuildkit: true, useDockerCLI: false })).toEqual({ useBuildkit: true });
    expect(told({ useBuildkit: false, useDockerCLI: true })).toEqual({ useBuildkit: false, useDockerCLI: true });
    expect(told({ useDockerCLI: false })).toBeUndefined();
    expect(settings({ useBuildkit: true, useDockerCLI: true })).toBe('');
  });

  test('what is switched off asks for nothing', () => {
    expect(settings({ useBuildkit: false, useDockerCLI: false, tryImportMissing: false })).toBe('');
  });

  test('no engine takes images that happen to have the tag', () => {
    expect(settings({ tryImportMissing: true })).toBe('build.local.tryImportMissing');
  });
});
