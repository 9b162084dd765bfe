import { describe, expect, test } from 'vitest';
import { applicationFilter } from '../../../../src/build/builders/buildpacks/app-files.ts';
import { buildpacks } from '../../../../src/build/builders/buildpacks/index.ts';
import type { BuildpacksSpec } from '../../../../src/build/builders/buildpacks/spec.ts';
import type { ContainerGroupRequest, ContainerProgram } from '../../../../src/core/containers.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import type { ImageId, ImageName } from '../../../../src/core/names.ts';
import type { BuildRequest, ImageConfig, ImageEngine } from '../../../../src/core/plugins.ts';
import type { Context } from '../../../../src/core/ports.ts';
import { parseReference } from '../../../../src/image/reference.ts';
import { readTar } from '../../../../src/image/tar-reader.ts';
import { fakeFiles } from '../../../support/fake-files.ts';
import { fakeSystem } from '../../../support/fake-system.ts';

const id = `sha256:${'1'.repeat(64)}` as ImageId;
const pushedDigest = `sha256:${'2'.repeat(64)}`;

const metadata = {
  buildpacks: [
    { id: 'a/one', version: '1.0' },
    { id: 'a/two', version: '1.0' },
    { id: 'a/two', version: '2.0' },
  ],
  images: [{ image: 'run.io/base', mirrors: ['r.io/mirror/base'] }],
  lifecycle: { version: '0.20.1', apis: { platform: { supported: ['0.3', '0.12', '0.13', '9.0'], deprecated: [] } } },
};

const builderConfig = (labels: Readonly<Record<string, string>> = {}): ImageConfig => ({
  ...{ id, entrypoint: [], cmd: [], workingDir: '', user: '', onBuild: [] },
  ...{ exposedPorts: [], volumes: [], stopSignal: '', shell: [] },
  env: ['CNB_USER_ID=1001', 'CNB_GROUP_ID=1002'],
  labels: {
    'io.buildpacks.builder.metadata': JSON.stringify(metadata),
    'io.buildpacks.buildpack.order': JSON.stringify([{ group: [{ id: 'a/one', version: '1.0', optional: true }] }]),
    ...labels,
  },
});

interface World {
  readonly request: BuildRequest<BuildpacksSpec>;
  readonly ctx: Context;
  readonly programs: ContainerProgram[];
  /** What was put into shared directories, by path. */
  readonly files: Map<string, { readonly text: string; readonly owner: string }>;
  readonly groups: ContainerGroupRequest[];
  closed: number;
}

interface WorldOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly push?: boolean;
  readonly config?: ImageConfig;
  readonly exitCodes?: Readonly<Record<string, number>>;
  readonly request?: Partial<BuildRequest<BuildpacksSpec>>;
  readonly exportsTo?: 'daemon' | { readonly registry: string };
}

function world(spec: BuildpacksSpec, options: WorldOptions = {}): World {
  const own = fakeFiles({ '/w/app/main.sh': 'echo\n', ...options.files });
  const registry = { resolve: async () => undefined };
  const credentials = { get: async (host: string) => (host === 'r.io' ? { username: 'u', password: 'p' } : undefined) };
  const system = { ...fakeSystem({ env: options.env ?? {} }), files: own, credentials };
  const state: World = {
    ctx: {
      system: { ...system, registry: { ...system.registry, ...registry } },
      emit: () => undefined,
      signal: new AbortController().signal,
    },
    request: {
      artifact: {
        ...{ image: 'app' as ImageName, workspace: '/w/app', context: 'app', type: 'buildpacks', requires: [] },
        ...{ platforms: [], hooks: { before: [], after: [] }, spec: { builder: 'b.io/builder', ...spec } },
      },
      ...{ reference: parseReference('r.io/p/app:v1'), tag: 'r.io/p/app:v1', dependencies: new Map() },
      ...{ platforms: [], allPlatforms: false, push: options.push ?? true, runMode: 'build', skipTests: false },
      engine: engineFor(options, () => state),
      artifacts: new Map(),
      ...options.request,
    },
    programs: [],
    files: new Map(),
    groups: [],
    closed: 0,
  };
  return state;
}

