import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../../src/yaml/parse.ts';
import { printNode, printValue } from '../../../src/yaml/print.ts';
import { toValue } from '../../../src/yaml/value.ts';

async function printed(text: string): Promise<string> {
  const { documents, errors } = await parseYaml(text);
  expect(errors).toEqual([]);
  return printNode(documents[0]!.root!);
}

/** The scalar as it is printed after `k: `. */
function printedString(text: string): string {
  return printValue({ k: text }).slice('k: '.length, -1);
}

describe('strings', () => {
  test.each([
    ...[
      'a',
      'a b',
      '<<',
      '=',
      '<',
      '-a',
      '?a',
      ':a',
      'a:b',
      'a,b',
      'a]',
      'a#b',
      '1 2',
      '12e',
      '123abc',
      '0x',
      '+',
      'a\\b',
      'a"b',
      "it's",
    ],
    ...['é', '日本', 'a\u00a0b', 'http://x/y', '0o8', 'nul', 'tRue', 'NaN', '$(A)', '/', '1.2.3', '1:99'],
  ])('%s is plain', (text) => {
    expect(printedString(text)).toBe(text);
  });

  test.each([
    ...[
      'true',
      'TRUE',
      'False',
      'null',
      '~',
      '',
      'yes',
      'n',
      'Y',
      'OFF',
      'on',
      '123',
      '+1',
      '-1',
      '1.5',
      '.5',
      '1.e3',
      '1e3',
      '0x1f',
      '0b1',
    ],
    ...[
      '0o17',
      '010',
      '1_000',
      '.inf',
      '.NaN',
      '2024-01-02',
      '2024-1-2',
      '2001-12-14 21:59:43',
      '12:30:45',
      '1:30',
      '190:20:30',
    ],
  ])('%j would be read as something else and is quoted', (text) => {
    expect(printedString(text)).toBe(`"${text}"`);
  });

  test.each([
    ...[
      '*a',
      '&a',
      '{a',
      '}a',
      '[a',
      ']a',
      ',a',
      '%a',
      '@a',
      '`a',
      '#a',
      '!a',
      '|a',
      '>a',
      "'a",
      '"a',
      '-',
      '?',
      ':',
      '- a',
      '? a',
      ': a',
    ],
    ...['---', '--- a', '---a', '...', '...a', 'a: b', 'a:', 'a #b', ' a', 'a ', ' '],
  ])('%j cannot stand plain and is quoted', (text) => {
    expect(printedString(text)).toBe(`'${text.replaceAll("'", "''")}'`);
  });

  test.each([
    ['a\tb', '"a\\tb"'],
    ['a\rb', '"a\\rb"'],
    ['\x01\x7f\x85', '"\\x01\\x7F\\N"'],
    ['🚀', '"\\U0001F680"'],
    ['a\u2028b\u2029', '"a\\Lb\\P"'],
    ['\ufeffa b', '"\\uFEFF\\x61\\x20\\x62"'],
    ['a\ufeff', '"a\\uFEFF"'],
    ['\ud800', '"\\uD800"'],
    ['a \nb', '"a \\nb"'],
    ['a\nb ', '"a\\nb "'],
    ['a\n🚀', '"a\\n\\U0001F680"'],
    ['a\u0000"\\\n\r', '"a\\0\\"\\\\\\n\\r"'],
  ])('%j needs escapes', (text, expected) => {
    expect(printedString(text)).toBe(expected);
  });

  test.each([
    ['a\n', '|\n  a'],
    ['a\nb', '|-\n  a\n  b'],
    ['a\n\nb\n', '|\n  a\n\n  b'],
    ['a\n\n', '|+\n  a\n'],
    ['a\n\n\n', '|+\n  a\n\n'],
    [' a\nb\n', '|2\n   a\n  b'],
    ['a\n b\n', '|\n  a\n   b'],
    ['a\tb\n\tc\n', '|\n  a\tb\n  \tc'],
    ['\n', '|2+\n'],
    ['\na\n', '|2\n\n  a'],
    ['\n\n a', '|2-\n\n\n   a'],
    ['- a: b # c\n', '|\n  - a: b # c'],
  ])('%j becomes a block', (text, expected) => {
    expect(printedString(text)).toBe(expected);
  });
});

