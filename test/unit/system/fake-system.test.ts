import { describe, expect, test } from 'vitest';
import { fakeSystem } from '../../support/fake-system.ts';
import { memoryRegistry, sha256 } from '../../support/memory-registry.ts';
import { collect, content, manifestBytes, ociManifest, signal } from '../../support/registry-client.ts';

describe('the system in memory', () => {
  test('holds together: files, programs, a registry with a login, a clock that does not wait', async () => {
    const memory = memoryRegistry();
    const system = fakeSystem({
      files: { '/work/a.txt': 'a' },
      programs: { upper: (_, { input }) => ({ stdout: input.toUpperCase() }) },
      credentials: { 'r.test': { username: 'ada', password: 'pw' } },
      servers: {
        'https://r.test': async ({ method, url, headers, body }) => {
          if (headers['authorization'] === undefined)
            return { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } };
          const { pathname, searchParams } = new URL(url, 'http://x');
          return memory.answer({ method, path: pathname, query: searchParams, headers, body: await collect(body) });
        },
      },
    });
    const text = await system.files.readText('/work/a.txt');
    expect((await system.exec.run('upper', [], { input: text })).stdout).toBe('A');
    const repository = { registry: 'r.test', repository: 'app' };
    const blob = Buffer.from('blob');
    expect(
      await system.registry.pushBlob(repository, { digest: sha256(blob), size: 4 }, content(blob).open, { signal }),
    ).toBe('uploaded');
    const reference = { ...repository, name: 'r.test/app', tag: 'v1' };
    expect(await system.registry.pushManifest(reference, ociManifest, manifestBytes(), signal)).toBe(
      sha256(manifestBytes()),
    );
    await system.clock.sleep(60_000);
    expect(system.clock.now().toISOString()).toBe('2024-05-06T07:09:09.000Z');
    expect(system.random.hex(4)).toBe(fakeSystem().random.hex(4));
  });
});