function engineFor(options: WorldOptions, state: () => World): ImageEngine {
  const engine: Partial<ImageEngine> = {
    name: 'docker',
    imageConfig: async () => options.config ?? builderConfig(),
    find: async () => undefined,
    openContainers: async (request) => {
      state().groups.push(request);
      for (const { content } of request.directories) {
        for await (const { entry, content: bytes } of readTar(content?.() ?? empty(), 'a directory')) {
          let text = '';
          for await (const piece of bytes) text += Buffer.from(piece).toString();
          state().files.set(entry.path, { text, owner: `${entry.uid}:${entry.gid}` });
        }
      }
      return {
        exportsTo: options.exportsTo ?? 'daemon',
        run: async (program) => {
          state().programs.push(program);
          return options.exitCodes?.[program.command[0]?.split('/').at(-1) ?? ''] ?? 0;
        },
        read: async () => Buffer.from(`[image]\ntags = ["x"]\ndigest = "${pushedDigest}"\n`),
        take: async () => ({ at: 'daemon', id }),
        close: async () => {
          state().closed += 1;
        },
      };
    },
  };
  return engine as ImageEngine;
}

async function* empty(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1024);
}

const build = async (one: World): Promise<unknown> => buildpacks.build(one.request, one.ctx);
const phases = ({ programs }: World): readonly string[] => programs.map(({ command }) => command.join(' '));

async function failureOf(promise: Promise<unknown>): Promise<ToolError> {
  const error: unknown = await promise.then(
    () => 'it did not fail',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ToolError);
  return error as ToolError;
}

test('a trusted builder does all in one container', async () => {
  const one = world({ trustBuilder: true });
  expect(await build(one)).toEqual({ at: 'registry', digest: pushedDigest });
  expect(phases(one)).toEqual(['/cnb/lifecycle/creator r.io/p/app:v1']);
  expect(one.programs[0]).toMatchObject({
    image: 'b.io/builder',
    user: { uid: 0, gid: 0 },
    env: { CNB_PLATFORM_API: '0.13', CNB_USER_ID: '1001', CNB_GROUP_ID: '1002', CNB_RUN_IMAGE: 'r.io/mirror/base' },
  });
  expect(one.files.get('workspace/main.sh')).toEqual({ text: 'echo\n', owner: '1001:1002' });
  expect(one.closed).toBe(1);
});

test('one that is not trusted sees no credentials, and runs as its user', async () => {
  const one = world({ trustBuilder: false });
  await build(one);
  expect(phases(one).map((line) => line.split('/').at(3)?.split(' ')[0])).toEqual([
    'analyzer',
    'detector',
    'restorer',
    'builder',
    'exporter',
  ]);
  const secret = Buffer.from('u:p').toString('base64');
  for (const { image, env, user } of one.programs) {
    const isBuilder = image === 'b.io/builder';
    expect(image).toBe(isBuilder ? 'b.io/builder' : 'docker.io/buildpacksio/lifecycle:0.20.1');
    expect(JSON.stringify(env).includes(secret)).toBe(!isBuilder);
    expect(user.uid).toBe(isBuilder ? 1001 : 0);
  }
  expect(JSON.stringify(one.programs.map(({ command }) => command))).not.toContain(secret);
});

test('an image that is not pushed goes into the daemon, or through a registry of this process', async () => {
  const one = world({ trustBuilder: true }, { push: false });
  expect(await build(one)).toEqual({ at: 'daemon', id });
  expect(one.programs[0]).toMatchObject({ reachesDaemon: true, env: { CNB_USE_DAEMON: 'true' } });
  const other = world({ trustBuilder: true }, { push: false, exportsTo: { registry: '127.0.0.1:7' } });
  await build(other);
  expect(phases(other)).toEqual(['/cnb/lifecycle/creator 127.0.0.1:7/p/app:v1']);
  expect(other.programs[0]).toMatchObject({ reachesDaemon: false, network: 'local' });
});

test.each([
  [20, 'BUILD_USER_ERROR'],
  [21, 'BUILD_USER_ERROR'],
  [51, 'BUILD_USER_ERROR'],
  [62, 'COMMAND_FAILED'],
  [1, 'COMMAND_FAILED'],
])('exit code %d of the lifecycle is %s', async (exitCode, code) => {
  const one = world({ trustBuilder: true }, { exitCodes: { creator: exitCode } });
  const error = await failureOf(build(one));
  expect(error.code).toBe(code);
  expect(error.suggestions).toHaveLength(1);
  expect(error.message).toContain(`exit code ${exitCode}`);
  expect(one.closed).toBe(1);
});

