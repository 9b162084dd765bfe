import { describe, expect, test } from 'vitest';
import type { Context } from '../../../../src/core/ports.ts';
import { type BuildKitAddress, buildKitAddresses } from '../../../../src/engines/buildkit/address.ts';
import { podArguments } from '../../../../src/engines/buildkit/kube-pod.ts';
import { buildKitTls } from '../../../../src/engines/buildkit/tls.ts';
import { fakeSystem } from '../../../support/fake-system.ts';
import { toolErrorOf } from '../docker/support.ts';

const contextWith = (env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}): Context => ({
  system: fakeSystem({ env, files }),
  emit: () => undefined,
  signal: new AbortController().signal,
});
const addressesOf = (host: string): Promise<readonly BuildKitAddress[]> =>
  buildKitAddresses(contextWith({ BUILDKIT_HOST: host }));

describe('BUILDKIT_HOST', () => {
  test.each([
    ['unix:///run/b k.sock', [{ kind: 'unix', path: '/run/b k.sock' }]],
    ['tcp://bk.example:8123', [{ kind: 'tcp', host: 'bk.example', port: 8123 }]],
    ['tcp://bk.example', [{ kind: 'tcp', host: 'bk.example', port: 1234 }]],
    ['tcp://bk.example:80', [{ kind: 'tcp', host: 'bk.example', port: 80 }]],
    ['tcp://[::1]:5', [{ kind: 'tcp', host: '::1', port: 5 }]],
    [
      'kube-pod://bk-0?namespace=builds&context=kind-x&container=buildkitd',
      [{ kind: 'kube-pod', pod: 'bk-0', namespace: 'builds', context: 'kind-x', container: 'buildkitd' }],
    ],
    ['kube-pod://bk-0', [{ kind: 'kube-pod', pod: 'bk-0', namespace: '', context: '', container: '' }]],
    [' tcp://a:1 , tcp://b:2,', [{ text: 'tcp://a:1' }, { text: 'tcp://b:2' }]],
  ])('%s', async (host, expected) => {
    expect(await addressesOf(host)).toMatchObject(expected);
  });

  test.each([
    'localhost:1234',
    'ssh://host',
    'tcp://',
    'tcp://host:1/path',
    'unix://relative/path',
    'kube-pod://',
    'kube-pod://-rm',
    'kube-pod://pod?namespace=--as=admin',
    'kube-pod://pod?container=a/b',
  ])('%s is no address', async (host) => {
    expect((await toolErrorOf(addressesOf(host))).code).toBe('BUILDKIT_UNREACHABLE');
  });

  test('a password in a bad one is not repeated', async () => {
    expect((await toolErrorOf(addressesOf('http://user:secret@host'))).message).not.toContain('secret');
  });

  test('where it is not set, the usual sockets', async () => {
    const at = async (env: Readonly<Record<string, string>>, files = {}): Promise<string | undefined> =>
      (await buildKitAddresses(contextWith(env, files)))[0]?.text;
    const own = { '/run/user/7/buildkit/buildkitd.sock': '' };
    expect(await at({})).toBe('unix:///run/buildkit/buildkitd.sock');
    expect(await at({ XDG_RUNTIME_DIR: '/run/user/7' })).toBe('unix:///run/buildkit/buildkitd.sock');
    expect(await at({ XDG_RUNTIME_DIR: '/run/user/7' }, own)).toBe('unix:///run/user/7/buildkit/buildkitd.sock');
  });
});

test('what kubectl is told', async () => {
  const [address] = await addressesOf('kube-pod://bk-0?namespace=builds&context=kind-x&container=buildkitd');
  expect(podArguments(address as Extract<BuildKitAddress, { kind: 'kube-pod' }>)).toEqual([
    '--context=kind-x',
    '--namespace=builds',
    'exec',
    '--container=buildkitd',
    '--stdin',
    'bk-0',
    '--',
    'buildctl',
    'dial-stdio',
  ]);
});

describe('certificates', () => {
  const files = { '/tls/ca.pem': 'CA', '/tls/cert.pem': 'CERT', '/tls/key.pem': 'KEY', '/work/other.pem': 'OTHER' };

  test('none, where nothing is set', async () => {
    expect(await buildKitTls(contextWith({}, files))).toBeUndefined();
  });

  test('those of a directory, single ones before them', async () => {
    const env = { BUILDKIT_TLSDIR: '/tls', BUILDKIT_TLSCACERT: 'other.pem', BUILDKIT_TLSSERVERNAME: 'bk' };
    const tls = await buildKitTls(contextWith(env, files));
    expect([tls?.ca, tls?.cert, tls?.key].map(String)).toEqual(['OTHER', 'CERT', 'KEY']);
    expect(tls?.serverName).toBe('bk');
  });

  test.each([
    { BUILDKIT_TLSCACERT: '/gone.pem' },
    { BUILDKIT_TLSCERT: '/tls/cert.pem' },
    { BUILDKIT_TLSDIR: '/empty' },
  ])('%j cannot be used', async (env) => {
    const error = await toolErrorOf(buildKitTls(contextWith(env as Record<string, string>, files)));
    expect(error.code).toBe('BUILDKIT_UNREACHABLE');
  });
});
