import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDotenv } from '../../../src/go/dotenv.ts';

const read = (text: string): Record<string, string> => Object.fromEntries(parseDotenv(text, 'x.env'));

/** What godotenv read; made by the Go program beside the file. */
const recorded = JSON.parse(readFileSync(new URL('fixtures/dotenv.json', import.meta.url), 'utf8')) as readonly {
  readonly file: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly error?: string;
}[];

describe('parseDotenv', () => {
  test.each(recorded.map((entry) => [entry.file, entry] as const))('as godotenv: %j', (text, { values }) => {
    if (values === undefined) {
      expect(() => read(text)).toThrowError(expect.objectContaining({ code: 'CONFIG_FILE_PARSING_ERR' }));
    } else {
      const { '': _nameless, ...named } = values;
      expect(read(text)).toEqual(named);
    }
  });

  test.each([
    ['A=1\nnonsense\n', 'x.env:2:'],
    ['A-B=1', 'x.env:1:'],
    ['A="open', 'x.env:1:'],
  ])('%j is refused', (text, place) => {
    expect(() => read(text)).toThrowError(
      expect.objectContaining({ code: 'CONFIG_FILE_PARSING_ERR', message: expect.stringContaining(place) }),
    );
  });

  test('long files of any shape take no time', () => {
    const start = performance.now();
    const blanks = ' '.repeat(200_000);
    for (const text of [
      `A=x${blanks}y`,
      `A="${'\\"'.repeat(100_000)}`,
      `A=${' #'.repeat(100_000)}`,
      `${blanks}\n#${blanks}`,
    ]) {
      try {
        read(text);
      } catch {
        // Not every one of them is well-formed.
      }
    }
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
