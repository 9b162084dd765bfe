import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FileInfo, Files } from '../../../src/core/ports.ts';
import { type Fingerprints, openFingerprints } from '../../../src/store/fingerprints.ts';
import { type TestParts, testParts } from './support.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Workspace {
  readonly parts: TestParts;
  readonly root: string;
  readonly reads: string[];
  open(): Fingerprints;
  write(name: string, text: string): void;
  ask(fingerprints: Fingerprints, name: string): Promise<string>;
  recordFile(): string;
}

function workspace(): Workspace {
  const parts = testParts();
  const root = join(parts.directory, 'workspace');
  mkdirSync(root);
  const reads: string[] = [];
  const read: Files['read'] = (path) => {
    reads.push(path.slice(root.length + 1));
    return parts.files.read(path);
  };
  const counted: Files = { ...parts.files, read };
  const directory = join(parts.directory, 'fingerprints');
  const infoOf = async (name: string): Promise<FileInfo> => {
    const info = await parts.files.lstat(join(root, name));
    if (info === undefined) throw new Error(`no ${name}`);
    return info;
  };
  return {
    parts,
    root,
    reads,
    open: () =>
      openFingerprints(directory, root, {
        ...parts,
        files: { ...counted, readIfExists: parts.files.readIfExists },
        clock: parts.clock,
      }),
    write: (name, text) => writeFileSync(join(root, name), text),
    ask: async (fingerprints, name) => fingerprints.of(name, await infoOf(name)),
    recordFile: () => join(directory, readdirSync(directory)[0] ?? ''),
  };
}

/** Far enough from when files were written for their timestamps to be trusted. */
const later = (): number => Date.now() + 60_000;

test('an unchanged file is read once, also by the next process', async () => {
  const { parts, open, write, ask, reads } = workspace();
  parts.now = later();
  write('a', 'hello');
  const first = open();
  expect(await ask(first, 'a')).toBe(sha256('hello'));
  expect(await ask(first, 'a')).toBe(sha256('hello'));
  await first.flush();
  const second = open();
  expect(await ask(second, 'a')).toBe(sha256('hello'));
  expect(reads).toEqual(['a']);
});

test.each([
  ['its content', (root: string) => writeFileSync(join(root, 'a'), 'hullo')],
  ['its modification time', (root: string) => utimesSync(join(root, 'a'), 1000, 1000)],
  [
    'the file behind its name',
    (root: string) => {
      writeFileSync(join(root, 'b'), 'hullo');
      const { atime, mtime } = statSync(join(root, 'a'));
      utimesSync(join(root, 'b'), atime, mtime);
      renameSync(join(root, 'b'), join(root, 'a'));
    },
  ],
])('a change of %s makes it read again', async (_what, change) => {
  const { parts, open, write, ask, reads, root } = workspace();
  parts.now = later();
  write('a', 'hello');
  const fingerprints = open();
  await ask(fingerprints, 'a');
  change(root);
  expect(await ask(fingerprints, 'a')).toBe(sha256(readFileSync(join(root, 'a'), 'utf8')));
  expect(reads).toEqual(['a', 'a']);
});

test.each([
  ['in whole seconds, less than two of them ago', 1000, 1500],
  ['in parts of them, less than a fifth of one ago', 0.25, 150],
])('a file whose times count %s is not recorded: it might change again unseen', async (_what, step, age) => {
  const { parts, open, write, reads } = workspace();
  write('a', 'hello');
  const written = Math.floor(Date.now() / 1000) * 1000 + (step % 1000 === 0 ? 0 : step);
  const info = { kind: 'file', size: 5, mode: 0o644, uid: 0, gid: 0, inode: 1 } as const;
  const ask = (fingerprints: Fingerprints, name: string): Promise<string> =>
    fingerprints.of(name, { ...info, modifiedAt: written, changedAt: written });
  parts.now = written + age;
  const fingerprints = open();
  await ask(fingerprints, 'a');
  await ask(fingerprints, 'a');
  expect(reads).toEqual(['a', 'a']);
  parts.now = later();
  await ask(fingerprints, 'a');
  await ask(fingerprints, 'a');
  expect(reads.length).toBe(3);
});

