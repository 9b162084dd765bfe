import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { dockerEndpoint } from '../../../../src/engines/docker/endpoint.ts';
import { type TestContext, testContext, toolErrorOf } from './support.ts';

const contexts: TestContext[] = [];
afterEach(() => {
  for (const context of contexts.splice(0)) context.remove();
});

function contextWith(env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}): TestContext {
  const context = testContext({ env });
  contexts.push(context);
  for (const [name, content] of Object.entries(files)) {
    const file = join(context.home, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return context;
}

const contextId = (name: string): string => createHash('sha256').update(name).digest('hex');
const metaFile = (name: string, base = '.docker'): string => `${base}/contexts/meta/${contextId(name)}/meta.json`;
const meta = (name: string, docker: object): string =>
  JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker } });

describe('DOCKER_HOST', () => {
  test.each([
    ['unix:///run/x.sock', 'unix:///run/x.sock', { kind: 'unix', path: '/run/x.sock' }],
    [
      'tcp://build.example',
      'tcp://build.example:2375',
      { kind: 'tcp', host: 'build.example', port: 2375, tls: undefined },
    ],
    ['tcp://10.0.0.7:80', 'tcp://10.0.0.7:80', { kind: 'tcp', host: '10.0.0.7', port: 80, tls: undefined }],
    ['http://10.0.0.7:4243', 'tcp://10.0.0.7:4243', { kind: 'tcp', host: '10.0.0.7', port: 4243, tls: undefined }],
    ['10.0.0.7:4243', 'tcp://10.0.0.7:4243', { kind: 'tcp', host: '10.0.0.7', port: 4243, tls: undefined }],
    ['tcp://[::1]:2375', 'tcp://[::1]:2375', { kind: 'tcp', host: '::1', port: 2375, tls: undefined }],
    ['https://h', 'tcp://h:2376', { kind: 'tcp', host: 'h', port: 2376, tls: { verify: true } }],
  ])('%s', async (host, address, transport) => {
    expect(await dockerEndpoint(contextWith({ DOCKER_HOST: host }))).toEqual({
      address,
      source: 'DOCKER_HOST',
      transport,
    });
  });

  test.each(['unix://relative.sock', 'unix://', 'tcp://', 'tcp://h:1/path', 'tcp://h:99999'])(
    '%s is refused',
    async (host) => {
      const error = await toolErrorOf(dockerEndpoint(contextWith({ DOCKER_HOST: host })));
      expect(error.code).toBe('BUILD_DOCKER_DAEMON_NOT_RUNNING');
      expect(error.suggestions.map(({ code }) => code)).toEqual(['CHECK_DOCKER_HOST']);
    },
  );

  test.each(['ssh://user:secret@h.example:22', 'npipe:////./pipe/docker_engine', 'fd://'])(
    '%s is not supported',
    async (host) => {
      const error = await toolErrorOf(dockerEndpoint(contextWith({ DOCKER_HOST: host })));
      expect(error.code).toBe('NOT_SUPPORTED');
      expect(error.suggestions.map(({ code }) => code)).toContain('USE_EMBEDDED_ENGINE');
      expect(JSON.stringify([error.message, error.suggestions])).not.toContain('secret');
    },
  );

  test('passwords in an address are not repeated', async () => {
    const endpoint = await dockerEndpoint(contextWith({ DOCKER_HOST: 'tcp://user:secret@h:1234' }));
    expect(endpoint.address).toBe('tcp://h:1234');
  });

  test('wins over a context', async () => {
    const env = { DOCKER_HOST: 'tcp://a:1', DOCKER_CONTEXT: 'other' };
    expect((await dockerEndpoint(contextWith(env))).source).toBe('DOCKER_HOST');
  });
});

