import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BuildJob } from '../../../src/build/jobs.ts';
import type { BuildParts } from '../../../src/build/parts.ts';
import {
  createSkaffoldCache,
  ensureCacheFile,
  type SkaffoldCache,
  skaffoldEntry,
} from '../../../src/build/skaffold-cache.ts';
import { parseEntries, printEntries, type SkaffoldEntries, withEntry } from '../../../src/build/skaffold-entries.ts';
import { ToolError } from '../../../src/core/errors.ts';
import type { Event } from '../../../src/core/events.ts';
import type { Digest, ImageId, ImageName } from '../../../src/core/names.ts';
import type { Builder, ImageEngine } from '../../../src/core/plugins.ts';
import type { Context, System } from '../../../src/core/ports.ts';
import { parseReference } from '../../../src/image/reference.ts';
import { printValue } from '../../../src/yaml/print.ts';
import { fakeSystem } from '../../support/fake-system.ts';

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;
const idOf = (letter: string): ImageId => digest(letter) as unknown as ImageId;
const hash = (letter: string): string => letter.repeat(64);
const file = '/home/user/.skaffold/cache';

let events: Event[];
let system: System;
let ctx: Context;
beforeEach(() => use({}));

function use(files: Readonly<Record<string, string>>): void {
  events = [];
  system = fakeSystem({ files });
  ctx = { system, emit: (event) => events.push(event), signal: new AbortController().signal };
}

const cache = (jobs: readonly BuildJob[] = []): SkaffoldCache =>
  createSkaffoldCache({ file, jobs: new Map(jobs.map((job) => [job.artifact.image, job])), testsOf: () => [] });
const content = async (): Promise<string | undefined> => {
  const bytes = await system.files.readIfExists(file);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
};
const warnings = (): number => events.filter((event) => event.type === 'log' && event.level === 'warning').length;

describe('the file', () => {
  test('is made with the entries of the run, keys sorted', async () => {
    const written = cache();
    written.add(hash('b'), { id: idOf('2') }, 'replace');
    written.add(hash('a'), { digest: digest('1') }, 'replace');
    await written.flush(ctx);
    expect(await content()).toBe(`${hash('a')}:\n  digest: ${digest('1')}\n${hash('b')}:\n  id: ${digest('2')}\n`);
    expect(warnings()).toBe(0);
  });

  test('keeps the entries of others; one of the same hash is replaced, or amended', async () => {
    use({
      [file]: `${hash('a')}:\n    id: ${digest('a')}\n${hash('b')}: {id: ${digest('b')}}\n${hash('c')}:\n    id: ${digest('0')}\n`,
    });
    const written = cache();
    written.add(hash('a'), { digest: digest('1') }, 'replace');
    written.add(hash('b'), { digest: digest('2') }, 'amend');
    await written.flush(ctx);
    expect(await content()).toBe(
      [
        `${hash('a')}:\n  digest: ${digest('1')}`,
        `${hash('b')}:\n  digest: ${digest('2')}\n  id: ${digest('b')}`,
        `${hash('c')}:\n  id: ${digest('0')}\n`,
      ].join('\n'),
    );
  });

  test('keeps hashes that look like numbers', async () => {
    const odd = `12${'3'.repeat(61)}4`;
    use({ [file]: `${odd}: {id: ${digest('1')}}\n1e${'0'.repeat(60)}15: {}\n` });
    const written = cache();
    written.add(hash('a'), { digest: digest('1') }, 'replace');
    await written.flush(ctx);
    expect(await content()).toContain(`"${odd}":\n  id: ${digest('1')}\n`);
    expect(await content()).toContain(`"1e${'0'.repeat(60)}15": {}\n`);
  });

  test('is not touched when nothing was added', async () => {
    await cache().flush(ctx);
    expect(await content()).toBeUndefined();
  });

  test.each(['', '\n', '# nothing\n', '{}\n'])('may be empty: %j', async (text) => {
    use({ [file]: text });
    const written = cache();
    written.add(hash('a'), { digest: digest('1') }, 'replace');
    await written.flush(ctx);
    expect([await content(), warnings()]).toEqual([`${hash('a')}:\n  digest: ${digest('1')}\n`, 0]);
  });

  test.each([
    'a: [',
    '- a\n',
    'text\n',
    'a: 1\n',
    'a: {id: x, other: y}\n',
    'a: {id: [x]}\n',
    'a: {id: x}\n---\nb: {id: y}\n',
    '\u0000\u0001',
  ])('is left alone, with a warning, where it is something else: %j', async (text) => {
    use({ [file]: text });
    const written = cache();
    written.add(hash('a'), { digest: digest('1') }, 'replace');
    await written.flush(ctx);
    expect([await content(), warnings()]).toEqual([text, 1]);
  });

  test('that cannot be written is a warning and no failure', async () => {
    const writeAtomic = () => Promise.reject(new ToolError('FILE_WRITE_ERR', 'read-only'));
    const full: Context = { ...ctx, system: { ...system, files: { ...system.files, writeAtomic } } };
    const written = cache();
    written.add(hash('a'), { digest: digest('1') }, 'replace');
    await written.flush(full);
    expect(warnings()).toBe(1);
  });

  test('is made empty where --cache-file names one that is not there, and only then', async () => {
    await ensureCacheFile(file, ctx);
    expect(await content()).toBe('');
    use({ [file]: 'a: {id: x}\n' });
    await ensureCacheFile(file, ctx);
    expect(await content()).toBe('a: {id: x}\n');
  });
});

