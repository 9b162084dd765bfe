import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../../src/engines/embedded/sandbox/types.ts';
import { harness } from './harness.ts';

type Files = Parameters<typeof harness>[0];
const build = (
  dockerfile: string,
  files: Files = {},
  changes: Parameters<ReturnType<typeof harness>['build']>[0] = {},
) => harness({ Dockerfile: dockerfile, ...files }).build(changes);

describe('copying between stages', () => {
  test.each([
    ['a name', 'FROM scratch AS one\nCOPY f /f\nFROM scratch\nCOPY --from=one /f /g\n'],
    ['a name in another case', 'FROM scratch AS One\nCOPY f /f\nFROM scratch\nCOPY --from=oNE /f /g\n'],
    ['a number', 'FROM scratch\nCOPY f /f\nFROM scratch\nCOPY --from=0 /f /g\n'],
    ['a relative path', 'FROM scratch\nCOPY f /f\nFROM scratch\nCOPY --from=0 f /g\n'],
  ])('by %s', async (_what, dockerfile) => {
    expect((await build(dockerfile, { f: 'f' })).tree).toEqual(['0644 0:0 g']);
  });

  test('owners, modes and links come along; the directory itself is made anew', async () => {
    const dockerfile =
      'FROM scratch AS one\nCOPY --chown=1:2 d /d\nCOPY --chown=3:4 --chmod=700 d /d/sub\nFROM scratch\nCOPY --from=one /d /e\n';
    const built = await build(dockerfile, { 'd/f': { text: 'f', mode: 0o640 }, 'd/l': { link: 'f' } });
    expect(built.tree).toEqual([
      '0755 0:0 e/',
      '0640 1:2 e/f',
      '0777 1:2 e/l -> f',
      '0755 3:4 e/sub/',
      '0700 3:4 e/sub/f',
      '0777 3:4 e/sub/l -> f',
    ]);
  });

  test('links of the other stage are followed within it', async () => {
    const dockerfile =
      'FROM scratch AS one\nCOPY links/ /\nCOPY f /real/f\nFROM scratch\nCOPY --from=one /abs/f /1\nCOPY --from=one /l* /2/\n';
    const built = await build(dockerfile, { f: 'f', 'links/abs': { link: '/real' }, 'links/lf': { link: '/real/f' } });
    expect(built.tree).toEqual(['0644 0:0 1', '0755 0:0 2/', '0644 0:0 2/lf']);
  });

  test('a stage that starts from a stage has its files and configuration and leaves it as it was', async () => {
    const dockerfile =
      'FROM scratch AS base\nENV A=1\nCOPY f /f\nFROM base AS more\nCOPY f /g\nFROM base\nCOPY --from=more /g /h\n';
    const built = await build(dockerfile, { f: 'f' });
    expect(built.tree).toEqual(['0644 0:0 f', '0644 0:0 h']);
    expect(built.document.config?.Env).toContain('A=1');
  });

  test.each([
    [
      'a later stage',
      'FROM scratch\nCOPY --from=late /f /f\nFROM scratch AS late\nCOPY f /f\nFROM scratch\nCOPY --from=0 / /\n',
    ],
    ['itself', 'FROM scratch AS me\nCOPY --from=me /f /f\n'],
    ['a number that is not there', 'FROM scratch\nCOPY --from=5 /f /f\n'],
    ['its own number', 'FROM scratch\nCOPY --from=0 /f /f\n'],
    ['a path the stage does not have', 'FROM scratch AS one\nCOPY f /f\nFROM scratch\nCOPY --from=one /none /f\n'],
    ['scratch, which has nothing', 'FROM scratch\nCOPY --from=scratch /f /f\n'],
  ])('from %s is refused', async (_what, dockerfile) => {
    await expect(build(dockerfile, { f: 'f' })).rejects.toMatchObject({ code: 'BUILD_USER_ERROR' });
  });

  test('large files travel over the disk and arrive whole', async () => {
    const dockerfile = 'FROM scratch AS one\nCOPY big small /\nFROM scratch\nCOPY --from=one / /\n';
    const files = { big: 'b'.repeat(3 << 20), small: 's' };
    const built = await build(dockerfile, files);
    const direct = await build('FROM scratch\nCOPY big small /\n', files);
    expect(built.hashes).toEqual(direct.hashes);
  });
});

describe('targets', () => {
  const dockerfile = 'FROM scratch AS one\nLABEL s=1\nFROM scratch AS two\nLABEL s=2\nFROM scratch\nLABEL s=3\n';

  test.each([
    [undefined, '3'],
    ['one', '1'],
    ['TWO', '2'],
    ['0', '1'],
    ['2', '3'],
  ])('%s', async (target, expected) => {
    expect((await build(dockerfile, {}, { target })).document.config?.Labels).toEqual({ s: expected });
  });

  test('one that does not exist is refused, naming those that do', async () => {
    await expect(build(dockerfile, {}, { target: 'three' })).rejects.toMatchObject({
      code: 'BUILD_USER_ERROR',
      suggestions: [{ action: expect.stringContaining('one, two') }],
    });
  });

  test('stages that the target does not need are not built', async () => {
    const h = harness({
      Dockerfile: 'FROM missing.test/image AS broken\nFROM scratch AS fine\nLABEL a=1\nFROM broken\nRUN true\n',
    });
    await h.build({ target: 'fine' });
    expect(h.registry.calls).toEqual([]);
    expect(h.output()).toMatch(/^Step 1\/2 : FROM scratch AS fine\nStep 2\/2 : LABEL a=1\n/);
  });
});