describe('other scalars', () => {
  test.each([
    ['0644', '420'],
    ['0o644', '420'],
    ['0x1F', '31'],
    ['1_000', '1000'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['1e3', '1000'],
    ['1.0', '1'],
    ['100000.5', '100000.5'],
    ['123456.0', '123456'],
    ['1234567.0', '1.234567e+06'],
    ['1e6', '1e+06'],
    ['1.5e7', '1.5e+07'],
    ['0.0001', '0.0001'],
    ['0.00001', '1e-05'],
    ['18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '1.8446744073709552e+19'],
    ['5e-324', '5e-324'],
    ['.Inf', '.inf'],
    ['-.INF', '-.inf'],
    ['.NAN', '.nan'],
    ['~', 'null'],
    ['', 'null'],
    ['True', 'true'],
    ['2024-01-02', '2024-01-02T00:00:00Z'],
    ['yes', '"yes"'],
    ['<<', '<<'],
    ['!!binary aGVsbG8=', 'hello'],
    ['!!binary /////w==', '!!binary /////w=='],
    ['!!str 12', '"12"'],
    ['!mine 12', '"12"'],
    ['>\n  a\n  b\n', '|\n  a b'],
    ['a\n\n  b', '|-\n  a\n  b'],
  ])('%j is printed %s', async (text, expected) => {
    expect(await printed(`k: ${text}`)).toBe(`k: ${expected}\n`);
  });

  test('long binary is cut into lines of 70', () => {
    return expect(printed(`k: !!binary ${Buffer.alloc(60, 255).toString('base64')}`)).resolves.toBe(
      `k: !!binary |\n  ${'/'.repeat(70)}\n  ${'/'.repeat(10)}\n`,
    );
  });
});

describe('collections', () => {
  test.each([
    ['{b: 1, a: [1, [2, 3], {d: 4, c: []}], e: {}}', 'a:\n  - 1\n  - - 2\n    - 3\n  - c: []\n    d: 4\nb: 1\ne: {}\n'],
    ['- - - 1\n- {}\n- {a: {b: c}}', '- - - 1\n- {}\n- a:\n    b: c\n'],
    ['[]', '[]\n'],
    ['a', 'a\n'],
    ['- |\n  x\n- a: |\n    y\n', '- |\n  x\n- a: |\n    y\n'],
    ['a: &x {b: 1}\nc: [*x]', 'a:\n  b: 1\nc:\n  - b: 1\n'],
    ['x: {<<: {b: 1, a: 2}, a: 3}', 'x:\n  a: 3\n  b: 1\n'],
    ['"<<": 1', '"<<": 1\n'],
    ['a: 1\nb: 2\na: 3', 'a: 3\nb: 2\n'],
    ['yes: 1\n"1": 2\n1: 3\ntrue: 4\n~: 5\n"": 6', 'true: 4\n1: 3\nnull: 5\n"": 6\n"1": 2\n"yes": 1\n'],
  ])('%j', async (text, expected) => {
    expect(await printed(text)).toBe(expected);
  });

  test('keys of 129 bytes or several lines follow a question mark', () => {
    const [fits, long] = ['k'.repeat(128), 'é'.repeat(65)];
    expect(printValue({ [fits]: 1 })).toBe(`${fits}: 1\n`);
    expect(printValue({ [long]: [1] })).toBe(`? ${long}\n: - 1\n`);
    expect(printValue({ 'a\nb': { c: 1 } })).toBe('? |-\n  a\n  b\n: c: 1\n');
    expect(printValue({ 'a\rb': 1 })).toBe('? "a\\rb"\n: 1\n');
  });

  test('keys come in natural order', () => {
    const keys = [
      '_',
      '1a',
      '1b',
      '1-',
      'B',
      'Zed',
      'a-b',
      'a1',
      'a2',
      'a02',
      'a10',
      'ab',
      'abc',
      'app',
      'app.kubernetes.io/name',
      'b',
      'é',
    ];
    const shuffled = fc.shuffledSubarray(keys, { minLength: keys.length });
    fc.assert(
      fc.property(shuffled, (order) => {
        const lines = printValue(Object.fromEntries(order.map((key) => [key, null])))
          .trimEnd()
          .split('\n');
        expect(lines.map((line) => line.replace(/: null$/, ''))).toEqual(keys);
      }),
    );
  });

  test('keys stay in their order on request', () => {
    expect(printValue({ b: 1, a: { d: 1, c: 2 } }, { sortKeys: false })).toBe('b: 1\na:\n  d: 1\n  c: 2\n');
  });

  test('undefined fields are left out, bigints and special numbers printed', () => {
    expect(printValue({ a: undefined, b: 1n, c: Number.NaN, d: Number.POSITIVE_INFINITY, e: null })).toBe(
      'b: 1\nc: .nan\nd: .inf\ne: null\n',
    );
  });
});

describe('round trip', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom('a', ' ', '\n', ':', '#', '-', '"', "'", '\t', '\r', '1', '|', '🚀', '\u2028', '\ufeff'),
    }),
    fc.constantFrom('true', '0x1', '1e3', '<<', '2024-01-02', '~', 'null', '.5', '-'),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      text,
      fc.integer(),
      // Whole numbers that a double does not hold exactly read as bigint.
      fc
        .double({ noNaN: true })
        .filter((number) => !Number.isInteger(number) || Number.isSafeInteger(number))
        .map((number) => (Object.is(number, -0) ? 0 : number)),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));

  test('what was printed reads as the same value', async () => {
    await fc.assert(
      fc.asyncProperty(value, async (original) => {
        const { documents, errors } = await parseYaml(printValue(original));
        expect(errors).toEqual([]);
        expect(documents).toHaveLength(1);
        expect(toValue(documents[0]!.root!)).toEqual(original);
      }),
      { numRuns: 500 },
    );
  });

  test('printing again changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(value, async (original) => {
        const once = printValue(original);
        expect(printNode((await parseYaml(once)).documents[0]!.root!)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });
});
