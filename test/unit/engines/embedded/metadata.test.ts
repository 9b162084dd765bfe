import { describe, expect, test } from 'vitest';
import type { ContainerConfig } from '../../../../src/image/oci.ts';
import { harness } from './harness.ts';

async function configOf(
  instructions: string,
  changes: Parameters<ReturnType<typeof harness>['build']>[0] = {},
): Promise<ContainerConfig> {
  const built = await harness({ Dockerfile: `FROM scratch\n${instructions}` }).build(changes);
  return built.document.config ?? {};
}

const refused = (instructions: string): Promise<unknown> =>
  harness({ Dockerfile: `FROM scratch\n${instructions}\n` })
    .build()
    .catch((error: unknown) => error);

test('labels that are asked for go over those of the Dockerfile', async () => {
  expect((await configOf('LABEL a=1 b=2\n', { labels: { b: '3', c: '' } })).Labels).toEqual({ a: '1', b: '3', c: '' });
  expect((await configOf('ENV A=1\n', { labels: {} })).Labels).toBeUndefined();
});

describe('ENV and ARG', () => {
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

  test('ENV keeps its order and replaces in place', async () => {
    expect((await configOf('ENV B=1 A=2\nENV OLD style value\nENV B=3\n')).Env).toEqual([
      path,
      'B=3',
      'A=2',
      'OLD=style value',
    ]);
  });

  test('words of one instruction see the variables from before it', async () => {
    expect((await configOf('ENV A=1\nENV A=2 B=$A C=$NONE D="$A x"\n')).Env).toEqual([
      path,
      'A=2',
      'B=1',
      'C=',
      'D=1 x',
    ]);
  });

  test('PATH is the default until it is set', async () => {
    expect((await configOf('ENV PATH=/x:$PATH\n')).Env).toEqual([path.replace('PATH=', 'PATH=/x:')]);
  });

  test('ARG takes the build argument, else its default, and stays out of the image', async () => {
    const instructions = 'ARG A=default\nARG B=$A-b\nARG C\nLABEL a=$A b=$B c=x$C\n';
    expect(await configOf(instructions)).toMatchObject({
      Labels: { a: 'default', b: 'default-b', c: 'x' },
      Env: [path],
    });
    expect((await configOf(instructions, { buildArgs: { A: 'given', C: '1' } })).Labels).toEqual({
      a: 'given',
      b: 'given-b',
      c: 'x1',
    });
  });

  test('a build argument without a value comes from the environment', async () => {
    const h = harness({ Dockerfile: 'FROM scratch\nARG A=1\nARG B=2\nLABEL a=$A b=$B\n' }, { env: { A: 'outside' } });
    const built = await h.build({ buildArgs: { A: null, B: null } });
    expect(built.document.config?.Labels).toEqual({ a: 'outside', b: '2' });
  });

  test('arguments before FROM are seen by FROM, and by a stage that names them', async () => {
    const dockerfile =
      'ARG BASE=scratch\nARG V=1\nFROM $BASE\nLABEL before=x$V\nARG V\nARG TARGETARCH\nLABEL after=$V arch=$TARGETARCH\n';
    const built = await harness({ Dockerfile: dockerfile }).build();
    expect(built.document.config?.Labels).toEqual({ after: '1', arch: 'amd64', before: 'x' });
  });

  test('stages that start from a stage inherit its arguments and environment, others do not', async () => {
    const dockerfile =
      'FROM scratch AS one\nARG A=1\nENV E=2\nFROM one AS two\nLABEL x=$A$E\nFROM scratch\nLABEL y=z$A$E\n';
    const h = harness({ Dockerfile: dockerfile });
    expect((await h.build({ target: 'two' })).document.config?.Labels).toEqual({ x: '12' });
    expect((await h.build()).document.config?.Labels).toEqual({ y: 'z' });
  });
});

describe('commands', () => {
  test.each<[string, Partial<ContainerConfig>]>([
    ['CMD ["a","b"]', { Cmd: ['a', 'b'] }],
    ['CMD a  b', { Cmd: ['/bin/sh', '-c', 'a  b'] }],
    ['CMD []', { Cmd: [] }],
    ['ENTRYPOINT ["a"]', { Entrypoint: ['a'] }],
    ['ENTRYPOINT a $HOME', { Entrypoint: ['/bin/sh', '-c', 'a $HOME'] }],
    ['CMD ["x"]\nENTRYPOINT ["a"]', { Entrypoint: ['a'], Cmd: ['x'] }],
    [
      'SHELL ["/bin/bash", "-e"]\nCMD a\nENTRYPOINT b',
      { Shell: ['/bin/bash', '-e'], Cmd: ['/bin/bash', '-e', 'a'], Entrypoint: ['/bin/bash', '-e', 'b'] },
    ],
  ])('%s', async (instructions, expected) => {
    expect(await configOf(`${instructions}\n`)).toMatchObject(expected);
  });

  test('ENTRYPOINT drops a CMD that comes from the stage below', async () => {
    const dockerfile = 'FROM scratch AS base\nCMD ["x"]\nFROM base\nENTRYPOINT ["a"]\n';
    const config = (await harness({ Dockerfile: dockerfile }).build()).document.config;
    expect(config).toMatchObject({ Entrypoint: ['a'] });
    expect(config?.Cmd).toBeUndefined();
  });

  test('ENTRYPOINT [] takes the entry point away', async () => {
    const config = await configOf('ENTRYPOINT ["a"]\nENTRYPOINT []\n');
    expect(config.Entrypoint).toBeUndefined();
  });
});