describe('variables', () => {
  const env = (one: World): Record<string, string> =>
    Object.fromEntries(
      [...one.files]
        .filter(([path]) => path.startsWith('platform/env/'))
        .map(([path, { text }]) => [path.slice(13), text]),
    );

  test('are files; those of project.toml win', async () => {
    const descriptor = '[_]\nschema-version = "0.2"\n[[io.buildpacks.build.env]]\nname = "B"\nvalue = "project"\n';
    const options = { files: { '/w/app/project.toml': descriptor }, env: { OUTSIDE: 'x=y' } };
    const one = world({ env: ['A={{.OUTSIDE}}', 'B=artifact', 'C='], trustBuilder: true }, options);
    await build(one);
    expect(env(one)).toEqual({ A: 'x=y', B: 'project', C: '' });
  });

  test('what they hold is not in the parameters of the cache, and changes them', async () => {
    const parameters = async (value: string): Promise<string> => {
      const one = world({ env: [`TOKEN=${value}`] });
      return JSON.stringify(await buildpacks.parameters(one.request, one.ctx));
    };
    expect(await parameters('hunter2')).toContain('env TOKEN');
    expect(await parameters('hunter2')).not.toContain('hunter2');
    expect(await parameters('hunter2')).toBe(await parameters('hunter2'));
    expect(await parameters('hunter2')).not.toBe(await parameters('hunter3'));
  });

  test.each(['NOVALUE', '=x', '../x=y', '..=y'])('"%s" is refused', async (entry) => {
    expect((await failureOf(build(world({ env: [entry] })))).code).toBe('BUILD_USER_ERROR');
  });
});

describe('the order of buildpacks', () => {
  const orderOf = async (spec: BuildpacksSpec, toml?: string): Promise<string | undefined> => {
    const one = world(spec, toml === undefined ? {} : { files: { '/w/app/project.toml': toml } });
    await build(one);
    return one.files.get('layers/order.toml')?.text.replace(/\s+/g, ' ').trim();
  };

  test('is the builder’s own where nobody says otherwise', async () => {
    expect(await orderOf({})).toBeUndefined();
  });

  test('is what the artifact says, over project.toml', async () => {
    const toml = '[[build.buildpacks]]\nid = "a/one"\n';
    expect(await orderOf({}, toml)).toContain('id = "a/one" version = "1.0"');
    expect(await orderOf({ buildpacks: ['a/two@2.0'] }, toml)).toContain('id = "a/two" version = "2.0"');
    expect(await orderOf({ buildpacks: ['a/two@2.0'] }, toml)).not.toContain('a/one');
  });

  test('takes the builder’s own in, between those before and after', async () => {
    const toml =
      '[_]\nschema-version = "0.2"\n[[io.buildpacks.pre.group]]\nid = "a/two"\nversion = "1.0"\n[[io.buildpacks.post.group]]\nid = "a/two"\nversion = "2.0"\n';
    expect((await orderOf({}, toml))?.match(/version = "\S+"( optional = true)?/g)).toEqual([
      'version = "1.0"',
      'version = "1.0" optional = true',
      'version = "2.0"',
    ]);
  });

  test.each([
    ['a/none', 'BUILD_USER_ERROR'],
    ['a/one@2.0', 'BUILD_USER_ERROR'],
    ['a/two', 'BUILD_USER_ERROR'],
    ['docker://r.io/bp', 'NOT_SUPPORTED'],
    ['./mine', 'NOT_SUPPORTED'],
    ['mine.tgz', 'NOT_SUPPORTED'],
  ])('does not take "%s"', async (name, code) => {
    expect((await failureOf(build(world({ buildpacks: [name] })))).code).toBe(code);
  });
});

describe('project.toml', () => {
  const files = { '/w/app/a.md': '', '/w/app/src/b.md': '', '/w/app/src/c.sh': '', '/w/app/lib/src/d.sh': '' };
  const kept = async (toml: string): Promise<readonly string[]> => {
    const one = world({}, { files: { ...files, '/w/app/project.toml': toml } });
    await build(one);
    return [...one.files.keys()].filter((path) => /^workspace\/.*\.(?:md|sh)$/.test(path)).sort();
  };

  test('says what is left out, in the language of .gitignore', async () => {
    expect(await kept('[build]\nexclude = ["*.md", "/src/"]\n')).toEqual([
      'workspace/lib/src/d.sh',
      'workspace/main.sh',
    ]);
    expect(await kept('[build]\nexclude = ["*.md", "!a.md", "src/"]\n')).toEqual([
      'workspace/a.md',
      'workspace/main.sh',
    ]);
  });

  test('says what alone is taken', async () => {
    expect(await kept('[build]\ninclude = ["/src"]\n')).toEqual(['workspace/src/b.md', 'workspace/src/c.sh']);
  });

  test.each([
    ['[build]\ninclude = ["a"]\nexclude = ["b"]\n', 'BUILD_USER_ERROR'],
    ['[build\n', 'BUILD_USER_ERROR'],
    ['[_]\nschema-version = "9"\n', 'NOT_SUPPORTED'],
    ['[[build.buildpacks]]\nuri = "x"\n', 'NOT_SUPPORTED'],
    ['[[build.buildpacks]]\nversion = "1"\n', 'BUILD_USER_ERROR'],
    ['[[build.env]]\nname = "A"\n', 'BUILD_USER_ERROR'],
  ])('%j is an error', async (toml, code) => {
    const error = await failureOf(build(world({}, { files: { '/w/app/project.toml': toml } })));
    expect(error.code).toBe(code);
    expect(error.message).toContain('/w/app/project.toml');
  });

  test('has to be there where it is named otherwise', async () => {
    expect((await failureOf(build(world({ projectDescriptor: 'other.toml' })))).code).toBe('BUILD_USER_ERROR');
  });

  test('names the builder where the artifact does not', async () => {
    const toml = '[_]\nschema-version = "0.2"\n[io.buildpacks]\nbuilder = "c.io/mine"\n';
    const one = world({ builder: '', trustBuilder: true }, { files: { '/w/app/project.toml': toml } });
    await build(one);
    expect(one.programs[0]?.image).toBe('c.io/mine');
  });
});

