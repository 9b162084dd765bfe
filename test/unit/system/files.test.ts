import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFiles } from '../../../src/system/files.ts';

const files = createFiles(tmpdir());
let root = '';
const at = (name: string): string => join(root, name);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-files-'));
});
afterEach(() => {
  for (const path of [root, at('secret'), at('locked')]) if (existsSync(path)) chmodSync(path, 0o755);
  rmSync(root, { recursive: true, force: true });
});

const isRoot = process.getuid?.() === 0;
/** Root may do anything; everybody else is nobody already. */
const asNobody = 'if (process.getuid() === 0) process.setuid(65534);';

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** Runs a piece of the program in a process of its own, for what concerns descriptors, limits and users. */
function inProcess(code: string, shell: string): { readonly status: number | null; readonly stdout: string } {
  const script = at('script.mts');
  writeFileSync(
    script,
    `import { createFiles } from '${join(process.cwd(), 'src/system/files.ts')}';\nconst files = createFiles('/tmp');\n${code}`,
  );
  const command = shell.replaceAll(
    'RUN',
    `node --import ${join(process.cwd(), 'node_modules/tsx/dist/loader.mjs')} ${script}`,
  );
  const { status, stdout } = spawnSync('bash', ['-c', command], { encoding: 'utf8', cwd: root });
  return { status, stdout };
}

describe('creating directories', () => {
  test('with those above, again and again', async () => {
    await files.mkdir(at('a/b/c'));
    await files.mkdir(at('a/b/c'));
    expect(statSync(at('a/b/c')).isDirectory()).toBe(true);
  });

  test('not where something else is', async () => {
    writeFileSync(at('f'), '');
    for (const path of ['f', 'f/a', 'f/a/b']) {
      await expect(files.mkdir(at(path))).rejects.toMatchObject({ code: 'FILE_WRITE_ERR' });
    }
  });

  test.runIf(existsSync('/proc/self'))('an end where a file system refuses all names', () => {
    // In a process of its own: Node's recursion blocks the thread for good.
    const code = "await files.mkdir('/proc/slipway/none').catch((error) => console.log(error.code));";
    expect(inProcess(code, 'timeout 20 RUN')).toEqual({ status: 0, stdout: 'FILE_WRITE_ERR\n' });
  });
});

