import { describe, expect, test } from 'vitest';
import { applySetters } from '../../../src/manifest/setters.ts';
import { print, read } from './read.ts';

async function set(text: string, values: Readonly<Record<string, string>>): Promise<string> {
  return print(await applySetters(new Map(Object.entries(values)), await read(text)));
}

const name = (text: string): string => `\${${text}}`;
const mark = (pattern: string): string => `# from-param: ${pattern}`;

describe('applySetters', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    [`k: 1 ${mark(name('n'))}\n`, { n: '3' }, 'k: 3\n'],
    [`k: "1" ${mark(name('n'))}\n`, { n: '3' }, 'k: "3"\n'],
    [`k: a ${mark(name('n'))}\n`, { n: 'true' }, 'k: true\n'],
    [`k: a ${mark(name('n'))}\n`, { n: '' }, 'k: ""\n'],
    [`k: a ${mark(name('n'))}\n`, { n: 'x\ny' }, 'k: |-\n  x\n  y\n'],
    [`k: a ${mark(name('n'))}\n`, { n: '[x]' }, "k: '[x]'\n"],
    [`k: a ${mark(name('n'))}\n`, { other: 'x' }, 'k: a\n'],
    [`k: a # words ${mark(name('n'))}\n`, { n: 'x' }, 'k: a\n'],
    ['k: a\n', { n: 'x' }, 'k: a\n'],
    [`i: a:1 ${mark(`${name('i')}:${name('t')}`)}\n`, { i: 'b', t: '2' }, 'i: b:2\n'],
    [`i: a:1 ${mark(`${name('i')}:${name('t')}`)}\n`, { t: '2' }, 'i: a:2\n'],
    [`i: x-a-b ${mark(`x-${name('p')}-${name('q')}`)}\n`, { q: 'c' }, 'i: x-a-c\n'],
    [`i: a-b-c ${mark(`${name('p')}-${name('q')}`)}\n`, { q: 'z' }, 'i: a-b-z\n'],
    [`k: a ${mark(`pre.${name('n')}`)}\n`, { n: '$&' }, 'k: pre.$&\n'],
    [
      `- a ${mark(name('n'))}\n- {b: c}\n`.replace(/^/gm, '  ').replace(/^/, 'l:\n').trimEnd(),
      { n: 'x' },
      'l:\n  - x\n  - b: c\n',
    ],
    [`l: [] ${mark(name('l'))}\n`, { l: '[a, 2]' }, 'l:\n  - a\n  - 2\n'],
    [`l: [x] ${mark(name('l'))}\n`, { l: '' }, 'l: []\n'],
    [`l: ${mark(name('l'))}\n  - x\n`, { l: '- {a: b}' }, 'l:\n  - a: b\n'],
  ])('%j with %j', async (text, values, expected) => {
    expect(await set(text, values)).toBe(expected);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    [`i: ab ${mark(`${name('i')}:${name('t')}`)}\n`, { t: '2' }],
    [`i: ":1" ${mark(`${name('i')}:${name('t')}`)}\n`, { t: '2' }],
    [`l: [] ${mark(name('l'))}\n`, { l: 'words' }],
    [`l: [] ${mark(`${name('l')}-x`)}\n`, { l: '[a]' }],
  ])('%j with %j is refused at its line', async (text, values) => {
    await expect(set(text, values)).rejects.toMatchObject({
      code: 'MANIFEST_PARAMETER_ERR',
      diagnostics: [{ at: { file: 'm.yaml', line: 1 } }],
    });
  });

  test('without values nothing is touched', async () => {
    const manifests = await read(`k: 1 ${mark(name('n'))}\n`);
    expect(await applySetters(new Map(), manifests)).toBe(manifests);
  });
});
