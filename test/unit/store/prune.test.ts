import { existsSync, mkdirSync, readdirSync, readlinkSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseSize } from '../../../src/store/budget.ts';
import { beginRun } from '../../../src/store/leases.ts';
import { pruneDaily, pruneStore } from '../../../src/store/prune.ts';
import { openRecords } from '../../../src/store/records.ts';
import { type TestParts, testParts } from './support.ts';

const hour = 3_600_000;
const random = { hex: (bytes: number): string => 'ab'.repeat(bytes) };

/** Writes files of 100 bytes each, last used so many hours ago. */
function fill(parts: TestParts, files: Readonly<Record<string, number>>): void {
  for (const [name, hours] of Object.entries(files)) {
    const path = join(parts.directory, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'x'.repeat(100));
    const used = (Date.now() - hours * hour) / 1000;
    utimesSync(path, used, used);
  }
}

const left = (parts: TestParts): string[] =>
  (readdirSync(parts.directory, { recursive: true }) as string[])
    .filter((name) => statSync(join(parts.directory, name)).isFile() && !name.startsWith('running'))
    .sort();

test('what was not used for longest goes first, until the rest fits', async () => {
  const parts = testParts();
  fill(parts, { 'blobs/sha256/a': 9, 'blobs/sha256/b': 5, 'results/c': 7, 'layers/d': 3 });
  const options = { maxBytes: 250, maxAge: 0, dryRun: false };
  expect(await pruneStore(parts.directory, { ...options, dryRun: true }, parts)).toEqual({
    removedFiles: 2,
    removedBytes: 200,
    keptFiles: 2,
    keptBytes: 200,
  });
  expect(left(parts)).toHaveLength(4);
  await pruneStore(parts.directory, options, parts);
  expect(left(parts)).toEqual(['blobs/sha256/b', 'layers/d']);
});

test('what is too old goes though there is room, and nothing but the parts of the store goes', async () => {
  const parts = testParts();
  fill(parts, { 'blobs/sha256/a': 9, 'results/c': 2, 'registry/blobs/x': 99, secret: 99 });
  await pruneStore(parts.directory, { maxBytes: 1e9, maxAge: 5 * hour, dryRun: false }, parts);
  expect(left(parts)).toEqual(['registry/blobs/x', 'results/c', 'secret']);
  await pruneStore(parts.directory, { maxBytes: 0, maxAge: 0, dryRun: false }, parts);
  expect(left(parts)).toEqual(['registry/blobs/x', 'secret']);
});

test('what a run under way may count on stays; a run that was killed counts for nothing', async () => {
  const parts = testParts();
  fill(parts, { 'blobs/sha256/old': 9, 'blobs/sha256/used': 0.5 });
  const end = await beginRun(parts.directory, random, parts);
  const all = { maxBytes: 0, maxAge: 0, dryRun: false };
  await pruneStore(parts.directory, all, parts);
  expect(left(parts)).toEqual(['blobs/sha256/used']);
  await end();
  fill(parts, { 'blobs/sha256/used': 0.5 });
  const dead = { id: '4194304', namespace: readlinkSync('/proc/self/ns/pid') };
  mkdirSync(join(parts.directory, 'running'), { recursive: true });
  writeFileSync(join(parts.directory, 'running', 'dead'), JSON.stringify(dead));
  await pruneStore(parts.directory, all, parts);
  expect(left(parts)).toEqual([]);
  expect(existsSync(join(parts.directory, 'running', 'dead'))).toBe(false);
});

test('a use is noted once an hour, so that it is not the last to be pruned', async () => {
  const parts = testParts();
  const records = openRecords(join(parts.directory, 'results'), (value) => value as string, parts);
  await records.set('a', 'kept');
  await records.set('b', 'gone');
  for (const name of readdirSync(join(parts.directory, 'results'))) {
    const long = (Date.now() - 5 * hour) / 1000;
    utimesSync(join(parts.directory, 'results', name), long, long);
  }
  expect(await records.get('a')).toBe('kept');
  await pruneStore(parts.directory, { maxBytes: 1e9, maxAge: 2 * hour, dryRun: false }, parts);
  expect([await records.get('a'), await records.get('b')]).toEqual(['kept', undefined]);
});

test('builds prune once a day, the first time not at all', async () => {
  const parts = testParts();
  fill(parts, { 'results/c': 2 });
  const options = { maxBytes: 0, maxAge: 0, dryRun: false };
  await pruneDaily(parts.directory, options, parts);
  await pruneDaily(parts.directory, options, parts);
  expect(left(parts)).toEqual(['pruned', 'results/c']);
  parts.now = Date.now() + 25 * hour;
  await pruneDaily(parts.directory, options, parts);
  expect(left(parts)).toEqual(['pruned']);
});

test('sizes', () => {
  const sizes = ['0', '12', '1.5kB', '500MB', '10 GB', '2GiB', '1t'].map((text) => parseSize(text, 'it'));
  expect(sizes).toEqual([0, 12, 1500, 500e6, 10e9, 2 * 2 ** 30, 1e12]);
  for (const wrong of ['', 'x', '-1', '1 parsec', '1e3'])
    expect(() => parseSize(wrong, 'it')).toThrow(expect.objectContaining({ code: 'USAGE' }));
});
