import { expect, test } from 'vitest';
import { ko } from '../../../../src/build/builders/ko/index.ts';
import type { KoSpec } from '../../../../src/build/builders/ko/spec.ts';
import type { BuildOutcome } from '../../../../src/core/artifact.ts';
import type { ImageId, ImageName, Platform } from '../../../../src/core/names.ts';
import type { BuildRequest, ImageAssembly, ImageEngine } from '../../../../src/core/plugins.ts';
import type { Context } from '../../../../src/core/ports.ts';
import { parseReference } from '../../../../src/image/reference.ts';
import { fakeExec } from '../../../support/fake-exec.ts';
import { fakeFiles } from '../../../support/fake-files.ts';
import { fakeSystem } from '../../../support/fake-system.ts';

const id = `sha256:${'1'.repeat(64)}` as ImageId;
const outcome: BuildOutcome = { at: 'daemon', id };

interface World {
  readonly request: BuildRequest<KoSpec>;
  readonly ctx: Context;
  readonly assembled: ImageAssembly[];
  readonly builds: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>>; cwd: string }[];
}

interface WorldOptions {
  readonly image?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly list?: string;
  readonly compileError?: string;
  readonly push?: boolean;
  readonly platforms?: readonly Platform[];
  readonly runMode?: string;
}

function world(spec: KoSpec, options: WorldOptions = {}): World {
  const files = fakeFiles({ '/w/app/main.go': 'package main\n', '/w/app/go.mod': 'module m\n', ...options.files });
  const builds: World['builds'] = [];
  const exec = fakeExec({
    go: async (args, { env, cwd }) => {
      if (args[0] === 'list') return { stdout: options.list ?? 'example.com/m/tool\tmain\t/w/app\n' };
      builds.push({ args, env, cwd });
      if (options.compileError !== undefined) return { exitCode: 1, stderr: options.compileError };
      await files.writeAtomic(args[args.indexOf('-o') + 1] ?? '', 'program');
      return {};
    },
  });
  const assembled: ImageAssembly[] = [];
  const engine = {
    name: 'docker',
    assemble: async (request: ImageAssembly) => {
      assembled.push(request);
      return outcome;
    },
  } as Partial<ImageEngine> as ImageEngine;
  const image = (options.image ?? 'app') as ImageName;
  const tag = image.startsWith('ko://') ? `${image}:v1` : `r.io/p/${image}:v1`;
  const system = { ...fakeSystem({ env: options.env ?? {} }), files, exec };
  return {
    request: {
      artifact: {
        image,
        workspace: '/w/app',
        context: 'app',
        type: 'ko',
        spec,
        requires: [],
        platforms: [],
        hooks: { before: [], after: [] },
      },
      reference: parseReference(tag.replace('ko://', '')),
      tag,
      dependencies: new Map(),
      platforms: options.platforms ?? [],
      allPlatforms: false,
      push: options.push ?? false,
      runMode: options.runMode ?? 'build',
      skipTests: false,
      engine,
      artifacts: new Map(),
    },
    ctx: { system, emit: () => undefined, signal: new AbortController().signal },
    assembled,
    builds,
  };
}

const inputsOf = ({ request, ctx }: World): Promise<readonly string[]> =>
  ko.inputs(
    request.artifact,
    { runMode: 'build', artifacts: new Map(), imageConfig: () => Promise.reject(new Error('not asked for')) },
    ctx,
  );

test('compiles the package and puts the program and its data on the base image', async () => {
  const it = world(
    { fromImage: 'r.io/base:1', labels: { who: '{{.WHO}}' } },
    { env: { WHO: 'ann' }, files: { '/w/app/kodata/sub/a.txt': 'a' } },
  );
  expect(await ko.build(it.request, it.ctx)).toEqual(outcome);
  const [assembly] = it.assembled;
  expect(assembly).toMatchObject({
    base: 'r.io/base:1',
    entrypoint: ['/ko-app/tool'],
    env: { KO_DATA_PATH: '/var/run/ko' },
    path: '/ko-app',
    labels: { who: 'ann' },
    push: false,
  });
  const paths = assembly?.variants[0]?.layers.map(({ entries }) => entries.map(({ path, mode }) => [path, mode]));
  expect(paths).toEqual([
    [
      ['var', 0o555],
      ['var/run', 0o555],
      ['var/run/ko', 0o555],
      ['var/run/ko/sub', 0o555],
      ['var/run/ko/sub/a.txt', 0o555],
    ],
    [
      ['ko-app', 0o555],
      ['ko-app/tool', 0o555],
    ],
  ]);
  expect(assembly?.variants[0]?.platform).toEqual({ os: 'linux', architecture: 'amd64' });
});

test('tells the compiler flags, linker flags and environment, templates expanded', async () => {
  const it = world(
    {
      fromImage: 'b',
      dir: 'mod',
      env: ['A={{.WHO}}'],
      flags: ['-tags=x'],
      ldflags: ['-s', '-X main.v={{.Env.WHO}}-{{.IMAGE_TAG}}'],
    },
    {
      env: { WHO: 'bob', GOARCH: 'mips', HOME: '/h' },
      platforms: [{ os: 'linux', architecture: 'arm', variant: 'v6' }],
    },
  );
  await ko.build(it.request, it.ctx);
  const [build] = it.builds;
  expect(build?.cwd).toBe('/w/app/mod');
  expect(build?.args.slice(0, 4)).toEqual(['build', '-trimpath', '-tags=x', '-ldflags=-s -X main.v=bob-v1']);
  expect(build?.args.at(-1)).toBe('example.com/m/tool');
  expect(build?.env).toMatchObject({
    CGO_ENABLED: '0',
    GOOS: 'linux',
    GOARCH: 'arm',
    GOARM: '6',
    A: 'bob',
    HOME: '/h',
  });
});

