import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Files } from '../../../../src/core/ports.ts';
import { harness } from './harness.ts';

const dockerfile =
  'FROM scratch AS one\nCOPY . /all/\nFROM scratch\nWORKDIR /x\nCOPY --from=one /all ./\nCOPY <<EOT /h\nhi\nEOT\n';

/** Gives directories in another order than the file system's, as another machine would. */
function shuffled(files: Files, seed: number): Files {
  const key = (name: string): number =>
    [...name].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0) + seed) % 1009, seed);
  return {
    ...files,
    list: async (directory) => [...(await files.list(directory))].sort((a, b) => key(a.name) - key(b.name)),
    walk: async (root, enter) => files.walk(root, enter),
  };
}

test('the same files give the same digest: whatever the order, the times, the directory and the day', async () => {
  const name = fc.constantFrom('a', 'b', 'B', 'a-b', 'a.b', 'é', '日', 'z z');
  const path = fc
    .array(name, { minLength: 1, maxLength: 3 })
    .map((parts) => parts.map((part, index) => `${part}${index}`).join('/'));
  const content = fc.dictionary(path, fc.string({ maxLength: 50 }), { minKeys: 1, maxKeys: 6 }).filter((files) => {
    const paths = Object.keys(files);
    return !paths.some((one) => paths.some((other) => other.startsWith(`${one}/`)));
  });
  await fc.assert(
    fc.asyncProperty(content, fc.nat(1000), async (files, seed) => {
      const first = await harness({ Dockerfile: dockerfile, ...files }).build();
      const reversed = Object.fromEntries(Object.entries(files).reverse());
      const other = harness({ ...reversed, Dockerfile: dockerfile }, { wrapFiles: (real) => shuffled(real, seed) });
      for (const file of Object.keys(files)) utimesSync(join(other.workspace, file), seed, seed * 1000);
      const context = [...(await other.request()).context].sort((a, b) => (a + seed < b + seed ? 1 : -1));
      expect((await other.build({ context })).outcome).toEqual(first.outcome);
    }),
    { numRuns: 12 },
  );
});

test('the digest is the one of always', async () => {
  // A change here changes every layer that anybody has built: only on purpose, and together with the version of layer keys.
  const built = await harness({
    Dockerfile: 'FROM scratch\nWORKDIR /app\nCOPY src/ ./\nENV A=1\n',
    'src/a.txt': 'a',
    'src/b/c.sh': { text: '#!', mode: 0o755 },
  }).build();
  expect(built.document.rootfs.diff_ids).toMatchInlineSnapshot(`
    [
      "sha256:8b6da3bd28008659e694315022ffb9c31aa31b5840b77e8f6197872538b9473a",
      "sha256:1b8d75abe85dfc462cf16bd7e49ecb9236ad379a92cd1b43838bba86acb25bf6",
    ]
  `);
});

test('SOURCE_DATE_EPOCH is the time of everything that is made, and of the image', async () => {
  const files = { Dockerfile: 'FROM scratch\nWORKDIR /d\nCOPY f /f\n', f: 'f' };
  const [zero, byArgument, byEnvironment, byGlobal] = await Promise.all([
    harness(files).build(),
    harness(files).build({ buildArgs: { SOURCE_DATE_EPOCH: '1000000000' } }),
    harness(files, { env: { SOURCE_DATE_EPOCH: '1000000000' } }).build(),
    harness({ ...files, Dockerfile: `ARG SOURCE_DATE_EPOCH=1000000000\n${files.Dockerfile}` }).build(),
  ]);
  expect(zero.document.created).toBe('1970-01-01T00:00:00Z');
  expect(byArgument.document.created).toBe('2001-09-09T01:46:40Z');
  expect(byArgument.document.history?.every(({ created }) => created === '2001-09-09T01:46:40Z')).toBe(true);
  expect(byArgument.document.rootfs).not.toEqual(zero.document.rootfs);
  expect(byEnvironment.outcome).toEqual(byArgument.outcome);
  expect(byGlobal.outcome).toEqual(byArgument.outcome);
});
