import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { harness } from './harness.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Builds one Dockerfile over files and lists what comes out. */
async function treeOf(dockerfile: string, files: Parameters<typeof harness>[0]): Promise<readonly string[]> {
  return (await harness({ Dockerfile: dockerfile, ...files }).build()).tree;
}

const refusal = (dockerfile: string, files: Parameters<typeof harness>[0] = {}): Promise<unknown> =>
  harness({ Dockerfile: dockerfile, ...files })
    .build()
    .catch((error: unknown) => error);

describe('where a file goes', () => {
  const files = { 'a.txt': 'a', 'd/b.txt': 'b' };

  test.each([
    ['COPY a.txt /x', ['0644 0:0 x']],
    ['COPY a.txt /x/', ['0755 0:0 x/', '0644 0:0 x/a.txt']],
    ['COPY a.txt /', ['0644 0:0 a.txt']],
    ['COPY a.txt .', ['0644 0:0 a.txt']],
    ['COPY a.txt ./x/../y', ['0644 0:0 y']],
    ['COPY a.txt /deep/er/x', ['0755 0:0 deep/', '0755 0:0 deep/er/', '0644 0:0 deep/er/x']],
    ['COPY a.txt ../../../x', ['0644 0:0 x']],
    ['COPY ["a.txt", "/with blank"]', ['0644 0:0 with blank']],
    ['COPY d /x', ['0755 0:0 x/', '0644 0:0 x/b.txt']],
    ['COPY d/ /x/', ['0755 0:0 x/', '0644 0:0 x/b.txt']],
    ['COPY d /', ['0644 0:0 b.txt']],
    ['COPY a.txt d /x/', ['0755 0:0 x/', '0644 0:0 x/a.txt', '0644 0:0 x/b.txt']],
    ['COPY ../a.txt /x', ['0644 0:0 x']],
    ['COPY /a.txt /x', ['0644 0:0 x']],
    ['COPY d/../a.txt /x', ['0644 0:0 x']],
  ])('%s', async (instruction, expected) => {
    expect(await treeOf(`FROM scratch\n${instruction}\n`, files)).toEqual(expected);
  });

  test('a relative destination starts at WORKDIR, which may be relative itself', async () => {
    const dockerfile = 'FROM scratch\nWORKDIR /app\nWORKDIR sub\nCOPY a.txt .\nCOPY a.txt other\n';
    expect(await treeOf(dockerfile, files)).toEqual([
      '0755 0:0 app/',
      '0755 0:0 app/sub/',
      '0644 0:0 app/sub/a.txt',
      '0644 0:0 app/sub/other',
    ]);
  });

  test('into an existing directory without a trailing slash', async () => {
    const dockerfile = 'FROM scratch\nWORKDIR /app\nWORKDIR /\nCOPY a.txt /app\n';
    expect(await treeOf(dockerfile, files)).toEqual(['0755 0:0 app/', '0644 0:0 app/a.txt']);
  });

  test('a later file replaces an earlier one, a link itself is replaced only below the destination', async () => {
    const dockerfile = 'FROM scratch\nCOPY one/ /x/\nCOPY two/ /x/\n';
    const built = await harness({
      Dockerfile: dockerfile,
      'one/f': '1',
      'one/l': { link: 'f' },
      'two/f': '2',
      'two/l': 'l',
    }).build();
    expect(built.tree).toEqual(['0755 0:0 x/', '0644 0:0 x/f', '0644 0:0 x/l']);
    expect(built.hashes.get('x/f')).toBe(sha256('2'));
  });
});

describe('links in the destination are followed within the image', () => {
  const links = {
    'links/abs': { link: '/real' },
    'links/up': { link: '../../../real' },
    'links/dangling': { link: '/later/place' },
    'a.txt': 'a',
  };

  test.each([
    ['/abs/x', ['0755 0:0 real/', '0644 0:0 real/x']],
    ['/up/', ['0755 0:0 real/', '0644 0:0 real/a.txt']],
    ['/dangling/', ['0755 0:0 later/', '0755 0:0 later/place/', '0644 0:0 later/place/a.txt']],
  ])('COPY a.txt %s', async (destination, expected) => {
    const tree = await treeOf(`FROM scratch\nCOPY links/ /\nCOPY a.txt ${destination}\n`, links);
    expect(tree.filter((line) => !line.includes('->'))).toEqual(
      [...expected].sort((a, b) => (a.slice(9) < b.slice(9) ? -1 : 1)),
    );
  });

  test('WORKDIR makes the directory behind a link and keeps its own name', async () => {
    const built = await harness({
      Dockerfile: 'FROM scratch\nCOPY links/ /\nWORKDIR /dangling/sub\n',
      ...links,
    }).build();
    expect(built.tree).toContain('0755 0:0 later/place/sub/');
    expect(built.document.config?.WorkingDir).toBe('/dangling/sub');
  });
});

