import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/core/ports.ts';
import { dockerfileInputs, inputsByInstruction } from '../../../src/dockerfile/inputs.ts';
import { createSystem } from '../../../src/system/node.ts';

let root: string;
const ctx: Context = {
  system: createSystem({ env: {}, cwd: '/' }),
  emit: () => {},
  signal: new AbortController().signal,
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'inputs-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    if (path.endsWith('/')) mkdirSync(join(root, path), { recursive: true });
    else writeFileSync(join(root, path), path);
  }
}

interface Given {
  readonly dockerfile: string;
  readonly ignore?: string;
  readonly buildArgs?: Readonly<Record<string, string | null>>;
  readonly triggers?: Readonly<Record<string, readonly string[]>>;
  readonly name?: string;
}

function inputs({
  dockerfile,
  ignore,
  buildArgs = {},
  triggers = {},
  name = 'Dockerfile',
}: Given): Promise<readonly string[]> {
  write(name);
  writeFileSync(join(root, name), dockerfile);
  if (ignore !== undefined) writeFileSync(join(root, '.dockerignore'), ignore);
  const readOnBuild = async (image: string): Promise<readonly string[]> => triggers[image] ?? [];
  return dockerfileInputs({ workspace: root, dockerfile: join(root, name), buildArgs, readOnBuild }, ctx);
}

describe('what instructions name', () => {
  test('files, patterns and directories, each once, with the Dockerfile, sorted by code point', async () => {
    write('src/a.go', 'src/b.txt', 'src/deep/x/y', 'Z', 'a', 'ü', 'other');
    expect(
      await inputs({ dockerfile: 'FROM scratch\nCOPY src/*.go a /x/\nADD src/deep Z ü /y/\nCOPY ["a", "/b"]\n' }),
    ).toEqual(['Dockerfile', 'Z', 'a', 'src/a.go', 'src/deep/x/y', 'ü']);
  });

  test('the whole context, with empty directories and links as they are', async () => {
    write('a/b', 'empty/', 'full/c');
    symlinkSync('a', join(root, 'link'));
    expect(await inputs({ dockerfile: 'FROM scratch\nCOPY . /\n' })).toEqual([
      'Dockerfile',
      'a/b',
      'empty',
      'full/c',
      'link',
    ]);
  });

  test('absolute sources and .. stay inside the context', async () => {
    write('a', 'b/c');
    expect(await inputs({ dockerfile: 'FROM scratch\nCOPY /a ../../b /x/\n' })).toEqual(['Dockerfile', 'a', 'b/c']);
  });

  test('downloads, heredocs and --from are nothing of the context', async () => {
    write('a');
    const dockerfile =
      'FROM scratch AS x\nADD https://example.com/f git@github.com:a/b.git /f\nCOPY <<EOF /g\nCOPY a /a\nEOF\nCOPY --from=x a /a\n';
    expect(await inputs({ dockerfile })).toEqual(['Dockerfile']);
  });

  test('a pattern that matches nothing is fine beside one that does, alone it is an error with its line', async () => {
    write('a.txt');
    expect(await inputs({ dockerfile: 'FROM scratch\nCOPY *.txt nope* /x/\n' })).toEqual(['Dockerfile', 'a.txt']);
    await expect(inputs({ dockerfile: 'FROM scratch\n\nCOPY nope* nil /x/\n' })).rejects.toMatchObject({
      code: 'BUILD_USER_ERROR',
      message: expect.stringContaining(':3: file pattern [nope* nil] must match'),
    });
  });

  test('a file whose name looks like a pattern is itself', async () => {
    write('[a].txt', 'a.txt');
    expect(await inputs({ dockerfile: 'FROM scratch\nCOPY [a].txt /x/\n' })).toEqual(['Dockerfile', '[a].txt']);
  });

  test('--parents with ** reaches everything below', async () => {
    write('x/a.txt', 'x/y/b.txt', 'z');
    expect(await inputs({ dockerfile: 'FROM scratch\nCOPY --parents x/**/*.txt /d/\n' })).toEqual([
      'Dockerfile',
      'x/a.txt',
      'x/y/b.txt',
    ]);
  });

  test('a missing Dockerfile is its own only input, one outside the context is named with ..', async () => {
    write('ctx/a', 'Other');
    const base = { buildArgs: {}, readOnBuild: async () => [] };
    expect(await dockerfileInputs({ ...base, workspace: root, dockerfile: join(root, 'none') }, ctx)).toEqual(['none']);
    writeFileSync(join(root, 'Other'), 'FROM scratch\nCOPY a /\n');
    expect(
      await dockerfileInputs({ ...base, workspace: join(root, 'ctx'), dockerfile: join(root, 'Other') }, ctx),
    ).toEqual(['../Other', 'a']);
  });

  test('unknown instructions are errors, but not under # syntax=', async () => {
    write('a');
    await expect(inputs({ dockerfile: 'FROM scratch\nCOPI a /\n' })).rejects.toMatchObject({
      code: 'DOCKERFILE_PARSE_ERR',
    });
    expect(await inputs({ dockerfile: '# syntax=example.com/f\nFROM scratch\nFETCH x\nCOPY --new a /\n' })).toEqual([
      'Dockerfile',
      'a',
    ]);
  });
});

