import { describe, expect, test } from 'vitest';
import { proxyFor } from '../../../src/system/proxy-rules.ts';

const both = { HTTP_PROXY: 'http://plain:1', HTTPS_PROXY: 'http://secure:2' };
const proxyOf = (url: string, env: Readonly<Record<string, string>>): string | undefined =>
  proxyFor(new URL(url), env)?.host;

describe('which proxy', () => {
  test('by scheme, upper case before lower, none without a variable', () => {
    expect(proxyOf('http://a.test/', both)).toBe('plain:1');
    expect(proxyOf('https://a.test/', both)).toBe('secure:2');
    expect(proxyOf('https://a.test/', { https_proxy: 'lower:3' })).toBe('lower:3');
    expect(proxyOf('https://a.test/', { ...both, https_proxy: 'lower:3' })).toBe('secure:2');
    expect(proxyOf('https://a.test/', { HTTP_PROXY: 'http://plain:1', ALL_PROXY: 'http://all:4' })).toBeUndefined();
    expect(proxyOf('https://a.test/', { HTTPS_PROXY: '' })).toBeUndefined();
  });

  test('never for this machine', () => {
    for (const host of ['localhost', 'localhost:5000', '127.0.0.1', '127.9.9.9:80', '[::1]:5000']) {
      expect(proxyOf(`http://${host}/`, both)).toBeUndefined();
    }
    expect(proxyOf('http://localhost.test/', both)).toBe('plain:1');
  });

  test('HTTP_PROXY is not believed in a CGI program', () => {
    expect(proxyOf('http://a.test/', { ...both, REQUEST_METHOD: 'GET' })).toBeUndefined();
    expect(proxyOf('https://a.test/', { ...both, REQUEST_METHOD: 'GET' })).toBe('secure:2');
  });

  test('what is no URL, and what is no HTTP proxy', () => {
    expect(() => proxyOf('http://a.test/', { HTTP_PROXY: 'http://[' })).toThrow(
      expect.objectContaining({ code: 'REGISTRY_UNREACHABLE' }),
    );
    expect(() => proxyOf('http://a.test/', { HTTP_PROXY: 'socks5://me:secret@p:1' })).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED', message: expect.not.stringContaining('secret') }),
    );
  });
});

describe('NO_PROXY', () => {
  test.each([
    ['*', 'http://a.test/', true],
    ['a.test', 'http://a.test/', true],
    ['a.test', 'http://b.a.test/', true],
    ['a.test', 'http://ba.test/', false],
    ['.a.test', 'http://a.test/', false],
    ['.a.test', 'http://b.a.test/', true],
    ['*.a.test', 'http://b.a.test/', true],
    ['*.a.test', 'http://a.test/', false],
    ['A.TEST', 'http://a.test/', true],
    ['x.test, a.test ,y.test', 'http://a.test/', true],
    ['a.test:5000', 'http://a.test:5000/', true],
    ['a.test:5000', 'http://a.test/', false],
    ['a.test:80', 'http://a.test/', true],
    ['a.test:443', 'https://a.test/', true],
    ['10.1.2.3', 'http://10.1.2.3:5000/', true],
    ['10.1.2.3:80', 'http://10.1.2.3:5000/', false],
    ['10.0.0.0/8', 'http://10.200.0.1/', true],
    ['10.0.0.0/8', 'http://11.0.0.1/', false],
    ['10.0.0.0/33', 'http://10.0.0.1/', false],
    ['10.0.0.0/8', 'http://ten.test/', false],
    ['fd00::/8', 'http://[fd12::1]:5000/', true],
    ['[fd12::1]:5000', 'http://[fd12::1]:5000/', true],
    ['fd12::1', 'http://[fd12::1]/', true],
    ['0.0.1', 'http://10.0.0.1/', false],
    ['', 'http://a.test/', false],
    [',,', 'http://a.test/', false],
  ])('%s for %s: %s', (noProxy, url, exempt) => {
    expect(proxyOf(url, { ...both, NO_PROXY: noProxy }) === undefined).toBe(exempt);
    expect(proxyOf(url, { ...both, no_proxy: noProxy }) === undefined).toBe(exempt);
  });
});