describe('wildcards', () => {
  const files = {
    'a.txt': 'a',
    'b.txt': 'b',
    'c.md': 'c',
    'x/1.txt': '1',
    'x/y/2.txt': '2',
    'z/1.txt': 'z',
    'odd[1].txt': 'o',
  };

  test.each([
    ['COPY *.txt /d/', ['d/', 'd/a.txt', 'd/b.txt', 'd/odd[1].txt']],
    ['COPY ?.md /d/', ['d/', 'd/c.md']],
    ['COPY */*.txt /d/', ['d/', 'd/1.txt']],
    ['COPY [xz] /d/', ['d/', 'd/1.txt', 'd/y/', 'd/y/2.txt']],
    ['COPY odd[[]1].txt /d/', ['d/', 'd/odd[1].txt']],
    ['COPY x/*/2.txt /d/', ['d/', 'd/2.txt']],
  ])('%s', async (instruction, expected) => {
    const tree = await treeOf(`FROM scratch\n${instruction}\n`, files);
    expect(tree.map((line) => line.split(' ').slice(2).join(' '))).toEqual(expected);
  });

  test('a pattern that matches nothing among others is fine', async () => {
    expect(await treeOf('FROM scratch\nCOPY *.none a.txt /d/\n', files)).toEqual(['0755 0:0 d/', '0644 0:0 d/a.txt']);
  });
});

describe('modes and owners', () => {
  const files = {
    'run.sh': { text: '#', mode: 0o755 },
    secret: { text: 's', mode: 0o600 },
    'd/suid': { text: 'x', mode: 0o4755 },
    'd/e': { directory: 0o1777 },
  };

  test('modes of the context are kept, the owner is root whoever builds', async () => {
    expect(await treeOf('FROM scratch\nCOPY . /x/\n', files)).toEqual([
      '0755 0:0 x/',
      '0644 0:0 x/Dockerfile',
      '0755 0:0 x/d/',
      '1777 0:0 x/d/e/',
      '4755 0:0 x/d/suid',
      '0755 0:0 x/run.sh',
      '0600 0:0 x/secret',
    ]);
  });

  test.each([
    ['--chmod=640 secret /x', ['0640 0:0 x']],
    ['--chmod=4711 secret /x', ['4711 0:0 x']],
    ['--chmod=750 d /new', ['0755 0:0 new/', '0750 0:0 new/e/', '0750 0:0 new/suid']],
    ['--chmod=u=rwX,go=rX d /new', ['0755 0:0 new/', '0755 0:0 new/e/', '0755 0:0 new/suid']],
    ['--chmod=+x secret /x', ['0711 0:0 x']],
    ['--chown=10 secret /x', ['0600 10:10 x']],
    ['--chown=10:20 d /new', ['0755 10:20 new/', '1777 10:20 new/e/', '4755 10:20 new/suid']],
    ['--chown=:20 secret /x', ['0600 0:20 x']],
    ['--chown=10:20 secret /a/b/', ['0755 10:20 a/', '0755 10:20 a/b/', '0600 10:20 a/b/secret']],
  ])('COPY %s', async (words, expected) => {
    expect(await treeOf(`FROM scratch\nCOPY ${words}\n`, files)).toEqual(expected);
  });

  test('an existing destination directory keeps its mode, one inside it takes the source’s', async () => {
    const dockerfile = 'FROM scratch\nCOPY --chown=1:1 one /x\nCOPY --chown=2:2 two /x\n';
    const tree = await treeOf(dockerfile, { 'one/sub/f': '1', 'two/sub/g': '2' });
    expect(tree).toEqual(['0755 1:1 x/', '0755 2:2 x/sub/', '0644 1:1 x/sub/f', '0644 2:2 x/sub/g']);
  });

  test('names are looked up in the image, links to the files followed', async () => {
    const users = {
      'etc/passwd': 'root:x:0:0::/:\napp:x:1000:1001::/:\n',
      'real/group': 'root:x:0:\nweb:x:33:\n',
      'etc/group': { link: '../real/group' },
    };
    const dockerfile =
      'FROM scratch\nCOPY etc /etc\nCOPY real /real\nCOPY --chown=app a /1\nCOPY --chown=app:web a /2\nCOPY --chown=5:web a /3\nUSER app\nWORKDIR /home/app\n';
    const tree = await treeOf(dockerfile, { ...users, a: 'a' });
    expect(tree.filter((line) => /[123]$|home/.test(line))).toEqual([
      '0644 1000:1001 1',
      '0644 1000:33 2',
      '0644 5:33 3',
      '0755 1000:1001 home/',
      '0755 1000:1001 home/app/',
    ]);
  });

  test.each(['app', '0:web', 'app:web'])('--chown=%s that the image does not know is refused', async (owner) => {
    expect(await refusal(`FROM scratch\nCOPY --chown=${owner} a /a\n`, { a: 'a' })).toMatchObject({
      code: 'BUILD_USER_ERROR',
      message: expect.stringContaining('Dockerfile:2'),
    });
  });

  test.each(['899', '10000', 'z+x', 'u=rw,', '64a'])('--chmod=%s is refused', async (mode) => {
    expect(await refusal(`FROM scratch\nCOPY --chmod=${mode} a /a\n`, { a: 'a' })).toMatchObject({
      code: 'BUILD_USER_ERROR',
    });
  });
});

