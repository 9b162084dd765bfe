import { expect, test } from 'vitest';
import { buildAll } from '../../../src/build/index.ts';
import type { BuildJob } from '../../../src/build/jobs.ts';
import type { BuildParts } from '../../../src/build/parts.ts';
import type { Event } from '../../../src/core/events.ts';
import type { Digest, ImageName } from '../../../src/core/names.ts';
import type { ImageEngine } from '../../../src/core/plugins.ts';
import type { Hooks } from '../../../src/core/project.ts';
import { parseReference } from '../../../src/image/reference.ts';
import type { FakeProgram } from '../../support/fake-exec.ts';
import { fakeSystem } from '../../support/fake-system.ts';

const digest: Digest = `sha256:${'1'.repeat(64)}`;
const none: Hooks = { before: [], after: [] };
const around = (name: string): Hooks => ({
  before: [{ command: ['note', `${name}-before`] }],
  after: [{ command: ['note', `${name}-after`] }],
});

/** Artifacts `[image, its hooks, its module's hooks]` are built; the programs see what is asked of them. */
async function build(
  artifacts: readonly (readonly [string, Hooks, Hooks | undefined])[],
  note: FakeProgram,
): Promise<readonly Event[]> {
  const events: Event[] = [];
  const jobs = artifacts.map(([image, hooks]): BuildJob => {
    const tag = `r.io/p/${image}:v1`;
    const artifact = {
      image: image as ImageName,
      workspace: `/work/${image}`,
      context: image,
      type: 'docker',
      spec: {},
      requires: [],
      platforms: [],
      hooks,
    };
    return { artifact, tag, reference: parseReference(tag), push: true, platforms: [] };
  });
  const system = fakeSystem({ programs: { note }, env: { FROM_CALLER: 'yes', SKAFFOLD_WORK_DIR: 'mine' } });
  const builder = {
    type: 'docker',
    inputs: async () => [],
    parameters: async () => ({}),
    build: async ({ artifact }: { artifact: { image: string } }) => {
      await system.exec.run('note', [`build ${artifact.image}`], { env: {} });
      return { at: 'registry' as const, digest };
    },
  };
  const parts: BuildParts = {
    builders: new Map([['docker', builder]]),
    engine: {} as ImageEngine,
    cache: undefined,
    inputParts: { artifacts: new Map(), runMode: 'build', imageConfig: () => Promise.reject(new Error('unused')) },
    runMode: 'build',
    hooks: { defaultRepo: 'r.io/p', multiLevelRepo: undefined },
    moduleHooksOf: ({ image }) => artifacts.find(([name]) => name === image)?.[2],
    concurrency: 1,
    localContext: undefined,
  };
  await buildAll(jobs, parts, { system, emit: (event) => events.push(event), signal: new AbortController().signal });
  return events;
}

const textOf = (events: readonly Event[]): string =>
  events.map((event) => (event.type === 'output' ? event.text : '')).join('');

test('hooks of an artifact stand around its build, those of modules around all builds', async () => {
  const order: string[] = [];
  const [first, second] = [around('first'), around('second')];
  const note: FakeProgram = ([word = '']) => {
    order.push(word);
    return { stdout: `${word}\n` };
  };
  const events = await build(
    [
      ['a', around('a'), first],
      ['b', none, first],
      ['c', none, second],
    ],
    note,
  );
  expect(order).toEqual([
    'first-before',
    'second-before',
    'a-before',
    'build a',
    'a-after',
    'build b',
    'build c',
    'first-after',
    'second-after',
  ]);
  expect(textOf(events).split('\n').slice(0, 3)).toEqual([
    'Starting pre-build hooks...',
    'first-before',
    'Completed pre-build hooks',
  ]);
  const begun = events.findIndex(({ type }) => type === 'builds-started');
  expect(begun).toBeLessThan(events.findIndex(({ type }) => type === 'output'));
});

test('hooks of a module know of no image; those of an artifact know theirs; the caller’s variables win', async () => {
  const seen: Record<string, Readonly<Record<string, string>>> = {};
  const note: FakeProgram = ([word = ''], { env }) => {
    seen[word] = env;
    return {};
  };
  await build([['a', around('a'), around('module')]], note);
  const common = { SKAFFOLD_DEFAULT_REPO: 'r.io/p', SKAFFOLD_WORK_DIR: 'mine', FROM_CALLER: 'yes' };
  expect(seen['module-before']).toEqual({
    ...common,
    SKAFFOLD_IMAGE: '',
    SKAFFOLD_PUSH_IMAGE: 'false',
    SKAFFOLD_IMAGE_REPO: '',
    SKAFFOLD_IMAGE_TAG: '',
    SKAFFOLD_BUILD_CONTEXT: '',
  });
  expect(seen['a-after']).toEqual({
    ...common,
    SKAFFOLD_IMAGE: 'r.io/p/a:v1',
    SKAFFOLD_PUSH_IMAGE: 'true',
    SKAFFOLD_IMAGE_REPO: 'r.io/p',
    SKAFFOLD_IMAGE_TAG: 'v1',
    SKAFFOLD_BUILD_CONTEXT: '/work/a',
  });
});

test('a hook of a module that fails ends the run with its exit code, before anything is built', async () => {
  const order: string[] = [];
  const note: FakeProgram = ([word = '']) => {
    order.push(word);
    return { exitCode: word === 'module-before' ? 7 : 0 };
  };
  await expect(build([['a', none, around('module')]], note)).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    exitCode: 7,
  });
  expect(order).toEqual(['module-before']);
});

test('after a failed build the hooks behind all builds do not run', async () => {
  const order: string[] = [];
  const note: FakeProgram = ([word = '']) => {
    order.push(word);
    return { exitCode: word === 'a-after' ? 3 : 0 };
  };
  await expect(build([['a', around('a'), around('module')]], note)).rejects.toMatchObject({ exitCode: 3 });
  expect(order).toEqual(['module-before', 'a-before', 'build a', 'a-after']);
});
