import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../../src/config/documents.ts';
import { head } from './harness.ts';

async function linesOf(text: string): Promise<readonly (readonly [number | undefined, number | undefined])[]> {
  const { findings } = await parseConfiguration('skaffold.yaml', Buffer.from(text));
  return findings.map(({ at, skaffoldLine }) => [at?.line, skaffoldLine]);
}

/** Each pair: the line of the finding in the file, and in the sorted copy that Skaffold makes of it. */
describe('the line Skaffold would report', () => {
  test.each<[string, string, number, number]>([
    ['keys are sorted', `${head}Zebra: 1\n`, 3, 1],
    ['kind comes after build', `${head}build:\n  nope: 1\n`, 4, 3],
    ['flow becomes block', `${head}build: {artifacts: [{image: a, docker: {nope: 1}}]}\n`, 3, 5],
    ['comments are gone', `${head}# one\n# two\nmanifests:\n  nope: 1\n`, 6, 4],
    ['a mapping stands where its first key does', `${head}build: {artifacts: {a: b}}\n`, 3, 4],
    ['an empty one stands beside its key', `${head}build: []\n`, 3, 2],
    ['texts of several lines take several', `${head}metadata: {annotations: {a: "x\\ny\\nz"}}\nz: 1\n`, 4, 9],
    ['texts with blanks before a line end are quoted', `${head}metadata: {annotations: {a: "x \\ny"}}\nz: 1\n`, 4, 6],
    ['keys with a dot are gone', `${head}.x: {a: 1, b: 2}\nz: 1\n`, 4, 3],
    ['the second document follows after a separator', `${head}---\n${head}z: 1\n`, 6, 6],
    ['a mapping in a list is not its first key', `${head}manifests: {rawYaml: [{b: 1, a: 1}]}\n`, 3, 5],
    ['lists of lists', `${head}manifests: {rawYaml: [a, [b], c]}\n`, 3, 6],
  ])('%s', async (_, text, line, skaffoldLine) => {
    expect(await linesOf(text)).toEqual([[line, skaffoldLine]]);
  });

  test('is not known for what is no YAML', async () => {
    expect(await linesOf(`${head}build: {\n`)).toEqual([[expect.any(Number), undefined]]);
  });
});
