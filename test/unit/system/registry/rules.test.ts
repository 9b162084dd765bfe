import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import { compareCodePoints } from '../../../../src/system/code-points.ts';
import { hostnameOf, isHome, isLoopback, isPrivate } from '../../../../src/system/registry/addresses.ts';
import { createHost } from '../../../../src/system/registry/host.ts';
import { isTemporary, parseRetryAfter, retrying, TemporaryError } from '../../../../src/system/registry/retry.ts';
import { covers, mergeScopes, scopeFor } from '../../../../src/system/registry/scopes.ts';
import { resolveTarget } from '../../../../src/system/registry/target.ts';
import { fakeHttp } from '../../../support/fake-http.ts';
import { fakeClock, fakeCredentials, fakeRandom } from '../../../support/fake-system.ts';

describe('addresses', () => {
  test.each([
    ['localhost:5000', 'localhost', 'loopback'],
    ['registry.localhost', 'registry.localhost', 'loopback'],
    ['127.1.2.3:80', '127.1.2.3', 'loopback'],
    ['[::1]:5000', '::1', 'loopback'],
    ['10.0.0.1', '10.0.0.1', 'home'],
    ['172.31.255.255', '172.31.255.255', 'home'],
    ['192.168.1.1:5000', '192.168.1.1', 'home'],
    ['172.32.0.1', '172.32.0.1', 'public'],
    ['169.254.169.254', '169.254.169.254', 'private'],
    ['[fe80::1]', 'fe80::1', 'private'],
    ['[fd00::1]', 'fd00::1', 'private'],
    ['0.0.0.0', '0.0.0.0', 'private'],
    ['[::ffff:10.0.0.1]', '::ffff:10.0.0.1', 'home'],
    ['gcr.io', 'gcr.io', 'public'],
    ['localhost.evil.test', 'localhost.evil.test', 'public'],
    ['8.8.8.8', '8.8.8.8', 'public'],
  ])('%s is %s: %s', (host, hostname, kind) => {
    expect(hostnameOf(host)).toBe(hostname);
    expect([isLoopback(hostname), isHome(hostname), isPrivate(hostname)]).toEqual([
      kind === 'loopback',
      kind === 'loopback' || kind === 'home',
      kind !== 'public',
    ]);
  });
});

describe('scopes', () => {
  test('what is granted covers what is needed', () => {
    const [pull, push] = [scopeFor('a/b', 'pull'), scopeFor('a/b', 'push')];
    expect(covers([push], [pull])).toBe(true);
    expect(covers([pull], [push])).toBe(false);
    expect(covers([push, scopeFor('c', 'pull')], [scopeFor('c', 'pull'), pull])).toBe(true);
    expect(covers([push], [scopeFor('c', 'pull')])).toBe(false);
    expect(covers([scopeFor('a/b', 'delete')], [pull])).toBe(true);
    expect(covers([], [])).toBe(true);
  });

  test('a challenged scope comes first, none twice', () => {
    expect(mergeScopes('x:y:z a:b:c', ['a:b:c', 'd:e:f'])).toEqual(['x:y:z', 'a:b:c', 'd:e:f']);
    expect(mergeScopes(undefined, ['a:b:c'])).toEqual(['a:b:c']);
  });
});

