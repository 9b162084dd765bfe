import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Digest } from '../../../../src/core/names.ts';
import { endOfArchive, paddingFor, type TarEntry, tarHeader } from '../../../../src/image/tar.ts';
import { type FakeRegistry, fakeRegistry } from './fake-registry.ts';
import { type Harness, harness } from './harness.ts';

const digestOf = (bytes: Uint8Array | string): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const defaults = { mode: 0o644, uid: 0, gid: 0, size: 0, modifiedAt: 1_600_000_000 } as const;

type Entry = Partial<TarEntry> & { readonly path: string; readonly text?: string };

function layer(...entries: readonly Entry[]): Buffer {
  const pieces = entries.flatMap(({ text = '', ...values }) => {
    const bytes = Buffer.from(text);
    return [tarHeader({ ...defaults, kind: 'file', ...values, size: bytes.length }), bytes, paddingFor(bytes.length)];
  });
  return Buffer.concat([...pieces, endOfArchive]);
}

interface PublishOptions {
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly config?: object;
  readonly isDocker?: boolean;
  /** Says another diffID than the layer has. */
  readonly wrongDiffId?: boolean;
}

/** Puts an image made by hand under `base.test/NAME:TAG` and returns its manifest's digest. */
function publish(
  registry: FakeRegistry,
  name: string,
  layers: readonly Buffer[],
  options: PublishOptions = {},
): Digest {
  const [repository = '', tag = 'latest'] = name.split(':');
  const put = (bytes: Uint8Array): { digest: Digest; size: number } => {
    registry.blobs.set(`base.test/${repository} ${digestOf(bytes)}`, bytes);
    return { digest: digestOf(bytes), size: bytes.length };
  };
  const { os = 'linux', architecture = 'amd64', variant } = options.platform ?? {};
  const document = {
    architecture,
    os,
    ...(variant === undefined ? {} : { variant }),
    config: options.config ?? {},
    rootfs: {
      type: 'layers',
      diff_ids: layers.map((bytes) => digestOf(options.wrongDiffId === true ? 'other' : bytes)),
    },
    history: layers.map((_, index) => ({ created_by: `step ${index}` })),
  };
  const types =
    options.isDocker === true
      ? {
          manifest: 'application/vnd.docker.distribution.manifest.v2+json',
          layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        }
      : {
          manifest: 'application/vnd.oci.image.manifest.v1+json',
          layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
        };
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...put(Buffer.from(JSON.stringify(document))) },
      layers: layers.map((bytes) => ({ mediaType: types.layer, ...put(gzipSync(bytes)) })),
    }),
  );
  return putManifest(registry, repository, tag, types.manifest, manifest);
}

function putManifest(
  registry: FakeRegistry,
  repository: string,
  tag: string,
  mediaType: string,
  bytes: Buffer,
): Digest {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  for (const reference of [tag, descriptor.digest])
    registry.manifests.set(`base.test/${repository} ${reference}`, { descriptor, bytes });
  return descriptor.digest;
}

const rootfs = layer(
  { path: './', kind: 'directory', mode: 0o755 },
  { path: 'etc', kind: 'directory', mode: 0o750, uid: 1, gid: 2 },
  { path: 'etc/passwd', text: 'root:x:0:0::/:\napp:x:1000:1001::/:\n' },
  { path: 'srv', kind: 'directory', mode: 0o700, uid: 7, gid: 7 },
  { path: 'srv/old', text: 'old' },
  { path: 'data', kind: 'symlink', target: '/srv' },
);

function withBase(
  dockerfile: string,
  files: Parameters<typeof harness>[0] = {},
  layers: readonly Buffer[] = [rootfs],
  options: PublishOptions = {},
): Harness {
  const registry = fakeRegistry();
  publish(registry, 'img:v1', layers, options);
  return harness({ Dockerfile: dockerfile, ...files }, { registry });
}

const called = (h: Harness, verb: string): readonly string[] =>
  h.registry.calls.filter((call) => call.startsWith(`${verb} `));

