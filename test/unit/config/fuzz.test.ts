import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfiguration } from '../../../src/config/documents.ts';
import { ToolError } from '../../../src/core/errors.ts';
import { bytesOf, damaged, documents, tamper } from './fuzz-inputs.ts';
import { head, load, loadOnly } from './harness.ts';

const soak = process.env['SLIPWAY_SOAK'] !== undefined;
const seeds = soak ? 100_000 : 5_000;

/** Longest time one text may take, in milliseconds of CPU time: far above what any needs, far below a hang. */
const longest = 1_000;

const fixtures = ['shop.yaml', 'old.yaml', 'flow.json'].map((name) =>
  readFileSync(new URL(`../../fixtures/config/real/${name}`, import.meta.url)),
);

test.each(fixtures.map((bytes) => [bytes.toString().slice(0, 60), bytes] as const))('%j is valid', async (_, bytes) => {
  expect((await parseConfiguration('s', bytes)).findings).toEqual([]);
});

/** Loads a text wholly; whatever it says, the end is a project or errors with places in the text. */
async function survives(bytes: Uint8Array): Promise<'valid' | 'refused'> {
  const text = new TextDecoder().decode(bytes);
  try {
    await load(undefined, {
      files: { '/work/skaffold.yaml': bytes },
      profiles: text.includes('name: dev') ? ['dev'] : [],
    });
    return 'valid';
  } catch (error) {
    if (!(error instanceof ToolError))
      throw new Error(`${String(error)} for ${JSON.stringify(text)}`, { cause: error });
    const lines = text.split(/\r\n|\r|\n/).length;
    for (const { at } of error.diagnostics) {
      if (at?.file !== 'skaffold.yaml') continue;
      expect(at.line).toBeGreaterThan(0);
      expect(at.line).toBeLessThanOrEqual(lines);
    }
    return 'refused';
  }
}

/** Bytes of the heap that are held on to; what only waits to be collected does not count. */
function heldMemory(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

test(`${seeds} damaged or invented configurations neither throw nor hang, and what is found lies in the text`, {
  timeout: 3_600_000,
}, async () => {
  const outcomes = { valid: 0, refused: 0 };
  let slowest = 0;
  const before = heldMemory();
  const inputs = fc.oneof(
    { weight: 5, arbitrary: damaged(fixtures) },
    { weight: 3, arbitrary: documents.map(bytesOf) },
    { weight: 3, arbitrary: documents.chain((text) => tamper(bytesOf(text))) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  );
  await fc.assert(
    fc.asyncProperty(inputs, async (bytes) => {
      const started = process.cpuUsage();
      outcomes[await survives(bytes)]++;
      const { user, system } = process.cpuUsage(started);
      slowest = Math.max(slowest, (user + system) / 1000);
    }),
    { numRuns: seeds, seed: 3, endOnFailure: true },
  );
  const grown = (heldMemory() - before) / 1024 / 1024;
  if (soak)
    process.stdout.write(`${JSON.stringify(outcomes)}, slowest ${slowest} ms, heap grown by ${grown.toFixed(0)} MB\n`);
  expect(slowest).toBeLessThan(longest);
  expect(grown).toBeLessThan(100);
  // Both ends are reached, or the inputs test nothing.
  expect(Math.min(outcomes.valid, outcomes.refused)).toBeGreaterThan(seeds / 50);
});

test('a key that is a prototype is an unknown field like any other', async () => {
  const { findings } = await loadOnly(`${head}__proto__: {polluted: 1}\nconstructor: 1\n`);
  expect(findings.map(({ at }) => at?.line)).toEqual([3, 4]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