describe('everything else of the config', () => {
  test.each<[string, Partial<ContainerConfig>]>([
    ['LABEL a=1 "b c"="d e"\nLABEL a=2', { Labels: { a: '2', 'b c': 'd e' } }],
    ['USER app:web', { User: 'app:web' }],
    ['WORKDIR /a/b/../c/', { WorkingDir: '/a/c' }],
    ['WORKDIR a\nWORKDIR b', { WorkingDir: '/a/b' }],
    ['ENV D=/x\nWORKDIR $D/y', { WorkingDir: '/x/y' }],
    [
      'EXPOSE 80 53/udp 8000-8002/tcp',
      { ExposedPorts: { '53/udp': {}, '80/tcp': {}, '8000/tcp': {}, '8001/tcp': {}, '8002/tcp': {} } },
    ],
    ['ARG P="1 2/UDP"\nEXPOSE $P', { ExposedPorts: { '1/tcp': {}, '2/udp': {} } }],
    ['EXPOSE 127.0.0.1:8080:80 [::1]:1:2', { ExposedPorts: { '80/tcp': {}, '2/tcp': {} } }],
    ['VOLUME /a /b\nVOLUME ["/c d"]', { Volumes: { '/a': {}, '/b': {}, '/c d': {} } }],
    ['STOPSIGNAL SIGQUIT', { StopSignal: 'SIGQUIT' }],
    ['STOPSIGNAL 9', { StopSignal: '9' }],
    ['STOPSIGNAL rtmin+3', { StopSignal: 'rtmin+3' }],
    ['HEALTHCHECK NONE', { Healthcheck: { Test: ['NONE'] } }],
    [
      'HEALTHCHECK --interval=5s --timeout=100ms --start-period=1m --start-interval=2s --retries=3 CMD curl localhost',
      {
        Healthcheck: {
          Test: ['CMD-SHELL', 'curl localhost'],
          Interval: 5e9,
          Timeout: 1e8,
          StartPeriod: 6e10,
          StartInterval: 2e9,
          Retries: 3,
        },
      },
    ],
    ['HEALTHCHECK CMD ["true"]', { Healthcheck: { Test: ['CMD', 'true'] } }],
    ['ONBUILD COPY . /src\nONBUILD ENV A=$B', { OnBuild: ['COPY . /src', 'ENV A=$B'] }],
  ])('%s', async (instructions, expected) => {
    expect(await configOf(`${instructions}\n`)).toMatchObject(expected);
  });

  test('MAINTAINER is the author', async () => {
    const built = await harness({ Dockerfile: 'FROM scratch\nMAINTAINER Some One <a@b.c>\n' }).build();
    expect(built.document.author).toBe('Some One <a@b.c>');
  });

  test.each([
    'EXPOSE 99999',
    'EXPOSE x',
    'EXPOSE 80/icmp',
    'EXPOSE 9-1',
    'EXPOSE 300.1.1.1:1:1',
    'STOPSIGNAL SIGNONE',
    'STOPSIGNAL 0',
    'ARG E\nVOLUME $E',
  ])('%s is refused with its place', async (instructions) => {
    expect(await refused(instructions)).toMatchObject({
      code: 'BUILD_USER_ERROR',
      message: expect.stringMatching(/^Dockerfile:\d: /),
    });
  });
});

describe('history', () => {
  test('has an entry for every step, and a layer for those that made one', async () => {
    const dockerfile = 'FROM scratch\nWORKDIR /a\nWORKDIR /a\nENV A=1\nCOPY f /f\nCMD ["x"]\n';
    const { document } = await harness({ Dockerfile: dockerfile, f: 'f' }).build();
    expect(document.history?.map(({ created_by: by, empty_layer: empty }) => [by, empty ?? false])).toEqual([
      ['WORKDIR /a', false],
      ['WORKDIR /a', true],
      ['ENV A=1', true],
      ['COPY f /f', false],
      ['CMD ["x"]', true],
    ]);
    expect(document.rootfs.diff_ids.length).toBe(2);
  });
});