describe('a base image from a registry', () => {
  test('gives its files and configuration', async () => {
    const config = { Env: ['PATH=/base', 'A=1'], Cmd: ['sh'], WorkingDir: '/srv', User: 'app', Labels: { l: '1' } };
    const built = await withBase('FROM base.test/img:v1\nCOPY f .\nENV B=$A\n', { f: 'f' }, [rootfs], {
      config,
    }).build();
    expect(built.tree).toContain('0644 0:0 srv/f');
    expect(built.document.config).toMatchObject({ ...config, Env: ['PATH=/base', 'A=1', 'B=1'] });
    expect(built.document.history?.map((step) => step.created_by)).toEqual(['step 0', 'COPY f .', 'ENV B=1']);
    expect(built.document.rootfs.diff_ids.length).toBe(2);
  });

  test('directories keep the owner and mode that the base gives them, in the new layer too', async () => {
    const h = withBase('FROM base.test/img:v1\nCOPY f /data/sub/\nWORKDIR /srv\nCOPY --chown=app f /etc/f\n', {
      f: 'f',
    });
    const built = await h.build();
    expect(built.tree).toEqual([
      '0777 0:0 data -> /srv'.replace('0777', '0644'),
      '0750 1:2 etc/',
      '0644 1000:1001 etc/f',
      '0644 0:0 etc/passwd',
      '0700 7:7 srv/',
      '0644 0:0 srv/old',
      '0755 0:0 srv/sub/',
      '0644 0:0 srv/sub/f',
    ]);
    const entries = await h.store.indexes.get(built.document.rootfs.diff_ids[1] ?? '');
    expect(entries?.map(({ path, mode, uid, modifiedAt }) => [path, mode, uid, modifiedAt])).toEqual([
      ['srv', 0o700, 7, 1_600_000_000],
      ['srv/sub', 0o755, 0, 0],
      ['srv/sub/f', 0o644, 0, 0],
    ]);
  });

  test('whose files do not matter is not downloaded', async () => {
    const h = withBase('FROM base.test/img:v1\nENV A=1\nCMD ["x"]\nCOPY --link f /f\n', { f: 'f' });
    await h.engine.build(await h.request(), h.ctx);
    expect(called(h, 'blob').length).toBe(1);
  });

  test('is downloaded and looked through once; an unchanged build only asks what the tag is now', async () => {
    const h = withBase('FROM base.test/img:v1\nCOPY f /srv/\n', { f: 'f' });
    const first = await h.build();
    expect(called(h, 'blob').length).toBe(2);
    h.registry.calls.length = 0;
    expect((await h.build()).outcome).toEqual(first.outcome);
    expect(h.registry.calls).toEqual(['resolve base.test/img v1']);
    h.write({ f: 'other' });
    await h.build();
    expect(called(h, 'blob')).toEqual([]);
  });

  test('by digest asks nothing at all the second time', async () => {
    const registry = fakeRegistry();
    const digest = publish(registry, 'img:v1', [rootfs]);
    const h = harness({ Dockerfile: `FROM base.test/img@${digest}\nCOPY f /srv/\n`, f: 'f' }, { registry });
    await h.build();
    h.registry.calls.length = 0;
    await h.build();
    expect(h.registry.calls).toEqual([]);
  });

  test('that moved is noticed', async () => {
    const h = withBase('FROM base.test/img:v1\nCOPY f /srv/\n', { f: 'f' });
    await h.build();
    publish(h.registry, 'img:v1', [rootfs, layer({ path: 'new', text: 'n' })]);
    expect((await h.build()).tree).toContain('0644 0:0 new');
  });

  test('in Docker’s format becomes part of an OCI image', async () => {
    const h = withBase('FROM base.test/img:v1\nLABEL a=1\n', {}, [rootfs], { isDocker: true });
    const built = await h.build();
    const manifest = JSON.parse(Buffer.from((await h.store.blobs.read(built.outcome.digest)) ?? []).toString()) as {
      mediaType: string;
      layers: { mediaType: string }[];
    };
    expect(manifest.mediaType).toBe('application/vnd.oci.image.manifest.v1+json');
    expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual(['application/vnd.oci.image.layer.v1.tar+gzip']);
  });

  test('ONBUILD of the base is carried out, with the place of the FROM', async () => {
    const config = { OnBuild: ['COPY f /onbuild', 'ENV T=1'] };
    const h = withBase('FROM base.test/img:v1\nLABEL t=$T\n', { f: 'f' }, [rootfs], { config });
    const built = await h.build({ context: ['Dockerfile', 'f'] });
    expect(built.tree).toContain('0644 0:0 onbuild');
    expect(built.document.config).toMatchObject({ Labels: { t: '1' } });
    expect(built.document.config?.OnBuild).toBeUndefined();
    expect(h.output()).toContain('Executing 2 build triggers');
  });

  test('whiteouts of its layers count', async () => {
    const h = withBase('FROM base.test/img:v1\nCOPY f /srv\n', { f: 'f' }, [
      rootfs,
      layer({ path: 'srv/.wh.old' }, { path: '.wh.data' }),
    ]);
    const built = await h.build();
    expect(built.tree.filter((line) => /old|data/.test(line))).toEqual([]);
  });
});

