import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Http, HttpResponse } from '../../../../src/core/ports.ts';
import { endOfArchive, paddingFor, type TarEntry, tarHeader } from '../../../../src/image/tar.ts';
import { harness } from './harness.ts';

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

const defaults = { mode: 0o644, uid: 0, gid: 0, size: 0, modifiedAt: 7 } as const;

function tar(...entries: readonly (Partial<TarEntry> & { readonly path: string; readonly text?: string })[]): Buffer {
  const pieces = entries.flatMap(({ text = '', ...values }) => {
    const bytes = Buffer.from(text);
    return [tarHeader({ ...defaults, kind: 'file', ...values, size: bytes.length }), bytes, paddingFor(bytes.length)];
  });
  return Buffer.concat([...pieces, endOfArchive]);
}

const archive = tar(
  { path: 'bin', kind: 'directory', mode: 0o711, uid: 3, gid: 4 },
  { path: 'bin/tool', mode: 0o4755, uid: 5, gid: 6, text: 'tool' },
  { path: 'bin/alias', kind: 'hardlink', target: 'bin/tool' },
  { path: 'lib/deep/data', text: 'data' },
  { path: 'link', kind: 'symlink', mode: 0o777, target: 'bin/tool' },
);

const unpacked = [
  '0711 3:4 bin/',
  '4755 5:6 bin/alias',
  '4755 5:6 bin/tool',
  '0755 0:0 lib/',
  '0755 0:0 lib/deep/',
  '0644 0:0 lib/deep/data',
  '0777 0:0 link -> bin/tool',
];

describe('archives of the context', () => {
  test.each([
    ['plain', archive],
    ['gzip', gzipSync(archive)],
  ])('%s ones are unpacked with their own owners and modes, whatever their name', async (_what, bytes) => {
    const built = await harness({ Dockerfile: 'FROM scratch\nADD rootfs.bin /\n', 'rootfs.bin': bytes }).build();
    expect(built.tree).toEqual(unpacked);
    expect(built.hashes.get('bin/alias')).toBe(sha256('tool'));
  });

  test('the destination is a directory that is made, links to it followed', async () => {
    const files = { 'a.tar': tar({ path: 'f', text: 'f' }), 'l/to': { link: '/real/place' } };
    const built = await harness({ Dockerfile: 'FROM scratch\nCOPY l/ /\nADD a.tar /to\n', ...files }).build();
    expect(built.tree).toContain('0755 0:0 real/place/');
    expect(built.tree).toContain('0644 0:0 real/place/f');
  });

  test('--chown replaces every owner, --chmod says nothing of what is unpacked', async () => {
    const built = await harness({ Dockerfile: 'FROM scratch\nADD --chown=8:9 a.tar /x\n', 'a.tar': archive }).build();
    expect(new Set(built.tree.map((line) => line.split(' ')[1]))).toEqual(new Set(['8:9', '0:0']));
    expect(built.tree.filter((line) => line.includes(' 0:0 '))).toEqual(['0755 0:0 x/lib/', '0755 0:0 x/lib/deep/']);
  });

  test('entries replace what is there: a file a directory, a directory a file', async () => {
    const files = { 'old/a/x': 'x', 'old/b': 'b', 'n.tar': tar({ path: 'a', text: 'A' }, { path: 'b/y', text: 'y' }) };
    const built = await harness({ Dockerfile: 'FROM scratch\nCOPY old /\nADD n.tar /\n', ...files })
      .build()
      .catch((error: unknown) => error);
    // As in Docker, a file that stands where the archive needs a directory is in the way.
    expect(built).toMatchObject({ code: 'BUILD_USER_ERROR' });
    const other = { 'old/a/x': 'x', 'n.tar': tar({ path: 'a', text: 'A' }) };
    expect((await harness({ Dockerfile: 'FROM scratch\nCOPY old /\nADD n.tar /\n', ...other }).build()).tree).toEqual([
      '0644 0:0 a',
    ]);
  });

  test('a link inside the archive is followed below the destination only', async () => {
    const bytes = tar({ path: 'out', kind: 'symlink', target: '/etc' }, { path: 'out/passwd', text: 'x' });
    const built = await harness({ Dockerfile: 'FROM scratch\nADD a.tar /base\n', 'a.tar': bytes }).build();
    expect(built.tree).toEqual([
      '0755 0:0 base/',
      '0755 0:0 base/etc/',
      '0644 0:0 base/etc/passwd',
      '0644 0:0 base/out -> /etc',
    ]);
  });

  test('an archive with a path that leaves it is copied as a file, never unpacked', async () => {
    const bytes = tar({ path: '../../evil', text: 'x' });
    const built = await harness({ Dockerfile: 'FROM scratch\nADD a.tar /x/\n', 'a.tar': bytes }).build();
    expect(built.tree).toEqual(['0755 0:0 x/', '0644 0:0 x/a.tar']);
  });

  test.each([
    ['gzip that holds no archive', gzipSync('just text')],
    ['text', 'hello'],
    ['an empty archive', endOfArchive],
    ['an empty file', ''],
  ])('%s is copied as it is', async (_what, bytes) => {
    const built = await harness({ Dockerfile: 'FROM scratch\nADD file /x/\n', file: bytes }).build();
    expect(built.tree).toEqual(['0755 0:0 x/', '0644 0:0 x/file']);
    expect(built.hashes.get('x/file')).toBe(sha256(bytes));
  });

  test('COPY and --unpack=false leave archives whole, directories are never looked into', async () => {
    const dockerfile = 'FROM scratch\nCOPY a.tar /1\nADD --unpack=false a.tar /2\nADD d /d/\n';
    const built = await harness({ Dockerfile: dockerfile, 'a.tar': archive, 'd/a.tar': archive }).build();
    expect(built.tree.map((line) => line.split(' ')[2])).toEqual(['1', '2', 'd/', 'd/a.tar']);
  });

  test.each([
    ['bzip2', Buffer.from('BZh91AY&SY')],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1, 2])],
  ])('%s is refused by name', async (compression, bytes) => {
    const building = harness({ Dockerfile: 'FROM scratch\nADD a /x/\n', a: bytes }).build();
    await expect(building).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining(compression),
    });
  });

  test('large members go over the disk and come out whole', async () => {
    const big = 'x'.repeat(3 * 1024 * 1024);
    const built = await harness({
      Dockerfile: 'FROM scratch\nADD a.tar /\n',
      'a.tar': tar({ path: 'big', text: big }),
    }).build();
    expect(built.hashes.get('big')).toBe(sha256(big));
  });
});

