import { beforeEach, expect, test } from 'vitest';
import { createBuildCache } from '../../../src/build/cache.ts';
import { buildAll } from '../../../src/build/index.ts';
import type { BuildJob } from '../../../src/build/jobs.ts';
import type { BuildParts } from '../../../src/build/parts.ts';
import type { BuildOutcome } from '../../../src/core/artifact.ts';
import { ToolError } from '../../../src/core/errors.ts';
import type { Event } from '../../../src/core/events.ts';
import type { Digest, ImageId, ImageName } from '../../../src/core/names.ts';
import type { Builder, ImageEngine } from '../../../src/core/plugins.ts';
import type { Context } from '../../../src/core/ports.ts';
import { parseReference } from '../../../src/image/reference.ts';
import type { LastBuild } from '../../../src/store/last-builds.ts';
import type { BuildResultRecord } from '../../../src/store/results.ts';

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;
const idOf = (letter: string): ImageId => digest(letter) as unknown as ImageId;

/** A world in which images, tags and files are entries of maps. */
interface World {
  files: Record<string, string>;
  records: Map<string, BuildResultRecord>;
  lastBuilds: Map<string, LastBuild>;
  lastMarks: Map<string, string>;
  registry: Map<string, Digest>;
  local: Map<string, ImageId>;
  held: Set<string>;
  events: Event[];
  builds: string[];
  parameters: Record<string, string>;
  notes: string;
  fail: ImageName | undefined;
}
let world: World;
beforeEach(() => {
  world = {
    files: {},
    records: new Map(),
    lastBuilds: new Map(),
    lastMarks: new Map(),
    registry: new Map(),
    local: new Map(),
    held: new Set(),
    events: [],
    builds: [],
    parameters: {},
    notes: '',
    fail: undefined,
  };
});

/** An image whose digests follow from its content, as real ones do. */
function outcomeOf(image: string): BuildOutcome {
  const letter = (world.files[image] ?? '0').slice(-1);
  return { at: 'store', digest: digest(letter), id: idOf(letter) };
}

const builder: Builder = {
  type: 'docker',
  inputs: async (artifact) => [`/w/${artifact.image}`],
  parameters: async () => world.parameters,
  build: async ({ artifact }) => {
    if (artifact.image === world.fail) throw new ToolError('BUILD_USER_ERROR', 'no');
    world.builds.push(artifact.image);
    const outcome = outcomeOf(artifact.image);
    if (outcome.at === 'store') world.held.add(outcome.digest);
    return outcome;
  },
};

const engine: ImageEngine = {
  name: 'embedded',
  build: () => Promise.reject(new Error('the builder does it')),
  assemble: () => Promise.reject(new Error('not asked for')),
  importArchive: () => Promise.reject(new Error('not asked for')),
  push: async (outcome, reference) => {
    if (outcome.at !== 'store') throw new Error('unexpected');
    world.registry.set(`${reference.name}:${reference.tag}`, outcome.digest);
    return { digest: outcome.digest, bytes: 7 };
  },
  tag: async (outcome, reference) => {
    if (outcome.at !== 'registry') world.local.set(`${reference.name}:${reference.tag}`, outcome.id);
  },
  find: async (reference) => world.local.get(reference),
  holds: async (outcome) => outcome.at === 'store' && world.held.has(outcome.digest),
  imageConfig: () => Promise.reject(new Error('not asked for')),
  close: async () => undefined,
};

function job(image: string, push: boolean, requires: readonly string[] = [], tag = 'v1'): BuildJob {
  const text = `r.io/p/${image}:${tag}`;
  const artifact = {
    image: image as ImageName,
    workspace: '/w',
    context: '.',
    type: 'docker',
    spec: {},
    requires: requires.map((name) => ({ image: name as ImageName, alias: name.toUpperCase() })),
    platforms: [],
    hooks: { before: [], after: [] },
  };
  return { artifact, tag: text, reference: parseReference(text), push, platforms: [] };
}

function context(): Context {
  const system = {
    registry: {
      resolve: async (reference: { name: string; tag?: string }) => {
        const found = world.registry.get(`${reference.name}:${reference.tag}`);
        return found === undefined ? undefined : { digest: found, size: 1, mediaType: 'x' };
      },
    },
    clock: { monotonic: () => 0 },
    files: { lstat: async () => undefined },
    platform: { os: 'linux', architecture: 'amd64' },
  };
  return { system: system as never, emit: (event) => world.events.push(event), signal: new AbortController().signal };
}