test('compiles for a debugger in debug mode', async () => {
  const it = world({ fromImage: 'b' }, { runMode: 'debug' });
  await ko.build(it.request, it.ctx);
  expect(it.builds[0]?.args.slice(0, 3)).toEqual(['build', '-gcflags', 'all=-N -l']);
});

test('makes one image per platform', async () => {
  const platforms = [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm64' },
  ];
  const it = world({ fromImage: 'b' }, { push: true, platforms });
  await ko.build(it.request, it.ctx);
  expect(it.assembled[0]?.variants.map(({ platform }) => platform)).toEqual(platforms);
});

test('takes what the artifact leaves out from .ko.yaml', async () => {
  const settings = `
defaultBaseImage: r.io/default:1
defaultLdflags: [-w]
baseImageOverrides: {example.com/M/tool: r.io/override:2}
builds:
- {dir: ., main: ., flags: -tags=a -v}
`;
  const it = world({}, { files: { '/w/app/.ko.yaml': settings } });
  await ko.build(it.request, it.ctx);
  expect(it.assembled[0]?.base).toBe('r.io/override:2');
  expect(it.builds[0]?.args.slice(0, 4)).toEqual(['build', '-trimpath', '-tags=a', '-v']);
  const own = world({ ldflags: ['-s'] }, { files: { '/w/app/.ko.yaml': settings } });
  await ko.build(own.request, own.ctx);
  expect(own.builds[0]?.args.slice(1, 3)).toEqual(['-trimpath', '-ldflags=-s']);
});

test.each([
  [
    'a .ko.yaml of another kind',
    {},
    { files: { '/w/app/.ko.yaml': 'builds: {}' } },
    'BUILD_USER_ERROR',
    '/w/app/.ko.yaml',
  ],
  ['a template that cannot be read', { ldflags: ['{{.X'] }, {}, 'TEMPLATE_ERR', 'build.artifacts.ko.ldflags'],
  ['an environment entry without a value', { env: ['A'] }, {}, 'BUILD_USER_ERROR', 'build.artifacts.ko.env'],
  ['a package that is no program', {}, { list: 'm/lib\tlib\t/w/app\n' }, 'BUILD_USER_ERROR', 'm/lib'],
  ['several packages', { main: './...' }, { list: 'm/a\tmain\t/a\nm/b\tmain\t/b\n' }, 'BUILD_USER_ERROR', 'm/a, m/b'],
  [
    'code that does not compile',
    {},
    { compileError: './main.go:3: undefined: x\n' },
    'BUILD_USER_ERROR',
    'undefined: x',
  ],
  ['-toolexec', { flags: ['-toolexec=x'] }, {}, 'BUILD_USER_ERROR', '-toolexec'],
  ['ko:// without a default repo', {}, { image: 'ko://example.com/x', push: true }, 'BUILD_USER_ERROR', 'default repo'],
] as const)('refuses %s', async (_what, spec, options: WorldOptions, code, words) => {
  const it = world({ fromImage: 'b', ...spec }, options);
  const failure = ko.build(it.request, it.ctx);
  await expect(failure).rejects.toMatchObject({ code });
  await expect(failure).rejects.toThrow(words);
});

test('says what to install where there is no go command', async () => {
  const it = world({ fromImage: 'b' });
  const system = { ...it.ctx.system, exec: fakeExec({}) };
  await expect(ko.build(it.request, { ...it.ctx, system })).rejects.toMatchObject({
    code: 'COMMAND_NOT_FOUND',
    suggestions: [{ code: 'INSTALL_GO' }],
  });
});

test('refuses a link that leads out of kodata', async () => {
  const it = world({ fromImage: 'b' }, { files: { '/w/app/kodata/a': '', '/etc/passwd': 'root' } });
  await it.ctx.system.files.symlink('/etc/passwd', '/w/app/kodata/link');
  await expect(ko.build(it.request, it.ctx)).rejects.toThrow('/w/app/kodata/link');
});

test('is made of Go files by default, else of what dependencies name', async () => {
  const files = { '/w/app/sub/x.go': '', '/w/app/README.md': '' };
  expect(await inputsOf(world({}, { files }))).toEqual(['/w/app/main.go', '/w/app/sub/x.go']);
  const named = world({ dependencies: { paths: ['README.md', '**/*.go'], ignore: ['sub/**'] } }, { files });
  expect(await inputsOf(named)).toEqual(['/w/app/README.md', '/w/app/main.go']);
});

test.each([
  ['go.mod', { '/w/app/go.mod': 'module n\n' }],
  ['static data', { '/w/app/kodata/a.txt': 'x' }],
  ['an embedded file', { '/w/app/main.go': 'package main\n//go:embed page.html\n', '/w/app/page.html': 'b' }],
])('a change of %s changes the parameters', async (_what, files) => {
  const before = world({ fromImage: 'b' }, { files: { '/w/app/main.go': 'package main\n//go:embed page.html\n' } });
  const after = world(
    { fromImage: 'b' },
    { files: { '/w/app/main.go': 'package main\n//go:embed page.html\n', ...files } },
  );
  const one = await ko.parameters(before.request, before.ctx);
  expect(await ko.parameters(before.request, before.ctx)).toEqual(one);
  expect(await ko.parameters(after.request, after.ctx)).not.toEqual(one);
});

test('a file that nothing names changes nothing', async () => {
  const before = world({ fromImage: 'b' });
  const after = world({ fromImage: 'b' }, { files: { '/w/app/README.md': 'x' } });
  expect(await ko.parameters(after.request, after.ctx)).toEqual(await ko.parameters(before.request, before.ctx));
});