describe('replacing a file', () => {
  test.each([
    ['none/f', 'none'],
    ['link', 'none'],
  ])('into a directory that is missing: %s', async (name, directory) => {
    symlinkSync('none/f', at('link'));
    await expect(files.writeAtomic(at(name), 'x')).rejects.toMatchObject({
      code: 'FILE_WRITE_ERR',
      suggestions: [{ code: 'CREATE_DIRECTORY', action: expect.stringContaining(at(directory)) }],
    });
  });

  test('a reader sees the old content or the new, never half', async () => {
    const [old, fresh] = ['a'.repeat(3_000_000), 'b'.repeat(3_000_000)];
    await files.writeAtomic(at('f'), old);
    let stop = false;
    const reader = (async () => {
      const seen = new Set<string>();
      while (!stop) {
        seen.add(readFileSync(at('f'), 'utf8'));
        await new Promise(setImmediate);
      }
      return seen;
    })();
    for (let round = 0; round < 20; round++) await files.writeAtomic(at('f'), round % 2 === 0 ? fresh : old);
    stop = true;
    for (const content of await reader) expect([old, fresh].includes(content)).toBe(true);
  });

  test('an opened file keeps its old content, and nothing is left beside it', async () => {
    await files.writeAtomic(at('f'), 'old');
    linkSync(at('f'), at('hard'));
    await files.writeAtomic(at('f'), 'new', { durable: true });
    expect(readFileSync(at('hard'), 'utf8')).toBe('old');
    expect(readdirSync(root).sort()).toEqual(['f', 'hard']);
  });

  test('the umask is honoured', async () => {
    const before = process.umask(0o077);
    try {
      await files.writeAtomic(at('f'), 'x');
    } finally {
      process.umask(before);
    }
    expect(statSync(at('f')).mode & 0o777).toBe(0o600);
  });

  test('many at once, of one file, end with one of them', async () => {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => files.writeAtomic(at('f'), String(index).padStart(2, '0'))),
    );
    expect(readFileSync(at('f'), 'utf8')).toMatch(/^\d\d$/);
    expect(readdirSync(root)).toEqual(['f']);
  });

  test('links to links, and links in a circle', async () => {
    mkdirSync(at('d'));
    symlinkSync('d/two', at('one'));
    symlinkSync('../three', at('d/two'));
    await files.writeAtomic(at('one'), 'x');
    expect(readFileSync(at('three'), 'utf8')).toBe('x');
    symlinkSync('circle', at('circle'));
    await expect(files.writeAtomic(at('circle'), 'x')).rejects.toMatchObject({ name: 'ToolError' });
  });

  test('the owner stays, also when root writes', async () => {
    writeFileSync(at('f'), 'old');
    if (isRoot) execFileSync('chown', ['12345:23456', at('f')]);
    const { uid, gid } = statSync(at('f'));
    await files.writeAtomic(at('f'), 'new');
    expect(statSync(at('f'))).toMatchObject({ uid, gid });
  });

  test('a file that may be written but not replaced is written in place', async () => {
    chmodSync(root, 0o755);
    mkdirSync(at('locked'));
    writeFileSync(at('locked/f'), 'old');
    chmodSync(at('locked/f'), 0o666);
    chmodSync(at('locked'), 0o555);
    const code = `${asNobody} await files.writeAtomic('${at('locked/f')}', 'new'); await files.writeAtomic('${at('locked/g')}', 'x').catch((error) => console.log(error.code));`;
    expect(inProcess(code, 'RUN').stdout).toBe('FILE_WRITE_ERR\n');
    expect(readFileSync(at('locked/f'), 'utf8')).toBe('new');
    expect(existsSync(at('locked/g'))).toBe(false);
  });
});

describe('what is no file', () => {
  test('/dev/stdout gets its place in the output, whatever the output is', () => {
    const code = `process.stdout.write('one\\n'); await files.writeAtomic('/dev/stdout', 'two\\n'); process.stdout.write('three\\n');`;
    expect(inProcess(code, 'RUN').stdout).toBe('one\ntwo\nthree\n');
    expect(inProcess(code, 'RUN | cat').stdout).toBe('one\ntwo\nthree\n');
    inProcess(code, '(echo zero; RUN; echo four) > out');
    expect(readFileSync(at('out'), 'utf8')).toBe('zero\none\ntwo\nthree\nfour\n');
  });

  test('/dev/stderr, /dev/fd/N and /dev/null', () => {
    const code = `await files.writeAtomic('/dev/stderr', 'e'); await files.writeAtomic('/dev/fd/3', 'f'.repeat(200000)); await files.writeAtomic('/dev/null', 'n');`;
    expect(inProcess(code, 'RUN 2>err 3>&1 | wc -c').stdout.trim()).toBe('200000');
    expect(readFileSync(at('err'), 'utf8')).toBe('e');
  });

  test('/dev/stdin and a pipe are read to their end', () => {
    const code = `console.log((await files.readText('/dev/stdin')).length, (await files.readText(process.argv[2])).length);`;
    expect(inProcess(code, 'head -c 300000 /dev/zero | RUN <(sleep 0.1; head -c 200000 /dev/zero)').stdout).toBe(
      '300000 200000\n',
    );
  });

  test('a named pipe is neither replaced nor does waiting for it stop everything else', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const reading = files.readText(at('pipe'));
    const streaming = (async () => (await collect(files.readStream(at('second')))).toString())();
    streaming.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await files.writeAtomic(at('pipe'), 'through');
    expect(await reading).toBe('through');
    expect(statSync(at('pipe')).isFIFO()).toBe(true);
    await expect(streaming).rejects.toMatchObject({ code: 'FILE_READ_ERR' });
  });
});

