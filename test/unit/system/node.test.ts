import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { clock } from '../../../src/system/clock.ts';
import { createSystem } from '../../../src/system/node.ts';
import { random } from '../../../src/system/random.ts';
import { certificates } from '../../support/certificate.ts';
import { at, faultRegistry, putManifest, signal } from '../../support/registry-client.ts';

describe('createSystem', () => {
  test('tells about this machine', () => {
    const system = createSystem({ env: { HOME: '/home/ada', A: 'b' }, cwd: '/work' });
    expect(system).toMatchObject({ cwd: '/work', homeDirectory: '/home/ada', env: { A: 'b' } });
    expect(system.platform.os).toMatch(/^(linux|darwin|windows)$/);
    expect(['amd64', 'arm64', '386', 'arm', 's390x', 'ppc64le', 'riscv64', 'loong64']).toContain(
      system.platform.architecture,
    );
    expect(createSystem({ env: {}, cwd: '/' }).homeDirectory).toMatch(/^\//);
  });

  test('temporary directories go where TMPDIR says', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-node-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const { files } = createSystem({ env: { TMPDIR: directory }, cwd: '/' });
    expect(await files.temporaryDirectory('x-')).toMatch(new RegExp(`^${directory}/x-`));
  });

  test('children get its environment, not the one of this process', async () => {
    const { exec } = createSystem({ env: { PATH: process.env['PATH'], ONLY: 'this' }, cwd: '/' });
    const names = (await exec.run('env', [])).stdout.split('\n').map((line) => line.split('=')[0]);
    expect(names).toContain('ONLY');
    expect(names).not.toContain('HOME');
  });

  test('credentials and registry work together', async () => {
    const registry = await faultRegistry({ authorization: { kind: 'basic', users: { ada: 'pw' } } });
    const digest = putManifest(registry, 'app', 'v1');
    const home = mkdtempSync(join(tmpdir(), 'slipway-node-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    const system = createSystem({ env: { HOME: home }, cwd: '/' });
    await expect(system.registry.resolve(at(registry, 'app:v1'), signal)).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
    });
    const auth = Buffer.from('ada:pw').toString('base64');
    await system.files.mkdir(join(home, '.docker'));
    await system.files.writeAtomic(
      join(home, '.docker/config.json'),
      JSON.stringify({ auths: { [registry.address]: { auth } } }),
    );
    const later = createSystem({ env: { HOME: home }, cwd: '/' });
    expect((await later.registry.resolve(at(registry, 'app:v1'), signal))?.digest).toBe(digest);
    system.registry.close();
    later.registry.close();
  });

  test('insecure registries may be named at the start, and more of them later', async () => {
    const registry = await faultRegistry({ tls: certificates.good });
    putManifest(registry, 'app', 'v1');
    const host = `localhost:${registry.address.split(':')[1]}`;
    const strict = createSystem({ env: {}, cwd: '/' });
    const reference = at(host, 'app:v1');
    await expect(strict.registry.resolve(reference, signal)).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    expect(await strict.withInsecureRegistries([host]).registry.resolve(reference, signal)).toBeDefined();
    const lenient = createSystem({ env: {}, cwd: '/', insecureRegistries: [host] });
    expect(await lenient.withInsecureRegistries(['other.test']).registry.resolve(reference, signal)).toBeDefined();
    for (const { registry } of [strict, lenient]) registry.close();
  });

  test('loads neither HTTP nor processes nor crypto until they are needed', () => {
    const source = `
      import { createSystem } from '${join(process.cwd(), 'src/system/node.ts')}';
      const system = createSystem({ env: process.env, cwd: '/' });
      await system.files.readText('/etc/hostname');
      const loaded = process.moduleLoadList.map((name) => name.replace(/^NativeModule /, ''));
      console.log(JSON.stringify(['http', 'https', 'tls', '_http_client', 'child_process', 'crypto', 'dns'].filter((name) => loaded.includes(name))));`;
    const bundle = join(mkdtempSync(join(tmpdir(), 'slipway-bundle-')), 'entry.mjs');
    onTestFinished(() => rmSync(join(bundle, '..'), { recursive: true }));
    const bundler = `import { build } from 'esbuild'; await build({ stdin: { contents: process.argv[1], resolveDir: process.cwd(), loader: 'ts' }, bundle: true, splitting: true, platform: 'node', format: 'esm', outdir: process.argv[2], entryNames: 'entry', outExtension: { '.js': '.mjs' } });`;
    execFileSync(process.execPath, ['--input-type=module', '-e', bundler, source, join(bundle, '..')], {
      stdio: 'pipe',
    });
    expect(execFileSync(process.execPath, [bundle], { encoding: 'utf8' }).trim()).toBe('[]');
  });
});

describe('clock and randomness', () => {
  test('a sleep lasts, and ends early when told to', async () => {
    const start = clock.monotonic();
    await clock.sleep(30);
    expect(clock.monotonic() - start).toBeGreaterThan(25);
    const controller = new AbortController();
    const sleeping = clock.sleep(60_000, controller.signal);
    await setTimeout(5);
    controller.abort();
    await expect(sleeping).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(clock.sleep(1, controller.signal)).rejects.toBeInstanceOf(ToolError);
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(1000);
  });

  test('random values have their form and differ', () => {
    expect(random.hex(8)).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(Array.from({ length: 100 }, () => random.hex(8))).size).toBe(100);
    for (let count = 0; count < 100; count++)
      expect(random.fraction()).toSatisfy((value: number) => value >= 0 && value < 1);
  });
});