describe('entries', () => {
  const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
  const digests = hex.map((text): Digest => `sha256:${text}`);
  const entry = fc.oneof(
    fc.record({ digest: digests }),
    fc.record({ id: digests as fc.Arbitrary<string> as fc.Arbitrary<ImageId> }),
    fc.record({ digest: digests, id: digests as fc.Arbitrary<string> as fc.Arbitrary<ImageId> }),
  );

  test('are printed as Skaffold prints them, whatever order they came in, and read back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(hex, entry), { maxLength: 8 }), async (list) => {
        let entries: SkaffoldEntries = new Map();
        for (const [key, value] of list) entries = withEntry(entries, key, value);
        const text = printEntries(entries);
        if (entries.size > 0) expect(text).toBe(printValue(Object.fromEntries(entries)));
        expect([...(await parseEntries(text))]).toEqual([...entries]);
      }),
    );
  });

  test('are read the same the short way and the long way', async () => {
    const text = `${hash('a')}:\n    digest: ${digest('1')}\n    id: ${digest('2')}\n${hash('b')}:\n    id: ${digest('3')}\n`;
    expect(await parseEntries(`# as YAML\n${text}`)).toEqual(await parseEntries(text));
  });
});

test('an entry holds the digest of what was pushed, the id of what a Docker Engine keeps, and nothing else', () => {
  expect(skaffoldEntry({ at: 'daemon', id: idOf('1') }, digest('2'))).toEqual({ digest: digest('2') });
  expect(skaffoldEntry({ at: 'daemon', id: idOf('1') }, undefined)).toEqual({ id: idOf('1') });
  expect(skaffoldEntry({ at: 'store', id: idOf('1'), digest: digest('3') }, undefined)).toBeUndefined();
});

describe('hashes', () => {
  function job(image: string, requires: readonly string[] = []): BuildJob {
    const artifact = {
      image: image as ImageName,
      workspace: '/w',
      context: '.',
      type: 'docker',
      spec: {},
      requires: requires.map((name) => ({ image: name as ImageName, alias: name })),
      platforms: [],
      hooks: { before: [], after: [] },
    };
    return { artifact, tag: `${image}:v1`, reference: parseReference(`${image}:v1`), push: true, platforms: [] };
  }

  function parts(builder: Partial<Builder>): BuildParts {
    const all = { type: 'docker', inputs: async () => [], ...builder } as Builder;
    return {
      builders: new Map([['docker', all]]),
      engine: {} as ImageEngine,
      cache: undefined,
      inputParts: { artifacts: new Map(), runMode: 'build', imageConfig: () => Promise.reject(new Error('unused')) },
      runMode: 'build',
      hooks: { defaultRepo: undefined, multiLevelRepo: undefined },
      moduleHooksOf: () => undefined,
      concurrency: 1,
      localContext: undefined,
    };
  }
  const named: Partial<Builder> = { skaffoldKey: async ({ image }) => ({ config: image, args: [] }) };

  test('of an artifact depend on those it requires, whatever their order', async () => {
    const jobs = [job('a'), job('b'), job('both', ['b', 'a']), job('other', ['a', 'b'])];
    const hashes = cache(jobs);
    const [a, b, both, other] = await Promise.all(jobs.map((one) => hashes.hash(one, parts(named), ctx)));
    expect(new Set([a, b, both, other]).size).toBe(4);
    const swapped = job('both', ['a', 'b']);
    expect(await cache([job('a'), job('b'), swapped]).hash(swapped, parts(named), ctx)).toBe(both);
  });

  test('are not there for builders without a key, nor for what requires their artifacts', async () => {
    const jobs = [job('a'), job('b', ['a'])];
    const keyless: Partial<Builder> = {};
    expect(await cache(jobs).hash(jobs[0]!, parts(keyless), ctx)).toBeUndefined();
    expect(await cache(jobs).hash(jobs[1]!, parts(keyless), ctx)).toBeUndefined();
    expect(warnings()).toBe(0);
  });

  test('that cannot be computed are a warning and no failure', async () => {
    const failing: Partial<Builder> = { skaffoldKey: () => Promise.reject(new ToolError('TEMPLATE_ERR', 'no')) };
    const [one] = [job('a')];
    expect(await cache([one]).hash(one, parts(failing), ctx)).toBeUndefined();
    expect(warnings()).toBe(1);
  });
});