describe('variables', () => {
  test('ARGs before FROM count as text; build arguments win over defaults; quotes go', async () => {
    write('src/a', 'lib/b', 'my dir/c');
    const dockerfile = 'ARG D=src\nFROM scratch\nCOPY ${D}/* /x/\nARG E="my dir"\nCOPY "$E" /y/\n';
    expect(await inputs({ dockerfile })).toEqual(['Dockerfile', 'my dir/c', 'src/a']);
    expect(await inputs({ dockerfile, buildArgs: { D: 'lib', E: null } })).toEqual(['Dockerfile', 'lib/b', 'my dir/c']);
  });

  test('an ARG reaches up to the next one of its name, and one without a value takes the global', async () => {
    write('one/a', 'two/b', 'one1/c');
    const dockerfile = 'ARG D=one\nFROM scratch\nARG D\nCOPY $D /x/\nARG D=two\nCOPY $D nope$D1 /x/\n';
    expect(await inputs({ dockerfile })).toEqual(['Dockerfile', 'one/a', 'two/b']);
  });

  test('defaults in substitutions see ENV and what the stage declares', async () => {
    write('env/a', 'fallback/b', 'arg/c');
    const dockerfile =
      'FROM scratch AS s\nENV D=env\nCOPY ${D:-fallback} /\nARG A=arg\nCOPY ${A:-fallback} /\nFROM scratch\nCOPY ${D:-fallback} /\n';
    expect(await inputs({ dockerfile })).toEqual(['Dockerfile', 'arg/c', 'env/a', 'fallback/b']);
  });

  test('a stage sees the ENV of the stage it comes from', async () => {
    write('env/a');
    expect(await inputs({ dockerfile: 'FROM scratch AS s\nENV D=env\nFROM s\nCOPY $D /\n' })).toEqual([
      'Dockerfile',
      'env/a',
    ]);
  });
});

describe('ONBUILD triggers of base images', () => {
  test('are read for every base once, with ARGs in its name replaced, and not for stages or scratch', async () => {
    write('package.json', 'src/x');
    const asked: string[] = [];
    const readOnBuild = async (image: string): Promise<readonly string[]> => {
      asked.push(image);
      return image === 'node:20' ? ['COPY package.json /app/', 'RUN npm install'] : [];
    };
    writeFileSync(
      join(root, 'Dockerfile'),
      'ARG V=20\nFROM node:$V AS a\nFROM node:$V\nFROM a\nFROM scratch\nFROM other\nCOPY src /\n',
    );
    const found = await dockerfileInputs(
      { workspace: root, dockerfile: join(root, 'Dockerfile'), buildArgs: {}, readOnBuild },
      ctx,
    );
    expect(found).toEqual(['Dockerfile', 'package.json', 'src/x']);
    expect(asked).toEqual(['node:20', 'other']);
  });
});

describe('ignore files', () => {
  test('leave files out, but never the Dockerfile; .dockerignore itself is never in', async () => {
    write('a', 'b.md', 'README.md', 'node_modules/x/y', 'sub/node_modules/z');
    const ignore = 'Dockerfile\n*.md\n!README.md\n**/node_modules\n';
    expect(await inputs({ dockerfile: 'FROM scratch\nCOPY . /\n', ignore })).toEqual(['Dockerfile', 'README.md', 'a']);
  });

  test('a rule with ! reaches into an ignored directory, only where its text says so', async () => {
    write('dir/keep', 'dir/drop', 'other/keep');
    const ignore = 'dir\nother\n!dir/keep\n!**/keep\n';
    expect(await inputs({ dockerfile: 'FROM scratch\nCOPY . /\n', ignore })).toEqual(['Dockerfile', 'dir/keep']);
  });

  test('the one beside the Dockerfile replaces the one of the context', async () => {
    write('a', 'b');
    write('deploy/web.Dockerfile');
    writeFileSync(join(root, 'deploy/web.Dockerfile.dockerignore'), 'b\ndeploy\n');
    const found = await inputs({
      dockerfile: 'FROM scratch\nCOPY . /\n',
      ignore: 'a\n',
      name: 'deploy/web.Dockerfile',
    });
    expect(found).toEqual(['a', 'deploy/web.Dockerfile']);
  });

  test('an ignored source is left out without complaint', async () => {
    write('secret/x', 'a');
    expect(await inputs({ dockerfile: 'FROM scratch\nCOPY secret a /\n', ignore: 'secret\n' })).toEqual([
      'Dockerfile',
      'a',
    ]);
  });
});

describe('inputsByInstruction', () => {
  test('gives each COPY and ADD its own files, by the rules of the whole list', async () => {
    write('a/x', 'a/y', 'b', 'c/.git/HEAD', 'Dockerfile', '.dockerignore');
    writeFileSync(join(root, 'Dockerfile'), 'FROM scratch AS s\nCOPY a b /to/\nCOPY --from=s /x /\n\nADD . $WHERE\n');
    writeFileSync(join(root, '.dockerignore'), '**/y\n');
    const request = {
      workspace: root,
      dockerfile: join(root, 'Dockerfile'),
      buildArgs: {},
      readOnBuild: async (): Promise<readonly string[]> => [],
    };
    expect(await inputsByInstruction(request, ctx)).toEqual([
      { line: 2, sources: ['a', 'b'], destination: '/to/', files: ['a/x', 'b'] },
      { line: 5, sources: ['.'], destination: '$WHERE', files: ['Dockerfile', 'a/x', 'b', 'c/.git/HEAD'] },
    ]);
    expect(await inputsByInstruction({ ...request, dockerfile: join(root, 'none') }, ctx)).toEqual([]);
  });
});