describe('platforms', () => {
  function multi(): FakeRegistry {
    const registry = fakeRegistry();
    const manifests = (['amd64', 'arm64'] as const).map((architecture) => {
      const digest = publish(registry, `img:${architecture}`, [layer({ path: architecture, text: 'x' })], {
        platform: { os: 'linux', architecture },
      });
      const { descriptor } = registry.manifests.get(`base.test/img ${digest}`) ?? {};
      return { ...descriptor, platform: { os: 'linux', architecture } };
    });
    const index = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }),
    );
    putManifest(registry, 'img', 'v1', 'application/vnd.oci.image.index.v1+json', index);
    return registry;
  }

  test('the one asked for is chosen and named in the image', async () => {
    const h = harness({ Dockerfile: 'FROM base.test/img:v1\n' }, { registry: multi() });
    const arm = await h.build({ platform: { os: 'linux', architecture: 'arm64' } });
    expect([arm.tree, arm.document.architecture]).toEqual([['0644 0:0 arm64'], 'arm64']);
    const amd = await h.build({ platform: { os: 'linux', architecture: 'amd64' } });
    expect([amd.tree, amd.document.architecture]).toEqual([['0644 0:0 amd64'], 'amd64']);
  });

  test('FROM --platform chooses for its stage', async () => {
    const dockerfile =
      'FROM --platform=$BUILDPLATFORM base.test/img:v1 AS tools\nFROM --platform=linux/arm64 base.test/img:v1\nCOPY --from=tools / /tools\n';
    const h = harness({ Dockerfile: dockerfile }, { registry: multi() });
    const architecture = h.ctx.system.platform.architecture;
    const built = await h.build({ platform: { os: 'linux', architecture: 'arm64' } });
    expect(built.tree).toEqual(['0644 0:0 arm64', '0755 0:0 tools/', `0644 0:0 tools/${architecture}`]);
  });

  test('one that the image does not have is an error that says what it has', async () => {
    const h = harness({ Dockerfile: 'FROM base.test/img:v1\n' }, { registry: multi() });
    await expect(h.build({ platform: { os: 'linux', architecture: 's390x' } })).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
      message: expect.stringMatching(/^Dockerfile:1: .*linux\/s390x/),
      suggestions: [{ action: expect.stringContaining('linux/amd64, linux/arm64') }],
    });
  });

  test('an image for another platform than asked for is used with a warning', async () => {
    const h = withBase('FROM base.test/img:v1\n', {}, [rootfs], { platform: { os: 'linux', architecture: 'riscv64' } });
    await h.build();
    expect(h.events).toContainEqual({
      type: 'log',
      level: 'warning',
      message: expect.stringContaining('linux/riscv64'),
    });
  });
});

