import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../../src/yaml/parse.ts';
import { toValue } from '../../../src/yaml/value.ts';

async function read(text: string): Promise<unknown> {
  return toValue((await parseYaml(text)).documents[0]!.root!);
}

describe('toValue', () => {
  test.each<[string, unknown]>([
    ['[1, 1.5, true, ~, x, "1"]', [1, 1.5, true, null, 'x', '1']],
    ['9007199254740993', 9007199254740993n],
    ['{a: 1, a: 2}', { a: 2 }],
    [
      '{__proto__: 1, constructor: 2}',
      Object.fromEntries([
        ['__proto__', 1],
        ['constructor', 2],
      ]),
    ],
    ['{2: a, 1: b}', { 1: 'b', 2: 'a' }],
    ['d: 2024-01-02', { d: '2024-01-02' }],
    ['b: !!binary aGk=', { b: 'hi' }],
    ['a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    ['base: &b {x: 1, y: 1}\nd:\n  y: 2\n  <<: *b', { base: { x: 1, y: 1 }, d: { x: 1, y: 2 } }],
    ['d: {<<: [{x: 1}, {x: 2, y: 2}], z: 3}', { d: { x: 1, y: 2, z: 3 } }],
    ['d: {<<: {<<: {x: 1}, y: 2}}', { d: { x: 1, y: 2 } }],
    ['"<<": {x: 1}', { '<<': { x: 1 } }],
  ])('%j', async (text, expected) => {
    expect(await read(text)).toEqual(expected);
  });

  test('objects have no prototype', async () => {
    expect(Object.getPrototypeOf(await read('{a: 1}'))).toBeNull();
  });

  test('an alias shares the value it stands for', async () => {
    const { a, b } = (await read('a: &x [1]\nb: *x')) as Record<string, unknown>;
    expect(a).toBe(b);
  });
});
