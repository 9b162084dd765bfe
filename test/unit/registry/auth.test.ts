import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { authorize, parseUsers } from '../../../src/registry/auth.ts';
import { openRegistry, pieces } from './support.ts';

function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

function isLetIn(text: string, authorization: string | undefined): boolean {
  try {
    authorize({ method: 'GET', url: '/v2/', headers: { authorization }, body: pieces() }, parseUsers(text, 'users'));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'UNAUTHORIZED', status: 401 });
    return false;
  }
}

test('plain and hashed passwords let in, everything else does not', () => {
  const hash = createHash('sha256').update('secret').digest('hex');
  const file = `# who may push\n\nann:secret\nbob:{SHA256}${hash.toUpperCase()}\r\ncol:a:b:c\n`;
  expect([
    isLetIn(file, basic('ann', 'secret')),
    isLetIn(file, basic('bob', 'secret')),
    isLetIn(file, basic('col', 'a:b:c')),
  ]).toEqual([true, true, true]);
  const refused = [
    undefined,
    '',
    'Basic',
    'Basic !',
    'Bearer secret',
    basic('ann', ''),
    basic('ann', 'Secret'),
    basic('', 'secret'),
    basic('eve', 'secret'),
    basic('bob', hash),
    basic('__proto__', ''),
  ];
  for (const authorization of refused) expect(isLetIn(file, authorization)).toBe(false);
});

test('any name and password that the file can hold lets in, in UTF-8', () => {
  const line = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\r\n]/.test(text));
  fc.assert(
    fc.property(line, line, (name, password) => {
      fc.pre(!name.includes(':') && !name.startsWith('#') && name.trim() !== '' && !/^[{$]/.test(password));
      expect(isLetIn(`${name}:${password}`, basic(name, password))).toBe(true);
      expect(isLetIn(`${name}:${password}`, basic(name, `${password}x`))).toBe(false);
    }),
  );
});

test.each([
  ['ann:$2y$05$hidden', 'NOT_SUPPORTED', 'users:1'],
  ['\nann:{SHA}hidden=', 'NOT_SUPPORTED', 'users:2'],
  ['ann:{SHA256}hidden', 'NOT_SUPPORTED', 'users:1'],
  ['ann:$apr1$hidden', 'NOT_SUPPORTED', 'users:1'],
  ['hidden', 'FILE_READ_ERR', 'users:1'],
  [':hidden', 'FILE_READ_ERR', 'users:1'],
  ['ann:', 'FILE_READ_ERR', 'users:1'],
  ['ann:hidden\nann:hidden', 'FILE_READ_ERR', 'users:2'],
  ['# hidden', 'FILE_READ_ERR', 'users'],
])('the file %j is refused with its place and without its secrets', (text, code, place) => {
  const error = thrownBy(() => parseUsers(text, 'users'));
  expect(error).toBeInstanceOf(ToolError);
  expect(error).toMatchObject({ code });
  expect((error as ToolError).message.startsWith(`${place}: `)).toBe(true);
  expect(JSON.stringify([(error as ToolError).message, (error as ToolError).suggestions])).not.toContain('hidden');
});

test('a registry with users asks for a password before it looks at anything else', async () => {
  const { call } = await openRegistry({ users: parseUsers('ann:secret', 'users') });
  for (const url of ['/v2/', '/v2/Invalid/tags/list', '/']) {
    const answer = await call('GET', url);
    expect([answer.status, answer.codes]).toEqual([401, ['UNAUTHORIZED']]);
    expect(answer.headers['www-authenticate']).toMatch(/^Basic realm="[^"]+"/);
  }
  const authorization = basic('ann', 'secret');
  expect((await call('GET', '/v2/', { headers: { authorization } })).status).toBe(200);
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