describe('when the registry fails', () => {
  test('and cannot be reached, the last known image is used with a warning, but not with --pull', async () => {
    const h = withBase('FROM base.test/img:v1\nCOPY f /srv/\n', { f: 'f' });
    const first = await h.build();
    h.registry.isReachable = false;
    expect((await h.build()).outcome).toEqual(first.outcome);
    expect(h.events).toContainEqual({
      type: 'log',
      level: 'warning',
      message: expect.stringContaining('base.test cannot be reached'),
    });
    await expect(h.build({ pullParent: true })).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  });

  test('and was never asked before, the build fails', async () => {
    const h = withBase('FROM base.test/img:v1\n');
    h.registry.isReachable = false;
    await expect(h.build()).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringMatching(/^Dockerfile:1: /),
    });
  });

  test('an image that is not there', async () => {
    await expect(harness({ Dockerfile: 'FROM base.test/none\n' }).build()).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
      message: expect.stringContaining('base.test/none'),
    });
  });

  test('a layer that does not unpack to what its image says', async () => {
    const h = withBase('FROM base.test/img:v1\nCOPY f /srv/\n', { f: 'f' }, [rootfs], { wrongDiffId: true });
    await expect(h.build()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});

describe('a base layer damaged on disk', () => {
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['in the middle', (bytes) => Buffer.concat([bytes.subarray(0, 40), Buffer.alloc(8, 0xff), bytes.subarray(48)])],
    [
      'into something else that unpacks',
      (bytes) => padded(gzipSync(layer({ path: 'other', text: 'x' })), bytes.length),
    ],
  ])('%s is fetched again', async (_what, damage) => {
    const h = withBase('FROM base.test/img:v1\nCOPY f /srv/\n', { f: 'f' });
    const first = await h.build();
    const blob = [...h.registry.blobs].find(([, bytes]) => bytes[0] === 0x1f)?.[0].split(' ')[1] ?? '';
    const path = join(h.storeDirectory, 'blobs', 'sha256', blob.slice(7));
    writeFileSync(path, damage(readFileSync(path)));
    rmSync(join(h.storeDirectory, 'indexes'), { recursive: true });
    h.write({ f: 'other' });
    h.registry.calls.length = 0;
    expect((await h.build()).tree).toEqual(first.tree);
    expect(called(h, 'blob').length).toBe(1);
  });
});

/** A gzip stream filled up with zeros, which readers of gzip skip. */
function padded(bytes: Buffer, length: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length))]);
}

describe('other images', () => {
  test('COPY --from an image needs no FROM', async () => {
    const h = withBase(
      'FROM scratch\nCOPY --from=base.test/img:v1 /data/old /\nCOPY --from=base.test/img:v1 /etc /etc\n',
    );
    expect((await h.build()).tree).toEqual(['0755 0:0 etc/', '0644 0:0 etc/passwd', '0644 0:0 old']);
  });

  test('an artifact of this run is found by its name, in the store or in a registry', async () => {
    const h = harness({
      Dockerfile: 'ARG BASE\nFROM $BASE\nCOPY f /app\n',
      f: 'f',
      'Base.Dockerfile': 'FROM scratch\nCOPY f /base\n',
    });
    const base = await h.build({ dockerfile: `${h.workspace}/Base.Dockerfile`, tag: 'r.test/base:v1' });
    const built = new Map([['r.test/base:other', base.outcome]]);
    const app = await h.build({ buildArgs: { BASE: 'r.test/base:other' }, built });
    expect(app.tree).toEqual(['0644 0:0 app', '0644 0:0 base']);

    const digest = publish(h.registry, 'img:v1', [rootfs]);
    const pushed = new Map([['base.test/img:v1', { at: 'registry', digest } as const]]);
    expect((await h.build({ buildArgs: { BASE: 'base.test/img:v1' }, built: pushed })).tree).toContain('0644 0:0 app');
    expect(called(h, 'resolve')).toEqual([]);

    const inDaemon = new Map([['x', { at: 'daemon', id: 'sha256:1' as never } as const]]);
    await expect(h.build({ buildArgs: { BASE: 'x' }, built: inDaemon })).rejects.toMatchObject({
      code: 'BUILD_USER_ERROR',
    });
  });

  test('an image built here before is preferred to the registry’s, except with --pull', async () => {
    const h = harness({
      Dockerfile: 'FROM scratch\nCOPY f /local\n',
      f: 'f',
      'App.Dockerfile': 'FROM base.test/img:v1\nLABEL a=1\n',
    });
    publish(h.registry, 'img:v1', [rootfs]);
    await h.build({ tag: 'base.test/img:v1' });
    const dockerfile = `${h.workspace}/App.Dockerfile`;
    expect((await h.build({ dockerfile })).tree).toEqual(['0644 0:0 local']);
    expect((await h.build({ dockerfile, pullParent: true })).tree).toContain('0644 0:0 srv/old');
  });
});
