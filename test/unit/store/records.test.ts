import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openLayerIndexes } from '../../../src/store/layer-indexes.ts';
import { openRecords, type Records } from '../../../src/store/records.ts';
import { type TestParts, testParts } from './support.ts';

function open(parts: TestParts): Records<string> {
  return openRecords(join(parts.directory, 'table'), (value) => (typeof value === 'string' ? value : undefined), parts);
}

function onlyFile(parts: TestParts): string {
  return join(parts.directory, 'table', readdirSync(join(parts.directory, 'table'))[0] ?? '');
}

test('remembers values by any key', async () => {
  const parts = testParts();
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (key, value) => {
      await open(parts).set(key, value);
      expect(await open(parts).get(key)).toBe(value);
    }),
    { numRuns: 30 },
  );
  expect(parts.warnings).toEqual([]);
});

test('forgets what is removed, and does not know what was never set', async () => {
  const table = open(testParts());
  await table.set('a', '1');
  await table.remove('a');
  await table.remove('never');
  expect(await table.get('a')).toBeUndefined();
});

test('a record cut off or changed at any place is dropped with a warning', async () => {
  const parts = testParts();
  await open(parts).set('key', 'some value');
  const whole = readFileSync(onlyFile(parts));
  const path = onlyFile(parts);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      async (at, change, cut) => {
        const damaged = Buffer.from(cut ? whole.subarray(0, at) : whole);
        if (!cut) damaged[at] = (damaged[at] ?? 0) ^ change;
        writeFileSync(path, damaged);
        expect(await open(parts).get('key')).toBeUndefined();
        expect(existsSync(path)).toBe(false);
      },
    ),
    { numRuns: 200 },
  );
  expect(parts.warnings.length).toBeGreaterThan(0);
});

test('a record under the wrong name, or of the wrong shape, is dropped', async () => {
  const parts = testParts();
  const table = open(parts);
  await table.set('a', '1');
  const copied = readFileSync(onlyFile(parts));
  const first = onlyFile(parts);
  await table.set('b', '2');
  const second =
    readdirSync(join(parts.directory, 'table'))
      .map((name) => join(parts.directory, 'table', name))
      .find((path) => path !== first) ?? '';
  writeFileSync(second, copied);
  expect(await table.get('b')).toBeUndefined();

  await openRecords(join(parts.directory, 'table'), () => 1 as unknown as string, parts).set(
    'a',
    5 as unknown as string,
  );
  expect(await table.get('a')).toBeUndefined();
  expect(parts.warnings.length).toBe(2);
});

test('two writers at once leave one of the values, whole', async () => {
  const parts = testParts();
  const values = Array.from({ length: 20 }, (_, index) => String(index).repeat(1000));
  await Promise.all(values.map((value) => open(parts).set('key', value)));
  expect(values).toContain(await open(parts).get('key'));
});

test('layer indexes come back as they went in', async () => {
  const parts = testParts();
  const base = { mode: 0o644, uid: 1, gid: 2, size: 0, modifiedAt: 5 } as const;
  const entries = [
    { ...base, path: 'd', kind: 'directory' },
    { ...base, path: 'd/f', kind: 'file', size: 3, sha256: 'ab'.repeat(32), attributes: { 'user.x': 'eA==' } },
    { ...base, path: 'd/l', kind: 'symlink', target: '../x' },
    { ...base, path: 'd/h', kind: 'hardlink', target: 'd/f' },
    { ...base, path: 'dev', kind: 'character', device: { major: 1, minor: 3 } },
  ] as const;
  const indexes = openLayerIndexes(join(parts.directory, 'indexes'), parts);
  await indexes.set('sha256:x', entries);
  expect(await indexes.get('sha256:x')).toEqual(entries);
});
