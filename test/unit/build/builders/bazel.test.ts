import { expect, test } from 'vitest';
import { bazel } from '../../../../src/build/builders/bazel/index.ts';
import type { BazelSpec } from '../../../../src/build/builders/bazel/spec.ts';
import type { BuildOutcome } from '../../../../src/core/artifact.ts';
import type { ImageId, ImageName, Platform } from '../../../../src/core/names.ts';
import type { BuildRequest, ImageArchive, ImageEngine } from '../../../../src/core/plugins.ts';
import type { Context } from '../../../../src/core/ports.ts';
import { parseReference } from '../../../../src/image/reference.ts';
import { type FakeExec, type FakeProgram, fakeExec } from '../../../support/fake-exec.ts';
import { fakeFiles } from '../../../support/fake-files.ts';
import { fakeSystem } from '../../../support/fake-system.ts';

const outcome: BuildOutcome = { at: 'daemon', id: `sha256:${'1'.repeat(64)}` as ImageId };

interface World {
  readonly request: BuildRequest<BazelSpec>;
  readonly ctx: Context;
  readonly exec: FakeExec;
  readonly imported: ImageArchive[];
}

const program: FakeProgram = ([verb]) => {
  if (verb === 'cquery') return { stdout: 'bazel-out/bin/app/image.tar\n' };
  if (verb === 'info') return { stdout: '/cache/execroot\n' };
  if (verb === 'query')
    return { stdout: '//app:main.go\n//app:BUILD\n@other//x:y\n//external:z\n//:top.txt\n//app:gone\n' };
  return {};
};

function world(spec: BazelSpec, platforms: readonly Platform[] = [], run: FakeProgram = program): World {
  const files = fakeFiles({ '/w/MODULE.bazel': '', '/w/app/main.go': '', '/w/app/BUILD': '', '/w/top.txt': '' });
  const exec = fakeExec({ bazel: run });
  const imported: ImageArchive[] = [];
  const engine = {
    name: 'docker',
    importArchive: async (request: ImageArchive) => {
      imported.push(request);
      return outcome;
    },
  } as Partial<ImageEngine> as ImageEngine;
  const image = 'app' as ImageName;
  const artifact = {
    image,
    workspace: '/w/app',
    context: 'app',
    type: 'bazel',
    spec,
    requires: [],
    platforms: [],
    hooks: { before: [], after: [] },
  };
  return {
    exec,
    imported,
    ctx: { system: { ...fakeSystem(), files, exec }, emit: () => undefined, signal: new AbortController().signal },
    request: {
      artifact,
      reference: parseReference('r.io/p/app:v1'),
      tag: 'r.io/p/app:v1',
      dependencies: new Map(),
      platforms,
      allPlatforms: false,
      push: true,
      runMode: 'build',
      skipTests: false,
      engine,
      artifacts: new Map(),
    },
  };
}

test('builds the target and takes in its archive', async () => {
  const it = world({ target: '//app:image.tar', args: ['-c', 'opt'] });
  expect(await bazel.build(it.request, it.ctx)).toEqual(outcome);
  expect(it.exec.calls).toEqual([
    'bazel build -c opt //app:image.tar --color=no',
    'bazel cquery //app:image.tar --output starlark --starlark:expr target.files.to_list()[0].path -c opt',
    'bazel info execution_root',
  ]);
  expect(it.imported).toMatchObject([{ file: '/cache/execroot/bazel-out/bin/app/image.tar', push: true }]);
});

test('names the platform target', async () => {
  const it = world({ target: '//app:image.tar', platforms: [{ platform: 'linux/arm64', target: '//p:arm' }] }, [
    { os: 'linux', architecture: 'arm64' },
  ]);
  await bazel.build(it.request, it.ctx);
  expect(it.exec.calls[0]).toBe('bazel build //app:image.tar --platforms=//p:arm --color=no');
  const unmapped = world({ target: '//app:image.tar' }, [{ os: 'linux', architecture: 'arm64' }]);
  await expect(bazel.build(unmapped.request, unmapped.ctx)).rejects.toThrow('linux/arm64');
});

test('is made of the files of this workspace that the target depends on', async () => {
  const it = world({ target: '//app:image.tar' });
  const parts = {
    runMode: 'build',
    artifacts: new Map(),
    imageConfig: () => Promise.reject(new Error('not asked for')),
  };
  expect(await bazel.inputs(it.request.artifact, parts, it.ctx)).toEqual([
    '/w/MODULE.bazel',
    '/w/app/BUILD',
    '/w/app/main.go',
    '/w/top.txt',
  ]);
});

test.each([
  ['a target that is no archive', '//app:image', program, 'BUILD_USER_ERROR', '.tar'],
  [
    'a failing build',
    '//app:i.tar',
    () => ({ exitCode: 7, stderr: 'no such target' }),
    'COMMAND_FAILED',
    'no such target',
  ],
] as const)('refuses %s', async (_what, target, run, code, words) => {
  const it = world({ target }, [], run);
  const failure = bazel.build(it.request, it.ctx);
  await expect(failure).rejects.toMatchObject({ code });
  await expect(failure).rejects.toThrow(words);
});
