import { describe, expect, test } from 'vitest';
import type { ToolError } from '../../../src/core/errors.ts';
import type { Credentials } from '../../../src/core/ports.ts';
import { createCredentials } from '../../../src/system/credentials.ts';
import { type FakeExec, type FakeProgram, fakeExec } from '../../support/fake-exec.ts';
import { fakeFiles } from '../../support/fake-files.ts';

interface Surroundings {
  readonly files?: Readonly<Record<string, string>>;
  readonly programs?: Readonly<Record<string, FakeProgram>>;
  readonly env?: Readonly<Record<string, string>>;
}

function credentials({ files = {}, programs = {}, env = {} }: Surroundings): Credentials & { readonly exec: FakeExec } {
  const exec = fakeExec(programs);
  return { ...createCredentials({ files: fakeFiles(files), exec, env, homeDirectory: '/home/ada' }), exec };
}

const docker = '/home/ada/.docker/config.json';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const auth = (user: string, password: string): { readonly auth: string } => ({ auth: base64(`${user}:${password}`) });
const config = (content: object): Readonly<Record<string, string>> => ({ [docker]: JSON.stringify(content) });
const answering =
  (user: string, secret: string): FakeProgram =>
  () => ({ stdout: JSON.stringify({ ServerURL: 'x', Username: user, Secret: secret }) });

async function failure(promise: Promise<unknown>): Promise<ToolError> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error as ToolError,
  );
}

describe('files', () => {
  test('none: anonymous', async () => {
    expect(await credentials({}).get('r.test', 'a')).toBeUndefined();
  });

  test('Docker’s, in its usual place or where DOCKER_CONFIG says', async () => {
    const files = {
      ...config({ auths: { 'r.test': auth('home', '1') } }),
      '/etc/d/config.json': JSON.stringify({ auths: { 'r.test': auth('etc', '2') } }),
    };
    expect(await credentials({ files }).get('r.test', 'a')).toEqual({ username: 'home', password: '1' });
    expect(await credentials({ files, env: { DOCKER_CONFIG: '/etc/d' } }).get('r.test', 'a')).toEqual({
      username: 'etc',
      password: '2',
    });
  });

  test('others, where Docker’s knows nothing of the registry', async () => {
    const one = JSON.stringify({ auths: { 'one.test': auth('file', '1'), 'two.test': auth('file', '1') } });
    const two = JSON.stringify({
      auths: { 'one.test': auth('run', '2'), 'two.test': auth('run', '2'), 'three.test': auth('run', '2') },
    });
    const files = {
      ...config({ auths: { 'one.test': auth('docker', '0') } }),
      '/a.json': one,
      '/run/containers/auth.json': two,
    };
    const { get } = credentials({ files, env: { REGISTRY_AUTH_FILE: '/a.json', XDG_RUNTIME_DIR: '/run' } });
    expect((await get('one.test', 'a'))?.username).toBe('docker');
    expect((await get('two.test', 'a'))?.username).toBe('file');
    expect((await get('three.test', 'a'))?.username).toBe('run');
  });

  test('are read once', async () => {
    const files = fakeFiles(config({ auths: { 'r.test': auth('a', 'b') } }));
    const { get } = createCredentials({ files, exec: fakeExec({}), env: {}, homeDirectory: '/home/ada' });
    await get('r.test', 'a');
    await files.remove(docker);
    expect(await get('r.test', 'b')).toEqual({ username: 'a', password: 'b' });
  });

  test.each([
    ['no JSON', `{"auths": {"r.test": {"auth": "${base64('ada:Top-Secret')}"`],
    ['no object', '[]'],
    ['auth that is no pair', JSON.stringify({ auths: { 'r.test': { auth: base64('Top-Secret') } } })],
  ])('%s: an error that names the file and quotes nothing', async (_, text) => {
    const error = await failure(credentials({ files: { [docker]: text } }).get('r.test', 'a'));
    expect(error.code).toBe('FILE_READ_ERR');
    expect(error.message).toContain(docker);
    expect(`${error.message}${JSON.stringify(error.cause)}`).not.toMatch(/Top-Secret|VG9wLVNlY3JldA|OlRvcC/);
  });

  test('an empty file, an empty object and empty entries are anonymous', async () => {
    expect(await credentials({ files: { [docker]: '' } }).get('r.test', 'a')).toBeUndefined();
    expect(await credentials({ files: config({}) }).get('r.test', 'a')).toBeUndefined();
    expect(await credentials({ files: config({ auths: { 'r.test': {} } }) }).get('r.test', 'a')).toBeUndefined();
  });
});