describe('links in the context', () => {
  test('a source that is a link is followed, links inside a copied directory stay links', async () => {
    const files = { real: 'r', link: { link: 'real' }, 'd/in': { link: '../real' }, 'd/f': 'f', dl: { link: 'd' } };
    expect(await treeOf('FROM scratch\nCOPY link real /x/\nCOPY d /y\nCOPY dl d /z/\n', files)).toEqual([
      '0755 0:0 x/',
      '0644 0:0 x/link',
      '0644 0:0 x/real',
      '0755 0:0 y/',
      '0644 0:0 y/f',
      '0777 0:0 y/in -> ../real',
      '0755 0:0 z/',
      '0644 0:0 z/f',
      '0777 0:0 z/in -> ../real',
    ]);
  });

  test('nothing outside the context is reachable through a link', async () => {
    const h = harness({ Dockerfile: 'FROM scratch\nCOPY out /x\n', out: { link: '/etc/hostname' } });
    const context = ['Dockerfile', 'out'];
    await expect(h.build({ context })).rejects.toMatchObject({ code: 'BUILD_USER_ERROR' });
  });

  test('a path behind a linked directory is refused, whatever the list of files says', async () => {
    const h = harness({ Dockerfile: 'FROM scratch\nCOPY etc/hostname /x\n', etc: { link: '/etc' } });
    await expect(h.build({ context: ['Dockerfile', 'etc/hostname'] })).rejects.toMatchObject({
      code: 'BUILD_USER_ERROR',
    });
    const other = harness({ Dockerfile: 'FROM scratch\nCOPY etc/hostname /x\n', etc: { link: '/etc' } });
    await expect(other.build({ context: ['Dockerfile', 'etc', 'etc/hostname'] })).rejects.toMatchObject({
      code: 'BUILD_USER_ERROR',
    });
  });

  test('names that leave the context are left out of it', async () => {
    const h = harness({ Dockerfile: 'FROM scratch\nCOPY secret /x\n' });
    await expect(h.build({ context: ['../secret', 'Dockerfile'] })).rejects.toMatchObject({ code: 'BUILD_USER_ERROR' });
  });
});