describe('retries', () => {
  const parts = () => ({ clock: fakeClock(), random: fakeRandom() });
  const signal = new AbortController().signal;
  const temporary = (after?: number): TemporaryError =>
    new TemporaryError('REGISTRY_UNREACHABLE', 'not now', {}, after);

  test.each([
    [undefined, undefined],
    ['0', 0],
    ['12', 12_000],
    [' 3 ', 3000],
    ['Mon, 06 May 2024 07:08:19 GMT', 10_000],
    ['Mon, 06 May 2024 07:00:00 GMT', 0],
    ['soon', undefined],
  ])('Retry-After %s', (header, expected) => {
    expect(parseRetryAfter(header, new Date('2024-05-06T07:08:09Z'))).toBe(expected);
  });

  test('pauses grow, with a quarter of jitter either way, and are never longer than half a minute', () => {
    return fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        fc.option(fc.nat(100_000), { nil: undefined }),
        async (fraction, after) => {
          const clock = fakeClock();
          const random = { hex: () => '', fraction: () => fraction };
          await expect(
            retrying({ clock, random }, signal, () => Promise.reject(temporary(after))),
          ).rejects.toBeInstanceOf(TemporaryError);
          const [first = 0, second = 0] = clock.sleeps;
          expect(clock.sleeps.length).toBe(2);
          expect(first).toBeGreaterThanOrEqual(Math.min(30_000, Math.max(225, after ?? 0)));
          expect(second).toBeGreaterThanOrEqual(Math.min(30_000, Math.max(900, after ?? 0)));
          expect(Math.max(first, second)).toBeLessThanOrEqual(30_000);
          if (after === undefined) expect([first <= 375, second <= 1500]).toEqual([true, true]);
        },
      ),
    );
  });

  test('only what may pass is tried again', async () => {
    const cause = (code: string): ToolError =>
      new ToolError('REGISTRY_UNREACHABLE', 'x', { cause: Object.assign(new Error(code), { code }) });
    for (const code of ['ECONNRESET', 'EPIPE', 'IDLE_TIMEOUT', 'EAI_AGAIN'])
      expect(isTemporary(cause(code))).toBe(true);
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED'])
      expect(isTemporary(cause(code))).toBe(false);
    let tries = 0;
    const failing = retrying(parts(), signal, () =>
      Promise.reject(Object.assign(cause('ECONNREFUSED'), { tries: ++tries })),
    );
    await expect(failing).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    expect(tries).toBe(1);
  });
});

describe('where a registry may send us', () => {
  const parts = {
    http: fakeHttp({}),
    credentials: fakeCredentials(),
    clock: fakeClock(),
    random: fakeRandom(),
    insecureRegistries: [],
  };
  const resolve = (location: string, origin: string): string => {
    const base = new URL(`${origin}/`);
    const { url, own } = resolveTarget(
      location,
      new URL('/v2/a/blobs/uploads/', base),
      base,
      createHost(base.host, parts),
    );
    return `${own ? 'own' : 'other'} ${url.href}`;
  };

  test.each([
    ['/v2/x?_state=a%2Bb', 'https://r.test', 'own https://r.test/v2/x?_state=a%2Bb'],
    ['x', 'https://r.test', 'own https://r.test/v2/a/blobs/uploads/x'],
    ['http://r.test/x', 'https://r.test', 'own https://r.test/x'],
    ['http://r.test:5000/x', 'https://r.test:5000', 'own https://r.test:5000/x'],
    ['https://R.TEST:443/x', 'https://r.test', 'own https://r.test/x'],
    ['https://localhost:5000/x', 'http://localhost:5000', 'own http://localhost:5000/x'],
    ['//r.test/x', 'https://r.test', 'own https://r.test/x'],
    ['https://storage.test/x?sig=1', 'https://r.test', 'other https://storage.test/x?sig=1'],
    ['https://r.test:8443/x', 'https://r.test', 'other https://r.test:8443/x'],
    ['https://r.test.evil/x', 'https://r.test', 'other https://r.test.evil/x'],
    ['http://127.0.0.1:9000/x', 'http://localhost:5000', 'other http://127.0.0.1:9000/x'],
    ['http://10.0.0.1:9000/x', 'http://10.0.0.1:5000', 'other http://10.0.0.1:9000/x'],
  ])('%s from %s', (location, origin, expected) => {
    expect(resolve(location, origin)).toBe(expected);
  });

  test.each([
    ['http://storage.test/x', 'https://r.test'],
    ['https://user@storage.test/x', 'https://r.test'],
    ['https://127.0.0.1/x', 'https://r.test'],
    ['https://localhost/x', 'https://r.test'],
    ['https://0x7f.1/x', 'https://r.test'],
    ['https://2130706433/x', 'https://r.test'],
    ['https://[::ffff:169.254.169.254]/x', 'https://r.test'],
    ['http://169.254.169.254/x', 'http://localhost:5000'],
    ['http://10.0.0.2/x', 'http://10.0.0.1:5000'],
    ['gopher://storage.test/x', 'http://localhost:5000'],
    ['https://', 'https://r.test'],
  ])('not to %s from %s', (location, origin) => {
    expect(() => resolve(location, origin)).toThrow(expect.objectContaining({ code: 'REGISTRY_PROTOCOL' }));
  });
});

test('code points order strings as bytes of UTF-8 do', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});
