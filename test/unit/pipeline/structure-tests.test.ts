import { expect, test } from 'vitest';
import type { ImageEngine } from '../../../src/core/plugins.ts';
import type { Context } from '../../../src/core/ports.ts';
import type { ImageTest } from '../../../src/core/project.ts';
import { formatReference } from '../../../src/image/reference.ts';
import type { Session } from '../../../src/pipeline/session.ts';
import { runStructureTests } from '../../../src/pipeline/tests/structure.ts';
import { fakeSystem } from '../../support/fake-system.ts';

const tag = 'r.io/app:v1';

interface Outcome {
  readonly pulled: readonly string[];
  readonly calls: readonly string[];
  readonly error: unknown;
}

async function attempt(
  changes: Partial<ImageTest>,
  options: { held?: boolean; keepsImages?: boolean; exitCode?: number; installed?: boolean } = {},
): Promise<Outcome> {
  const { held = false, keepsImages = true, exitCode = 0, installed = true } = options;
  const [pulled, calls]: [string[], string[]] = [[], []];
  const ctx: Context = {
    system: fakeSystem({
      files: { '/work/t/a.yaml': '', '/work/t/b.yaml': '', '/work/c.yaml': '' },
      programs: installed
        ? {
            'container-structure-test': (args) => {
              calls.push(args.join(' '));
              return { exitCode };
            },
          }
        : {},
    }),
    emit: () => undefined,
    signal: new AbortController().signal,
  };
  const engine: Partial<ImageEngine> = {
    find: async () => (held ? ('sha256:1' as never) : undefined),
    ...(keepsImages && {
      pull: async (reference) => {
        pulled.push(formatReference(reference));
      },
    }),
  };
  const session: Partial<Session> = { ctx, engine: async () => engine as ImageEngine };
  const entry: ImageTest = {
    image: 'app' as ImageTest['image'],
    directory: '/work',
    structureTests: ['t/*.yaml', 'c.yaml'],
    structureTestsArgs: ['--driver=docker'],
    custom: [],
    namesDependencies: false,
    ...changes,
  };
  const error = await runStructureTests(tag, entry, session as Session).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { pulled, calls, error };
}

test('the program gets the image, all files and the extra arguments', async () => {
  expect(await attempt({})).toEqual({
    pulled: [tag],
    calls: [
      `test -v warn --image ${tag} --config /work/t/a.yaml --config /work/t/b.yaml --config /work/c.yaml --driver=docker`,
    ],
    error: undefined,
  });
});

test('an image that the engine holds is not fetched', async () => {
  expect((await attempt({}, { held: true })).pulled).toEqual([]);
});

test.each([
  ['TEST_USER_CONFIG_ERR', attempt({ structureTests: ['nope/*.yaml'] })],
  ['NOT_SUPPORTED', attempt({}, { keepsImages: false })],
  ['COMMAND_NOT_FOUND', attempt({}, { installed: false })],
])('%s', async (code, outcome) => {
  const { error, calls } = await outcome;
  expect(error).toMatchObject({ code });
  expect(calls).toEqual([]);
});

test('tests that fail end the run with their exit code', async () => {
  expect((await attempt({}, { exitCode: 4 })).error).toMatchObject({ code: 'TEST_CST_USER_ERR', exitCode: 4 });
});
