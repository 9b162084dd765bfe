import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Clock, Files } from '../../../src/core/ports.ts';
import { withRecentReads } from '../../../src/pipeline/recent-reads.ts';
import { createFiles } from '../../../src/system/files.ts';

interface Subject {
  readonly files: Files;
  readonly file: string;
  readonly reads: string[];
}

/** Real files, and a clock so many milliseconds ahead. */
function subject(ahead: number): Subject {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-reads-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const real = createFiles(tmpdir());
  const reads: string[] = [];
  const counted: Files = {
    ...real,
    read: (path) => {
      reads.push(path);
      return real.read(path);
    },
  };
  const clock: Clock = { now: () => new Date(Date.now() + ahead), monotonic: () => 0, sleep: async () => undefined };
  return { files: withRecentReads(counted, clock), file: join(directory, 'f'), reads };
}

const text = async ({ files, file }: Subject): Promise<string> => Buffer.from(await files.read(file)).toString();

test('a small file that did not change is read once', async () => {
  const it = subject(60_000);
  writeFileSync(it.file, 'one');
  expect([await text(it), await text(it), it.reads.length]).toEqual(['one', 'one', 1]);
});

test('one that changed is read again, also where its size and time are what they were', async () => {
  const it = subject(60_000);
  writeFileSync(it.file, 'one');
  utimesSync(it.file, 1000, 1000);
  await text(it);
  writeFileSync(it.file, 'two');
  utimesSync(it.file, 1000, 1000);
  expect(await text(it)).toBe('two');
});

test('one written just now may change unseen, and a large one is not kept', async () => {
  const young = subject(0);
  writeFileSync(young.file, 'one');
  await text(young);
  await text(young);
  const large = subject(60_000);
  writeFileSync(large.file, 'x'.repeat(40_000));
  await text(large);
  await text(large);
  expect([young.reads.length, large.reads.length]).toEqual([2, 2]);
});

test('a missing file fails as it does without', async () => {
  await expect(text(subject(60_000))).rejects.toMatchObject({ code: 'FILE_READ_ERR' });
});