describe('entries', () => {
  test.each([
    ['auth', auth('ada', 'pass:word'), { username: 'ada', password: 'pass:word' }],
    ['auth padded with NULs', { auth: base64('ada:pw\0\0') }, { username: 'ada', password: 'pw' }],
    ['user name and password', { username: 'ada', password: 'pw' }, { username: 'ada', password: 'pw' }],
    [
      'an identity token',
      { ...auth('00000000-0000', ''), identitytoken: 'id' },
      { username: '00000000-0000', identityToken: 'id' },
    ],
    ['a registry token', { registrytoken: 'rt' }, { registryToken: 'rt' }],
  ])('%s', async (_, entry, expected) => {
    const { get } = credentials({ files: config({ auths: { 'r.test': entry } }) });
    expect(await get('r.test', 'a')).toEqual(expected);
  });

  test('hosts match exactly, port included', async () => {
    const { get } = credentials({
      files: config({ auths: { 'r.test': auth('a', '1'), 'r.test:5000': auth('b', '2') } }),
    });
    expect((await get('r.test', 'x'))?.username).toBe('a');
    expect((await get('r.test:5000', 'x'))?.username).toBe('b');
    for (const other of ['evilr.test', 'r.test.evil', 'r.test:443', 'sub.r.test', 'test'])
      expect(await get(other, 'x')).toBeUndefined();
  });

  test('URLs as keys, as old versions wrote them', async () => {
    const { get } = credentials({
      files: config({
        auths: {
          'https://one.test/v1/': auth('a', '1'),
          'http://two.test:5000': auth('b', '2'),
          'three.test/v2/': auth('c', '3'),
        },
      }),
    });
    expect((await get('one.test', 'x'))?.username).toBe('a');
    expect((await get('two.test:5000', 'x'))?.username).toBe('b');
    expect((await get('three.test', 'x'))?.username).toBe('c');
  });

  test('a part of a registry goes before the whole', async () => {
    const { get } = credentials({
      files: config({
        auths: { 'r.test': auth('all', '0'), 'r.test/team': auth('team', '1'), 'r.test/team/app': auth('app', '2') },
      }),
    });
    expect((await get('r.test', 'team/app'))?.username).toBe('app');
    expect((await get('r.test', 'team/other'))?.username).toBe('team');
    expect((await get('r.test', 'teams/app'))?.username).toBe('all');
  });

  test('Docker Hub has a key of its own, under all its names', async () => {
    const { get } = credentials({ files: config({ auths: { 'https://index.docker.io/v1/': auth('hub', '1') } }) });
    for (const name of ['index.docker.io', 'docker.io', 'registry-1.docker.io']) {
      expect((await get(name, 'library/alpine'))?.username).toBe('hub');
    }
    const podman = credentials({
      files: config({ auths: { 'docker.io': auth('hub', '1'), 'docker.io/team': auth('team', '2') } }),
    });
    expect((await podman.get('index.docker.io', 'library/alpine'))?.username).toBe('hub');
    expect((await podman.get('index.docker.io', 'team/app'))?.username).toBe('team');
  });
});

