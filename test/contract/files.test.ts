import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Files } from '../../src/core/ports.ts';
import { createFiles } from '../../src/system/files.ts';
import { fakeFiles } from '../support/fake-files.ts';

interface Subject {
  readonly files: Files;
  readonly root: string;
  remove(): void;
}

const subjects: Readonly<Record<string, () => Promise<Subject>>> = {
  'the real file system': async () => {
    const root = mkdtempSync(join(tmpdir(), 'slipway-files-'));
    return { files: createFiles(root), root, remove: () => rmSync(root, { recursive: true, force: true }) };
  },
  'the one in memory': async () => {
    const files = fakeFiles();
    await files.mkdir('/w');
    return { files, root: '/w', remove: () => undefined };
  },
};

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}

const withCode = (code: string): unknown => expect.objectContaining({ name: 'ToolError', code });

describe.each(Object.entries(subjects))('%s', (_, create) => {
  let subject: Subject;
  let files: Files;
  const at = (path: string): string => `${subject.root}/${path}`;
  beforeEach(async () => {
    subject = await create();
    files = subject.files;
  });
  afterEach(() => subject.remove());

  test('reads what was written, as text and as bytes', async () => {
    await files.writeAtomic(at('a.txt'), 'grüße\r\n');
    expect(await files.readText(at('a.txt'))).toBe('grüße\r\n');
    await files.writeAtomic(at('b.bin'), Uint8Array.of(0, 255, 10));
    expect([...(await files.read(at('b.bin')))]).toEqual([0, 255, 10]);
    expect([...((await files.readIfExists(at('b.bin'))) ?? [])]).toEqual([0, 255, 10]);
  });

  test('a missing file is an error or undefined, as the method says', async () => {
    await expect(files.readText(at('no'))).rejects.toEqual(withCode('FILE_READ_ERR'));
    await expect(files.read(at('no/deeper'))).rejects.toEqual(withCode('FILE_READ_ERR'));
    await expect(collect(files.readStream(at('no')))).rejects.toEqual(withCode('FILE_READ_ERR'));
    await expect(files.list(at('no'))).rejects.toEqual(withCode('FILE_READ_ERR'));
    await expect(files.walk(at('no'))).rejects.toEqual(withCode('FILE_READ_ERR'));
    await expect(files.readlink(at('no'))).rejects.toEqual(withCode('FILE_READ_ERR'));
    expect(await files.readIfExists(at('no'))).toBeUndefined();
    expect(await files.lstat(at('no'))).toBeUndefined();
    expect(await files.stat(at('no/deeper'))).toBeUndefined();
    expect(await files.realpath(at('no'))).toBeUndefined();
    await files.remove(at('no'));
  });

  test('a directory is no file', async () => {
    await files.mkdir(at('d'));
    await expect(files.read(at('d'))).rejects.toEqual(withCode('FILE_READ_ERR'));
    await expect(files.writeAtomic(at('d'), 'x')).rejects.toEqual(withCode('FILE_WRITE_ERR'));
  });

  test('streams a file, and parts of it', async () => {
    await files.writeAtomic(at('a'), '0123456789');
    expect(await collect(files.readStream(at('a')))).toBe('0123456789');
    expect(await collect(files.readStream(at('a'), { start: 2, end: 5 }))).toBe('234');
    expect(await collect(files.readStream(at('a'), { start: 4, end: 4 }))).toBe('');
    expect(await collect(files.readStream(at('a'), { start: 8, end: 99 }))).toBe('89');
    await files.writeAtomic(at('empty'), '');
    expect(await collect(files.readStream(at('empty')))).toBe('');
  });

  test('the time of a file can be set to now, not that of one that is not there', async () => {
    const { files } = subject;
    await files.writeAtomic(at('a'), 'x');
    await files.touch(at('a'));
    expect(await files.readText(at('a'))).toBe('x');
    await expect(files.touch(at('none'))).rejects.toEqual(withCode('FILE_WRITE_ERR'));
  });

  test('modes: 0644 by default, kept on replacement, chosen when asked', async () => {
    await files.writeAtomic(at('a'), 'x');
    expect((await files.lstat(at('a')))?.mode).toBe(0o644);
    await files.chmod(at('a'), 0o750);
    await files.writeAtomic(at('a'), 'y');
    expect((await files.lstat(at('a')))?.mode).toBe(0o750);
    await files.writeAtomic(at('b'), 'x', { mode: 0o600 });
    expect((await files.lstat(at('b')))?.mode).toBe(0o600);
  });

  test('tells kind, size and identity', async () => {
    await files.writeAtomic(at('a'), 'four');
    await files.symlink('a', at('l'));
    await files.mkdir(at('d'));
    expect(await files.lstat(at('a'))).toMatchObject({ kind: 'file', size: 4 });
    expect(await files.lstat(at('l'))).toMatchObject({ kind: 'link' });
    expect(await files.stat(at('l'))).toMatchObject({ kind: 'file', size: 4 });
    expect((await files.lstat(at('d')))?.kind).toBe('directory');
    expect((await files.stat(at('l')))?.inode).toBe((await files.lstat(at('a')))?.inode);
    expect((await files.lstat(at('a')))?.inode).not.toBe((await files.lstat(at('d')))?.inode);
  });

  test('links: followed, dangling, and written through', async () => {
    await files.mkdir(at('real'));
    await files.symlink('real', at('dir'));
    await files.writeAtomic(at('dir/a'), 'one');
    expect(await files.readText(at('real/a'))).toBe('one');
    await files.symlink('real/a', at('link'));
    await files.writeAtomic(at('link'), 'two');
    expect((await files.lstat(at('link')))?.kind).toBe('link');
    expect(await files.readText(at('real/a'))).toBe('two');
    await files.symlink('real/later', at('dangling'));
    expect(await files.stat(at('dangling'))).toBeUndefined();
    expect(await files.realpath(at('dangling'))).toBeUndefined();
    expect(await files.readlink(at('dangling'))).toBe('real/later');
    await files.writeAtomic(at('dangling'), 'three');
    expect(await files.readText(at('real/later'))).toBe('three');
    expect((await files.lstat(at('dangling')))?.kind).toBe('link');
    expect(await files.realpath(at('dir/a'))).toBe(await files.realpath(at('real/a')));
    await expect(files.symlink('x', at('link'))).rejects.toEqual(withCode('FILE_WRITE_ERR'));
  });

  test('lists and walks by code point, depth first, without following links', async () => {
    for (const name of ['b', 'a/z', 'a/B', '\u{1F600}', '\uFF5E', 'a-', 'é']) {
      await files.mkdir(at(name.includes('/') ? 'a' : '.'));
      await files.writeAtomic(at(name), name);
    }
    await files.symlink('a', at('c'));
    const names = (await files.list(subject.root)).map((entry) => entry.name);
    expect(names).toEqual(['a', 'a-', 'b', 'c', 'é', '\uFF5E', '\u{1F600}']);
    expect((await files.list(subject.root)).map((entry) => entry.kind)).toEqual([
      'directory',
      'file',
      'file',
      'link',
      'file',
      'file',
      'file',
    ]);
    const walked = await files.walk(subject.root);
    expect(walked.map((entry) => entry.path)).toEqual(['a', 'a/B', 'a/z', 'a-', 'b', 'c', 'é', '\uFF5E', '\u{1F600}']);
    expect(walked.find((entry) => entry.path === 'c')?.info.kind).toBe('link');
    const shallow = await files.walk(subject.root, (path) => path !== 'a');
    expect(shallow.map((entry) => entry.path)).toContain('a');
    expect(shallow.map((entry) => entry.path)).not.toContain('a/B');
  });

  test('writes a stream to the place that is known in the end', async () => {
    await files.mkdir(at('work'));
    await files.writeStream(at('work'), chunks('one ', 'two'), () => at('kept'));
    expect(await files.readText(at('kept'))).toBe('one two');
    await files.writeStream(at('work'), chunks('lost'), () => undefined);
    expect(await files.list(at('work'))).toEqual([]);
  });

  test('a stream that breaks leaves nothing behind, and its error comes out as it is', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new RangeError('broken');
    };
    await files.mkdir(at('work'));
    await expect(files.writeStream(at('work'), broken(), () => at('kept'))).rejects.toBeInstanceOf(RangeError);
    expect(await files.list(at('work'))).toEqual([]);
    expect(await files.lstat(at('kept'))).toBeUndefined();
    await expect(files.writeStream(at('no'), chunks('x'), () => at('kept'))).rejects.toEqual(
      withCode('FILE_WRITE_ERR'),
    );
  });

  test('appends, renames and removes', async () => {
    await files.append(at('log'), Buffer.from('a'));
    await files.append(at('log'), Buffer.from('b'));
    expect(await files.readText(at('log'))).toBe('ab');
    await files.writeAtomic(at('old'), 'x');
    await files.rename(at('log'), at('old'));
    expect(await files.readText(at('old'))).toBe('ab');
    expect(await files.lstat(at('log'))).toBeUndefined();
    await files.mkdir(at('deep/er'));
    await files.writeAtomic(at('deep/er/x'), 'x');
    await files.remove(at('deep'));
    await files.remove(at('old'));
    expect(await files.list(subject.root)).toEqual([]);
    await expect(files.rename(at('no'), at('x'))).rejects.toEqual(withCode('FILE_WRITE_ERR'));
  });

  test('removes a link, not what it points to', async () => {
    await files.mkdir(at('d'));
    await files.writeAtomic(at('d/x'), 'x');
    await files.symlink('d', at('l'));
    await files.remove(at('l'));
    expect(await files.readText(at('d/x'))).toBe('x');
  });

  test('makes directories with their parents, and temporary ones', async () => {
    await files.mkdir(at('a/b/c'));
    await files.mkdir(at('a/b/c'));
    expect((await files.lstat(at('a/b/c')))?.kind).toBe('directory');
    await files.writeAtomic(at('a/file'), 'x');
    await expect(files.mkdir(at('a/file'))).rejects.toEqual(withCode('FILE_WRITE_ERR'));
    const [one, two] = [await files.temporaryDirectory('t-'), await files.temporaryDirectory('t-')];
    expect(one).not.toBe(two);
    expect(await files.lstat(one)).toMatchObject({ kind: 'directory', mode: 0o700 });
  });
});