describe('flags of newer Dockerfiles', () => {
  const files = { 'p/a/b/one.txt': '1', 'p/a/two.md': '2', 'p/c/three.txt': '3' };
  const names = (tree: readonly string[]): readonly string[] => tree.map((line) => line.split(' ')[2] ?? '');

  test.each([
    ['--exclude=*.md p/a /x/', ['x/', 'x/b/', 'x/b/one.txt']],
    ['--exclude=**/*.txt p /x/', ['x/', 'x/a/', 'x/a/b/', 'x/a/two.md', 'x/c/']],
    ['--exclude=a --exclude=c p /x/', ['x/']],
    ['--exclude=a/* --exclude=!a/b p /x/', ['x/', 'x/a/', 'x/a/b/', 'x/a/b/one.txt', 'x/c/', 'x/c/three.txt']],
    ['--exclude=*.md p/a/*.md p/c/*.txt /x/', ['x/', 'x/three.txt']],
    [
      '--parents p/a/b/one.txt p/c /x/',
      ['x/', 'x/p/', 'x/p/a/', 'x/p/a/b/', 'x/p/a/b/one.txt', 'x/p/c/', 'x/p/c/three.txt'],
    ],
    ['--parents p/./a/*.md /x/', ['x/', 'x/a/', 'x/a/two.md']],
    ['--parents p/**/*.txt /x/', ['x/', 'x/p/', 'x/p/a/', 'x/p/a/b/', 'x/p/a/b/one.txt', 'x/p/c/', 'x/p/c/three.txt']],
    ['--parents --exclude=p/a p /x/', ['x/', 'x/p/', 'x/p/c/', 'x/p/c/three.txt']],
  ])('COPY %s', async (words, expected) => {
    expect(names(await treeOf(`FROM scratch\nCOPY ${words}\n`, files))).toEqual(expected);
  });

  test('--parents of a path that does not exist is refused', async () => {
    expect(
      await refusal('FROM scratch\nCOPY p /p\nFROM scratch\nCOPY --from=0 --parents p/none /x/\n', files),
    ).toMatchObject({ code: 'BUILD_USER_ERROR' });
  });

  test('--link sees nothing of the image below: no links, no existing directories', async () => {
    const dockerfile =
      'FROM scratch\nCOPY m/ /\nCOPY links/ /\nCOPY --link p/c/three.txt /dir/\nCOPY --link p/c/three.txt /to/\n';
    const tree = await treeOf(dockerfile, { ...files, 'm/dir': { directory: 0o700 }, 'links/to': { link: '/dir' } });
    expect(tree).toContain('0755 0:0 dir/');
    expect(tree).toContain('0755 0:0 to/');
    expect(tree).toContain('0644 0:0 to/three.txt');
  });

  test('--link with a name for an owner is refused, with a number it works', async () => {
    expect(await refusal('FROM scratch\nCOPY --link --chown=app p /x\n', files)).toMatchObject({
      code: 'BUILD_USER_ERROR',
    });
    expect(await treeOf('FROM scratch\nCOPY --link --chown=7 p/c /x/\n', files)).toEqual([
      '0755 7:7 x/',
      '0644 7:7 x/three.txt',
    ]);
  });

  test('heredocs become files, variables in them expanded unless the word is quoted', async () => {
    const dockerfile = `FROM scratch
ARG NAME=world
COPY <<one <<"two" /x/
hello $NAME
one
hello $NAME
two
COPY --chmod=755 --chown=3:4 <<-EOF /run.sh
\t#!/bin/sh
EOF
`;
    const built = await harness({ Dockerfile: dockerfile }).build();
    expect(built.tree).toEqual(['0755 3:4 run.sh', '0755 0:0 x/', '0644 0:0 x/one', '0644 0:0 x/two']);
    expect(built.hashes.get('x/one')).toBe(sha256('hello world\n'));
    expect(built.hashes.get('x/two')).toBe(sha256('hello $NAME\n'));
    expect(built.hashes.get('run.sh')).toBe(sha256('#!/bin/sh\n'));
  });
});

describe('what cannot be copied', () => {
  test.each([
    ['a file over a directory', 'COPY d /x\nCOPY f /y/x\nCOPY y/ /\n', { 'd/a': 'a', f: 'f', 'y/x': 'x' }],
    ['a directory over a file', 'COPY f /x\nCOPY d /x\n', { 'd/a': 'a', f: 'f' }],
    ['below a file', 'COPY f /x\nCOPY f /x/y\n', { f: 'f' }],
    ['two files to one name', 'COPY f g /x\n', { f: 'f', g: 'g' }],
    ['a name that would remove another', 'COPY . /x/\n', { '.wh.a': 'x' }],
  ])('%s', async (_what, instructions, files) => {
    expect(await refusal(`FROM scratch\n${instructions}`, files as Parameters<typeof harness>[0])).toMatchObject({
      code: 'BUILD_USER_ERROR',
      message: expect.stringMatching(/^Dockerfile:\d+: /),
      suggestions: [expect.anything()],
    });
  });

  test('two files to an existing directory without a slash are fine', async () => {
    const dockerfile = 'FROM scratch\nCOPY f g .\nWORKDIR /x\nCOPY f g /x\n';
    expect(await treeOf(dockerfile, { f: 'f', g: 'g' })).toContain('0644 0:0 x/g');
  });

  test('a file that is not in the context', async () => {
    const h = harness({ Dockerfile: 'FROM scratch\nCOPY none /x\n' });
    await expect(h.build({ context: ['Dockerfile'] })).rejects.toMatchObject({
      code: 'BUILD_USER_ERROR',
      message: expect.stringContaining('"none"'),
    });
  });
});
