import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import type { ImageEngine } from '../../../src/core/plugins.ts';
import type { Module } from '../../../src/core/project.ts';
import { concurrencyOf } from '../../../src/pipeline/build.ts';
import { refuseLocalSettings, requireLocalBuild } from '../../../src/pipeline/local-build.ts';

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
  const settings = (environmentSpec: object, engine: ImageEngine['name']): string =>
    refused(() => refuseLocalSettings([module({}), module({ environmentSpec })], engine));

  test.each([
    ['local', ''],
    ['cluster', 'build.cluster'],
    ['googleCloudBuild', 'build.googleCloudBuild'],
  ])('%s', (environment, field) => {
    expect(refused(() => requireLocalBuild(module({ environment })))).toBe(field);
  });

  test('ways to use Docker matter where Docker builds', () => {
    expect(settings({ useBuildkit: true }, 'docker')).toBe('build.local.useBuildkit');
    expect(settings({ useDockerCLI: true }, 'docker')).toBe('build.local.useDockerCLI');
    expect(settings({ useBuildkit: true, useDockerCLI: true }, 'embedded')).toBe('');
  });

  test('what is switched off asks for nothing', () => {
    expect(settings({ useBuildkit: false, useDockerCLI: false, tryImportMissing: false }, 'docker')).toBe('');
  });

  test('no engine takes images that happen to have the tag', () => {
    expect(settings({ tryImportMissing: true }, 'docker')).toBe('build.local.tryImportMissing');
    expect(settings({ tryImportMissing: true }, 'embedded')).toBe('build.local.tryImportMissing');
  });
});