async function build(jobs: readonly BuildJob[]): Promise<string[]> {
  const cache = createBuildCache({
    hashInputs: async (_root, _name, entries) => ({
      hash: JSON.stringify(entries.map(({ path }) => [path, world.files[path]])),
      entries: entries.length,
      notes: world.notes,
      filesRead: 0,
      rows: async () => entries.map(({ path }) => [path, 'f644', world.files[path] ?? ''] as const),
    }),
    lastBuild: async (name) => world.lastBuilds.get(name),
    lastMark: async (name) => world.lastMarks.get(name),
    setLastBuild: async (name, last, mark) => {
      world.lastBuilds.set(name, last);
      world.lastMarks.set(name, mark);
    },
    secret: async () => 'secret',
    read: async (key) => world.records.get(key),
    write: async (key, record) => void world.records.set(key, record),
    flush: async () => undefined,
  });
  const parts: BuildParts = {
    builders: new Map([['docker', builder]]),
    engine,
    cache,
    inputParts: {
      artifacts: new Map(),
      runMode: 'build',
      imageConfig: () => Promise.reject(new Error('not asked for')),
    },
    runMode: 'build',
    hooks: { defaultRepo: undefined, multiLevelRepo: undefined },
    moduleHooksOf: () => undefined,
    concurrency: 1,
    localContext: undefined,
  };
  world.builds = [];
  world.events = [];
  return (await buildAll(jobs, parts, context())).map(({ tag }) => tag);
}

const answers = (): string[] =>
  world.events.flatMap((event) => (event.type === 'cache-checked' ? [event.outcome] : []));

test('a pushed image that the registry still serves is not built again', async () => {
  expect(await build([job('app', true)])).toEqual([`r.io/p/app:v1@${digest('0')}`]);
  expect(answers()).toEqual(['not-found']);
  expect(await build([job('app', true)])).toEqual([`r.io/p/app:v1@${digest('0')}`]);
  expect(answers()).toEqual(['found-remotely']);
  expect(world.builds).toEqual([]);
});

test('what an image was made of is noted anew when only a note on it changed, and not when nothing did', async () => {
  await build([job('app', true)]);
  const [first] = world.lastBuilds.values();
  await build([job('app', true)]);
  expect([...world.lastBuilds.values()][0]).toBe(first);
  world.notes = 'another ignore file';
  await build([job('app', true)]);
  expect(world.builds).toEqual([]);
  expect([...world.lastBuilds.values()][0]).not.toBe(first);
});

test('an image the registry lost is pushed again, and built again where the engine lost it too', async () => {
  await build([job('app', true)]);
  world.registry.clear();
  await build([job('app', true)]);
  expect([answers(), world.builds]).toEqual([['pushing'], []]);
  world.registry.clear();
  world.held.clear();
  await build([job('app', true)]);
  expect([answers(), world.builds]).toEqual([['not-found'], ['app']]);
});

test('a tag that someone else moved is not believed', async () => {
  await build([job('app', true)]);
  world.registry.set('r.io/p/app:v1', digest('f'));
  expect(await build([job('app', true)])).toEqual([`r.io/p/app:v1@${digest('0')}`]);
  expect(world.registry.get('r.io/p/app:v1')).toBe(digest('0'));
});

test('an image that stays local is named by its id, found, and tagged under a new tag', async () => {
  expect(await build([job('app', false)])).toEqual([`r.io/p/app:${'0'.repeat(64)}`]);
  world.local.set('r.io/p/app:v1', idOf('0'));
  await build([job('app', false)]);
  expect(answers()).toEqual(['found-locally']);
  await build([job('app', false, [], 'v2')]);
  expect([answers(), world.builds]).toEqual([['tagging'], []]);
  expect(world.local.get('r.io/p/app:v2')).toBe(idOf('0'));
});

test('a changed file, a changed parameter and a changed dependency each build again', async () => {
  const jobs = [job('base', true), job('app', true, ['base'])];
  await build(jobs);
  world.files['app'] = '1';
  await build(jobs);
  expect(world.builds).toEqual(['app']);
  world.parameters = { target: 'x' };
  await build(jobs);
  expect(world.builds).toEqual(['base', 'app']);
  world.files['base'] = '2';
  await build(jobs);
  expect(world.builds).toEqual(['base', 'app']);
  await build(jobs);
  expect(world.builds).toEqual([]);
});

test('what was built before a failure is remembered', async () => {
  world.fail = 'app' as ImageName;
  const jobs = [job('base', true), job('app', true, ['base'])];
  await expect(build(jobs)).rejects.toMatchObject({ code: 'BUILD_USER_ERROR' });
  expect(world.events.some((event) => event.type === 'artifact-failed' && event.image === 'app')).toBe(true);
  world.fail = undefined;
  await build(jobs);
  expect(world.builds).toEqual(['app']);
});

test('a dependency outside the build is an error that names it', async () => {
  await expect(build([job('app', true, ['base'])])).rejects.toMatchObject({
    code: 'BUILD_USER_ERROR',
    message: expect.stringContaining('"base"'),
  });
});

test('files that change while the build runs leave nothing behind that a later build would believe', async () => {
  const original = builder.build;
  (builder as { build: typeof original }).build = async (request, ctx) => {
    world.files['app'] = '3';
    return original(request, ctx);
  };
  await build([job('app', true)]).finally(() => {
    (builder as { build: typeof original }).build = original;
  });
  expect(world.records.size).toBe(0);
});