describe('ONBUILD', () => {
  test('is carried out in the stage that starts from it, before its own steps, and not handed on', async () => {
    const dockerfile = `FROM scratch AS other
COPY f /from-other
FROM scratch AS base
ONBUILD ENV A=1
ONBUILD COPY f /triggered
ONBUILD COPY --from=other /from-other /copied
FROM base AS app
LABEL a=$A
FROM app
LABEL last=1
`;
    const built = await build(dockerfile, { f: 'f' });
    expect(built.tree).toEqual(['0644 0:0 copied', '0644 0:0 triggered']);
    expect(built.document.config).toMatchObject({ Labels: { a: '1', last: '1' } });
    expect(built.document.config?.OnBuild).toBeUndefined();
  });

  test('a trigger that the engine cannot carry out fails at the FROM', async () => {
    const dockerfile = 'FROM scratch AS base\nONBUILD RUN --security=insecure make\nFROM base\n';
    await expect(build(dockerfile)).rejects.toMatchObject({
      code: 'DOCKERFILE_UNSUPPORTED',
      message: expect.stringMatching(/^Dockerfile:3: /),
    });
  });
});

describe('what the engine does not do is refused before anything else', () => {
  test('RUN where it is turned off, naming its place and the engine that can', async () => {
    const files = { Dockerfile: 'FROM nowhere.test/base\nCOPY f /f\nRUN apt-get update\n', f: 'f' };
    const h = harness(files, { sandbox: 'none' });
    await expect(h.build()).rejects.toMatchObject({
      code: 'DOCKERFILE_UNSUPPORTED',
      message: expect.stringMatching(/^Dockerfile:3: .*RUN apt-get update/),
      suggestions: [{ action: expect.stringContaining('--engine=docker') }],
    });
    expect(h.registry.calls).toEqual([]);
  });

  test('another frontend', async () => {
    await expect(build('# syntax=example.com/frontend:1\nFROM scratch\n')).rejects.toMatchObject({
      code: 'DOCKERFILE_UNSUPPORTED',
    });
    expect(
      (await build('# syntax=docker/dockerfile:1.7-labs\nFROM scratch\nLABEL a=1\n')).document.config?.Labels,
    ).toEqual({ a: '1' });
  });

  test('squash', async () => {
    await expect(build('FROM scratch\n', {}, { squash: true })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  test('a Dockerfile that is not there, or cannot be parsed', async () => {
    const h = harness({ Dockerfile: 'FROM scratch\nCOPPY a b\n' });
    await expect(h.build({ context: [], dockerfile: `${h.workspace}/None` })).rejects.toMatchObject({
      code: 'BUILD_DOCKERFILE_NOT_FOUND',
    });
    await expect(h.build({ context: [] })).rejects.toMatchObject({ code: 'DOCKERFILE_PARSE_ERR' });
  });

  test('a SOURCE_DATE_EPOCH that is no number', async () => {
    await expect(build('FROM scratch\n', {}, { buildArgs: { SOURCE_DATE_EPOCH: 'yesterday' } })).rejects.toMatchObject({
      code: 'BUILD_USER_ERROR',
    });
  });
});

describe('a sandbox, where there is one', () => {
  test('gets every RUN with the stage as it is, and its changes become a layer that is cached', async () => {
    const seen: unknown[] = [];
    const entry = { path: 'made', kind: 'file', mode: 0o600, uid: 0, gid: 0, size: 0, modifiedAt: 0 } as const;
    const sandbox: Sandbox = {
      run: async (stage, { command }) => {
        seen.push([command.words, stage.files.layers.length, stage.variables.get('A')]);
        return { sources: [{ entry }], finish: async () => undefined };
      },
    };
    const h = harness({ Dockerfile: 'FROM scratch\nARG A=1\nCOPY f /f\nRUN make it\nCMD x\n', f: 'f' }, { sandbox });
    expect((await h.build()).tree).toEqual(['0644 0:0 f', '0600 0:0 made']);
    await h.build();
    expect(seen).toEqual([[['make it'], 1, '1']]);
    await h.build({ buildArgs: { A: '2' } });
    expect(seen.length).toBe(2);
  });
});

describe('progress', () => {
  test('names every step in the order of the file, though stages are built side by side', async () => {
    const h = harness({
      Dockerfile:
        'FROM scratch AS a\nCOPY f /f\nFROM scratch AS b\nCOPY f /g\nFROM scratch\nCOPY --from=b /g /\nCOPY --from=a /f /\n',
      f: 'f',
    });
    const built = await h.build();
    expect(h.output()).toBe(`Step 1/7 : FROM scratch AS a
Step 2/7 : COPY f /f
Step 3/7 : FROM scratch AS b
Step 4/7 : COPY f /g
Step 5/7 : FROM scratch
Step 6/7 : COPY --from=b /g /
Step 7/7 : COPY --from=a /f /
Successfully built ${built.outcome.id.slice(7, 19)}
Successfully tagged registry.test/app:v1
`);
    const steps = h.events.flatMap((event) => (event.type === 'artifact-step' ? [event.step] : []));
    expect(steps.length).toBe(7);
  });

  test('an abort stops the build', async () => {
    const h = harness({ Dockerfile: 'FROM scratch\nCOPY f /f\n', f: 'f' });
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(h.engine.build(await h.request(), { ...h.ctx, signal })).rejects.toThrow('stop');
  });
});