test('an artifact of the run is its builder or run image by its alias', async () => {
  const digest = `sha256:${'3'.repeat(64)}` as const;
  const built = (tag: string) => ({ image: 'x' as ImageName, tag, outcome: { at: 'registry', digest } as const });
  const dependencies = new Map([
    ['B', built('r.io/p/builder:v1')],
    ['R', built('r.io/p/run:v1')],
  ]);
  const one = world({ builder: 'B', runImage: 'R', trustBuilder: true }, { request: { dependencies } });
  await build(one);
  expect(one.programs[0]).toMatchObject({ image: 'r.io/p/builder:v1', env: { CNB_RUN_IMAGE: 'r.io/p/run:v1' } });
  const parameters = await buildpacks.parameters(one.request, one.ctx);
  expect(parameters).toMatchObject({ builder: digest, runImage: digest });
});

test('clearCache takes nothing from earlier builds', async () => {
  const one = world({ clearCache: true, trustBuilder: true });
  await build(one);
  expect(one.groups[0]?.directories.filter(({ isCleared }) => isCleared).map(({ path }) => path)).toEqual([
    '/cache',
    '/launch-cache',
  ]);
  expect(one.programs[0]?.env).toMatchObject({ CNB_SKIP_RESTORE: 'true', CNB_SKIP_LAYERS: 'true' });
});

describe('volumes', () => {
  test('are seen from the working directory, and not written to unless that is said', async () => {
    const volumes = [
      { host: 'a', target: '/a' },
      { host: '/b', target: '/b', options: 'rw' },
    ];
    const one = world({ volumes, trustBuilder: true });
    await build(one);
    expect(one.programs[0]?.mounts).toEqual([
      { source: '/work/a', target: '/a', readOnly: true },
      { source: '/b', target: '/b', readOnly: false },
    ]);
  });

  test.each([
    [{ host: 'a', target: 'a' }, 'BUILD_USER_ERROR'],
    [{ host: 'a', target: '/cnb/x' }, 'BUILD_USER_ERROR'],
    [{ host: 'a', target: '/x/../layers' }, 'BUILD_USER_ERROR'],
    [{ host: 'a', target: '/a', options: 'z' }, 'NOT_SUPPORTED'],
  ])('%j is refused', async (volume, code) => {
    expect((await failureOf(build(world({ volumes: [volume] })))).code).toBe(code);
  });
});

test.each([
  ['no label', builderConfig({ 'io.buildpacks.builder.metadata': '' }), 'BUILD_USER_ERROR'],
  ['no user', { ...builderConfig(), env: [] }, 'BUILD_USER_ERROR'],
  [
    'an old lifecycle',
    builderConfig({ 'io.buildpacks.builder.metadata': '{"lifecycle":{"api":{"platform":"0.3"}}}' }),
    'BUILD_USER_ERROR',
  ],
  ['extensions', builderConfig({ 'io.buildpacks.buildpack.order-extensions': '[{"group":[]}]' }), 'NOT_SUPPORTED'],
])('an image with %s is no builder for this', async (_what, config, code) => {
  expect((await failureOf(build(world({}, { config })))).code).toBe(code);
});

test('an engine without containers, and all platforms at once, are refused', async () => {
  const { openContainers: _, ...engine } = world({}).request.engine;
  expect((await failureOf(build(world({}, { request: { engine } })))).code).toBe('NOT_SUPPORTED');
  expect((await failureOf(build(world({}, { request: { allPlatforms: true } })))).code).toBe('NOT_SUPPORTED');
});

test('patterns of .gitignore with blanks and comments', () => {
  const filter = applicationFilter({ include: [], exclude: ['# no pattern', '', 'a b ', 'deep/x'] }, 'project.toml');
  expect(['a b', 'in/a b', 'deep/x/y', 'other/deep/x', 'c'].map(filter)).toEqual([false, false, false, true, true]);
});