describe('trouble', () => {
  test('a full disk', async () => {
    await expect(files.append('/dev/full', Buffer.from('x'))).rejects.toMatchObject({ code: 'DISK_FULL' });
    await expect(files.writeAtomic('/dev/full', 'x')).rejects.toMatchObject({ code: 'DISK_FULL' });
  });

  test('a disk that fills up while a file is replaced or streamed: the old content stays, nothing is left behind', () => {
    const code = `
      const big = Buffer.alloc(5_000_000);
      const codes = [];
      const note = (error) => codes.push(error.code);
      await files.writeAtomic('${at('f')}', big).catch(note);
      await files.writeStream('${root}', (async function* () { for (let n = 0; n < 50; n++) yield big.subarray(0, 100_000); })(), () => '${at('g')}').catch(note);
      console.log(codes.join(' '));`;
    writeFileSync(at('f'), 'old');
    // A limit on the size of files stands for the end of the disk; the signal that goes with it is ignored.
    const { stdout } = inProcess(code, "trap '' XFSZ; ulimit -f 2000; RUN");
    expect(stdout).toBe('DISK_FULL DISK_FULL\n');
    expect(readFileSync(at('f'), 'utf8')).toBe('old');
    expect(readdirSync(root).sort()).toEqual(['f', 'script.mts']);
  });

  test('what may not be read or written', () => {
    mkdirSync(at('secret'));
    writeFileSync(at('secret/f'), 'x');
    chmodSync(at('secret'), 0);
    const code = `
      ${asNobody}
      const codes = [];
      const note = (error) => codes.push(error.code + (error.message.includes('permission denied') ? '+' : '-'));
      for (const work of [files.read('${at('secret/f')}'), files.lstat('${at('secret/f')}'), files.list('${at('secret')}'), files.walk('${root}'), files.writeAtomic('${at('new')}', ''), files.mkdir('${at('new')}'), files.remove('${at('secret')}')]) await work.then(() => codes.push('done'), note);
      console.log(codes.join(' '));`;
    const { stdout } = inProcess(code, 'chmod 555 . && RUN');
    expect(stdout.trim()).toBe(
      'FILE_READ_ERR+ FILE_READ_ERR+ FILE_READ_ERR+ FILE_READ_ERR+ FILE_WRITE_ERR+ FILE_WRITE_ERR+ FILE_WRITE_ERR+',
    );
  });

  test('a name that is not UTF-8 is told, not left out', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${root}/x`), Buffer.from([0xff])]), 'x');
    await expect(files.walk(root)).rejects.toMatchObject({ code: 'FILE_READ_ERR' });
  });
});

describe('size', () => {
  test('large files are read and streamed whole, and in parts', async () => {
    const bytes = Buffer.alloc(5_000_001);
    for (let index = 0; index < bytes.length; index += 4096)
      bytes.writeUInt32LE(index, Math.min(index, bytes.length - 4));
    await files.writeAtomic(at('f'), bytes);
    expect(bytes.equals(await files.read(at('f')))).toBe(true);
    expect(bytes.equals(await collect(files.readStream(at('f'))))).toBe(true);
    expect(
      bytes
        .subarray(999_999, 4_000_003)
        .equals(await collect(files.readStream(at('f'), { start: 999_999, end: 4_000_003 }))),
    ).toBe(true);
  });

  test('thousands of entries are walked, and others get their turn meanwhile', async () => {
    mkdirSync(at('d'));
    for (let index = 0; index < 6000; index++) writeFileSync(at(`d/${index}`), '');
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const walked = await files.walk(root);
    clearInterval(timer);
    expect(walked.length).toBe(6001);
    expect(turns).toBeGreaterThan(0);
  });

  test('files of /proc, which say that they are empty', async () => {
    expect((await files.readText('/proc/self/status')).length).toBeGreaterThan(100);
  });
});
