import { describe, expect, test } from 'vitest';
import { parseChallenge } from '../../../../src/system/registry/challenge.ts';

describe('WWW-Authenticate', () => {
  test.each([
    ['Basic realm="x"', { scheme: 'basic' }],
    ['basic', { scheme: 'basic' }],
    [
      'Bearer realm="https://a.test/token",service="s",scope="repository:a/b:pull,push"',
      { scheme: 'bearer', realm: 'https://a.test/token', service: 's', scope: 'repository:a/b:pull,push' },
    ],
    [
      'BEARER Realm=https://a.test/token , SERVICE = "s"',
      { scheme: 'bearer', realm: 'https://a.test/token', service: 's', scope: undefined },
    ],
    [
      'Negotiate, Bearer realm="https://a.test/t"',
      { scheme: 'bearer', realm: 'https://a.test/t', service: undefined, scope: undefined },
    ],
    ['Negotiate abc==, Basic realm="b"', { scheme: 'basic' }],
    ['Basic realm="x, Bearer y", Bearer realm="https://a.test/t"', { scheme: 'basic' }],
    [
      'Bearer realm="https://a.test/\\"q\\"",service=""',
      { scheme: 'bearer', realm: 'https://a.test/"q"', service: '', scope: undefined },
    ],
    ['Bearer service="s"', undefined],
    ['Digest realm="x"', undefined],
    ['', undefined],
    ['"', undefined],
  ])('%s', (header, expected) => {
    expect(parseChallenge(header)).toEqual(expected);
  });
});