describe('helpers', () => {
  test('by registry, else the store; asked for the server on standard input', async () => {
    const asked: string[] = [];
    const helper =
      (name: string): FakeProgram =>
      (args, { input }) => {
        asked.push(`${name} ${args.join(' ')} ${input}`);
        return { stdout: JSON.stringify({ Username: name, Secret: 's' }) };
      };
    const { get } = credentials({
      files: config({ credHelpers: { 'gcr.test': 'gcloud' }, credsStore: 'pass' }),
      programs: { 'docker-credential-gcloud': helper('gcloud'), 'docker-credential-pass': helper('pass') },
    });
    expect(await get('gcr.test', 'p/a')).toEqual({ username: 'gcloud', password: 's' });
    expect(await get('other.test:5000', 'a')).toEqual({ username: 'pass', password: 's' });
    expect(await get('index.docker.io', 'library/a')).toEqual({ username: 'pass', password: 's' });
    expect(asked).toEqual(['gcloud get gcr.test', 'pass get other.test:5000', 'pass get https://index.docker.io/v1/']);
  });

  test('are asked once for a registry, however many want to know at once', async () => {
    const { get, exec } = credentials({
      files: config({ credsStore: 'x' }),
      programs: { 'docker-credential-x': answering('a', 'b') },
    });
    await Promise.all([get('r.test', 'a'), get('r.test', 'b'), get('r.test', 'a')]);
    await get('r.test', 'c');
    expect(exec.calls).toEqual(['docker-credential-x get']);
  });

  test('an identity token, by its user name', async () => {
    const { get } = credentials({
      files: config({ credsStore: 'x' }),
      programs: { 'docker-credential-x': answering('<token>', 'id') },
    });
    expect(await get('r.test', 'a')).toEqual({ identityToken: 'id' });
  });

  test.each([
    ['credentials not found in native keychain', 1],
    ['no credentials server URL', 1],
  ])('"%s" means anonymous, or what the file says', async (stdout, exitCode) => {
    const programs = { 'docker-credential-x': () => ({ stdout, exitCode }) };
    expect(await credentials({ files: config({ credsStore: 'x' }), programs }).get('r.test', 'a')).toBeUndefined();
    const both = config({ credsStore: 'x', auths: { 'r.test': auth('file', '1') } });
    expect((await credentials({ files: both, programs }).get('r.test', 'a'))?.username).toBe('file');
  });

  const broken: readonly (readonly [string, Readonly<Record<string, FakeProgram>>, string])[] = [
    ['is not there', {}, 'x'],
    ['fails', { 'docker-credential-x': () => ({ exitCode: 2, stdout: 'Top-Secret', stderr: 'Top-Secret' }) }, 'x'],
    ['says something else', { 'docker-credential-x': () => ({ stdout: 'Top-Secret' }) }, 'x'],
    ['says it in another form', { 'docker-credential-x': () => ({ stdout: '{"Username":"Top-Secret"}' }) }, 'x'],
    ['has a name that leads elsewhere', { 'docker-credential-../x': answering('a', 'b') }, '../x'],
  ];
  test.each(broken)(
    'one that %s: an error without what it printed, which is not remembered',
    async (_, programs, name) => {
      const { get } = credentials({ files: config({ credHelpers: { 'r.test': name } }), programs });
      for (const _again of [1, 2]) {
        const error = await failure(get('r.test', 'a'));
        expect(error.code).toBe('REGISTRY_UNAUTHORIZED');
        expect(error.message).toContain('r.test');
        expect(JSON.stringify([error.message, error.suggestions, error.cause])).not.toContain('Top-Secret');
      }
    },
  );

  test('stop when told to', async () => {
    const { get } = credentials({
      files: config({ credsStore: 'x' }),
      programs: { 'docker-credential-x': () => new Promise(() => undefined) },
    });
    const controller = new AbortController();
    const asking = get('r.test', 'a', controller.signal);
    setTimeout(() => controller.abort(), 20);
    expect((await failure(asking)).code).toBe('CANCELLED');
  });
});