interface Served {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
}

function fakeHttp(routes: Readonly<Record<string, Served>>): Http & { readonly requests: string[] } {
  const requests: string[] = [];
  return {
    requests,
    request: async ({ url }): Promise<HttpResponse> => {
      requests.push(url);
      const { status = 200, headers = {}, text = '' } = routes[url] ?? { status: 404 };
      async function* body(): AsyncGenerator<Uint8Array> {
        yield Buffer.from(text);
      }
      return { status, headers, body: body(), discard: () => undefined };
    },
  };
}

describe('URLs', () => {
  const url = 'http://files.test/dir/tool.txt?v=1';
  const http = (): ReturnType<typeof fakeHttp> => fakeHttp({ [url]: { text: 'tool' } });

  test.each([
    ['/x/', 'x/tool.txt'],
    ['/x', 'x'],
  ])('to %s', async (destination, expected) => {
    const built = await harness({ Dockerfile: `FROM scratch\nADD ${url} ${destination}\n` }, { http: http() }).build();
    expect(built.tree.at(-1)).toBe(`0600 0:0 ${expected}`);
    expect(built.hashes.get(expected)).toBe(sha256('tool'));
  });

  test('--chmod and --chown apply; an archive is not unpacked unless --unpack says so', async () => {
    const served = fakeHttp({ 'http://files.test/a.tar': { text: archive.toString('latin1') } });
    const plain = 'FROM scratch\nADD --chmod=755 --chown=1:2 http://files.test/a.tar /x\n';
    expect((await harness({ Dockerfile: plain }, { http: served }).build()).tree).toEqual(['0755 1:2 x']);
    const open = 'FROM scratch\nADD --unpack http://files.test/a.tar /\n';
    expect((await harness({ Dockerfile: open }, { http: served }).build()).tree).toEqual(unpacked);
  });

  test('redirects are followed, but not for ever and not to other schemes', async () => {
    const served = fakeHttp({
      'http://files.test/a': { status: 302, headers: { location: '/b' } },
      'http://files.test/b': { status: 307, headers: { location: 'https://other.test/c' } },
      'https://other.test/c': { text: 'c' },
      'http://files.test/loop': { status: 302, headers: { location: '/loop' } },
      'http://files.test/file': { status: 302, headers: { location: 'file:///etc/passwd' } },
    });
    const build = (name: string): Promise<unknown> =>
      harness({ Dockerfile: `FROM scratch\nADD http://files.test/${name} /x\n` }, { http: served })
        .build()
        .then(({ hashes }) => hashes.get('x'));
    expect(await build('a')).toBe(sha256('c'));
    await expect(build('loop')).rejects.toMatchObject({ code: 'BUILD_USER_ERROR' });
    await expect(build('file')).rejects.toMatchObject({ code: 'BUILD_USER_ERROR' });
    await expect(build('missing')).rejects.toMatchObject({
      code: 'BUILD_USER_ERROR',
      message: expect.stringContaining('404'),
    });
  });

  test('a checksum is held against what is served', async () => {
    const right = `FROM scratch\nADD --checksum=sha256:${sha256('tool')} ${url} /x\n`;
    expect((await harness({ Dockerfile: right }, { http: http() }).build()).tree).toEqual(['0600 0:0 x']);
    const wrong = `FROM scratch\nADD --checksum=sha256:${sha256('other')} ${url} /x\n`;
    await expect(harness({ Dockerfile: wrong }, { http: http() }).build()).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  test.each([
    ['a malformed checksum', `--checksum=sha256:abc ${url} /x`],
    ['a checksum of a local file', '--checksum=sha256:abc Dockerfile /x'],
    ['a checksum of two sources', `--checksum=sha256:${'a'.repeat(64)} ${url} ${url} /x/`],
  ])('%s is refused', async (_what, words) => {
    const building = harness({ Dockerfile: `FROM scratch\nADD ${words}\n` }, { http: http() }).build();
    await expect(building).rejects.toMatchObject({ code: 'BUILD_USER_ERROR' });
  });

  test('with a checksum an unchanged build downloads nothing; without one it looks and keeps the layer', async () => {
    const pinned = http();
    const h = harness(
      { Dockerfile: `FROM scratch\nADD --checksum=sha256:${sha256('tool')} ${url} /x\n` },
      { http: pinned },
    );
    await h.build();
    await h.build();
    expect(pinned.requests.length).toBe(1);
    const open = http();
    const other = harness({ Dockerfile: `FROM scratch\nADD ${url} /x\n` }, { http: open });
    await other.build();
    await other.build();
    expect(open.requests.length).toBe(2);
    expect(other.output()).toContain('Using cache');
  });

  test('a password in the URL shows nowhere', async () => {
    const secret = 'http://me:hunter2@files.test/x.txt';
    const h = harness(
      { Dockerfile: `FROM scratch\nADD ${secret} /x\n` },
      { http: fakeHttp({ [secret]: { text: 'x' } }) },
    );
    const built = await h.build();
    expect(JSON.stringify([h.events, built.document])).not.toContain('hunter2');
    const failing = harness({ Dockerfile: `FROM scratch\nADD ${secret} /x\n` }, { http: fakeHttp({}) });
    const error = await failing.build().catch((thrown: unknown) => String(thrown));
    expect(error).not.toContain('hunter2');
  });

  test.each([
    'https://example.com/repo.git',
    'https://example.com/repo.git#main:sub',
    'git@example.com:a/b',
    'git://example.com/x',
  ])('the Git repository %s is refused by name', async (source) => {
    const building = harness({ Dockerfile: `FROM scratch\nADD ${source} /x\n` }, { http: http() }).build({
      context: ['Dockerfile'],
    });
    await expect(building).rejects.toMatchObject({
      code: 'DOCKERFILE_UNSUPPORTED',
      message: expect.stringContaining('example.com'),
    });
  });
});