describe('TLS from the environment', () => {
  const pem = { 'certs/ca.pem': 'CA', 'certs/cert.pem': 'CERT', 'certs/key.pem': 'KEY' };

  async function tlsOf(
    env: Readonly<Record<string, string>>,
    files: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    const context = contextWith({}, files);
    const merged = { DOCKER_HOST: 'tcp://h', DOCKER_CERT_PATH: join(context.home, 'certs'), ...env };
    const { transport } = await dockerEndpoint({ ...context, system: { ...context.system, env: merged } });
    return transport;
  }

  test('DOCKER_TLS_VERIFY reads the certificates and changes the port', async () => {
    expect(await tlsOf({ DOCKER_TLS_VERIFY: '1' }, pem)).toEqual({
      kind: 'tcp',
      host: 'h',
      port: 2376,
      tls: { verify: true, ca: 'CA', cert: 'CERT', key: 'KEY' },
    });
  });

  test('DOCKER_TLS alone does not verify', async () => {
    expect(await tlsOf({ DOCKER_TLS: '1' }, pem)).toMatchObject({ tls: { verify: false, ca: 'CA' } });
  });

  test('DOCKER_CERT_PATH alone does nothing', async () => {
    expect(await tlsOf({}, pem)).toMatchObject({ port: 2375, tls: undefined });
  });

  test('a certificate without its key is refused', async () => {
    const error = await toolErrorOf(tlsOf({ DOCKER_TLS_VERIFY: '1' }, { 'certs/cert.pem': 'CERT' }));
    expect(error.code).toBe('BUILD_DOCKER_DAEMON_NOT_RUNNING');
  });
});

describe('contexts', () => {
  test('the current context of the Docker configuration', async () => {
    const context = contextWith(
      {},
      {
        '.docker/config.json': JSON.stringify({ currentContext: 'far' }),
        [metaFile('far')]: meta('far', { Host: 'tcp://far:2376', SkipTLSVerify: true }),
        [`.docker/contexts/tls/${contextId('far')}/docker/ca.pem`]: 'CA',
      },
    );
    expect(await dockerEndpoint(context)).toEqual({
      address: 'tcp://far:2376',
      source: 'the Docker context "far"',
      transport: { kind: 'tcp', host: 'far', port: 2376, tls: { verify: false, ca: 'CA' } },
    });
  });

  test('DOCKER_CONTEXT wins over it, and DOCKER_CONFIG says where to look', async () => {
    const context = contextWith(
      {},
      {
        'cfg/config.json': JSON.stringify({ currentContext: 'far' }),
        [metaFile('near', 'cfg')]: meta('near', { Host: 'unix:///near.sock' }),
      },
    );
    const env = { DOCKER_CONTEXT: 'near', DOCKER_CONFIG: join(context.home, 'cfg') };
    const { address } = await dockerEndpoint({ ...context, system: { ...context.system, env } });
    expect(address).toBe('unix:///near.sock');
  });

  test.each([{ DOCKER_CONTEXT: 'default' }, { DOCKER_CONTEXT: '' }])('%o means the default socket', async (env) => {
    expect((await dockerEndpoint(contextWith(env))).source).toBe('the default socket');
  });

  test.each([
    ['that is missing', {}],
    ['without a Docker endpoint', { [metaFile('x')]: JSON.stringify({ Endpoints: { kubernetes: {} } }) }],
    ['that is not JSON', { [metaFile('x')]: '{' }],
  ])('one %s is refused', async (_, files) => {
    const error = await toolErrorOf(dockerEndpoint(contextWith({ DOCKER_CONTEXT: 'x' }, files)));
    expect(error.code).toBe('BUILD_DOCKER_DAEMON_NOT_RUNNING');
  });

  test('one over ssh is not supported', async () => {
    const files = { [metaFile('x')]: meta('x', { Host: 'ssh://me@h' }) };
    expect((await toolErrorOf(dockerEndpoint(contextWith({ DOCKER_CONTEXT: 'x' }, files)))).code).toBe('NOT_SUPPORTED');
  });
});

test('the rootless socket is taken where it is the only one', async () => {
  const context = contextWith({}, { 'run/docker.sock': '' });
  const env = { XDG_RUNTIME_DIR: join(context.home, 'run') };
  const onlyRootless = {
    ...context.system.files,
    stat: (path: string) =>
      path === '/var/run/docker.sock' ? Promise.resolve(undefined) : context.system.files.stat(path),
  };
  const { address } = await dockerEndpoint({ ...context, system: { ...context.system, env, files: onlyRootless } });
  expect(address).toBe(`unix://${context.home}/run/docker.sock`);
});