test('a clock behind the file system trusts nothing', async () => {
  const { parts, open, write, ask, reads } = workspace();
  write('a', 'hello');
  parts.now = Date.now() - 3_600_000;
  const fingerprints = open();
  await ask(fingerprints, 'a');
  await ask(fingerprints, 'a');
  expect(reads.length).toBe(2);
});

test('nothing is written when nothing was learnt', async () => {
  const { parts, open, write, ask, recordFile } = workspace();
  parts.now = later();
  write('a', 'hello');
  const first = open();
  await ask(first, 'a');
  await first.flush();
  const { ino, mtimeMs } = statSync(recordFile());
  const second = open();
  await ask(second, 'a');
  await second.flush();
  expect([statSync(recordFile()).ino, statSync(recordFile()).mtimeMs]).toEqual([ino, mtimeMs]);
});

test('what another process wrote meanwhile is kept', async () => {
  const { parts, open, write, ask, reads } = workspace();
  parts.now = later();
  write('a', '1');
  write('b', '2');
  const [one, two] = [open(), open()];
  await Promise.all([ask(one, 'a'), ask(two, 'b')]);
  await one.flush();
  await two.flush();
  reads.length = 0;
  const third = open();
  await ask(third, 'a');
  await ask(third, 'b');
  expect(reads).toEqual([]);
});

test('a damaged line costs that file only, with one warning', async () => {
  const { parts, open, write, ask, reads, recordFile } = workspace();
  parts.now = later();
  for (const name of ['a', 'b', 'with "quotes"\n and lines']) write(name, name);
  const first = open();
  for (const name of ['a', 'b', 'with "quotes"\n and lines']) await ask(first, name);
  await first.flush();
  const text = readFileSync(recordFile(), 'utf8');
  const hash = sha256('b');
  writeFileSync(recordFile(), text.replace(hash, `${hash.slice(0, -1)}${hash.endsWith('0') ? '1' : '0'}`));
  reads.length = 0;
  const second = open();
  expect(await ask(second, 'b')).toBe(hash);
  await ask(second, 'a');
  await ask(second, 'with "quotes"\n and lines');
  expect(reads).toEqual(['b']);
  expect(parts.warnings.length).toBe(1);
});

test('a file cut off in the middle keeps its whole lines; one of a newer version is left alone', async () => {
  const { parts, open, write, ask, reads, recordFile } = workspace();
  parts.now = later();
  write('a', '1');
  write('b', '2');
  const first = open();
  await ask(first, 'a');
  await ask(first, 'b');
  await first.flush();
  const text = readFileSync(recordFile(), 'utf8');
  writeFileSync(recordFile(), text.slice(0, -10));
  reads.length = 0;
  const second = open();
  await ask(second, 'a');
  await ask(second, 'b');
  expect(reads).toEqual(['b']);

  writeFileSync(recordFile(), 'slipway-fingerprints 99\nwhatever\n');
  parts.warnings.length = 0;
  await ask(open(), 'a');
  expect(parts.warnings).toEqual([]);
});

test('forget makes the next question read the file', async () => {
  const { parts, open, write, ask, reads } = workspace();
  parts.now = later();
  write('a', '1');
  const fingerprints = open();
  await ask(fingerprints, 'a');
  fingerprints.forget('a');
  await ask(fingerprints, 'a');
  await ask(fingerprints, 'a');
  expect(reads.length).toBe(2);
});

test('records of files that are gone are dropped once they are the most', async () => {
  const { parts, open, write, ask, recordFile } = workspace();
  parts.now = later();
  for (let index = 0; index < 1200; index += 1) write(`f${index}`, String(index));
  const first = open();
  for (let index = 0; index < 1200; index += 1) await ask(first, `f${index}`);
  await first.flush();
  const second = open();
  await ask(second, 'f0');
  write('new', 'x');
  parts.now = later() + 60_000;
  await ask(second, 'new');
  await second.flush();
  expect(readFileSync(recordFile(), 'utf8').split('\n').length - 2).toBe(2);
  expect(existsSync(recordFile())).toBe(true);
});
