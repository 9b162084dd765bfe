import fc from 'fast-check';
import { expect, test } from 'vitest';
import { schedule } from '../../../src/graph/schedule.ts';

const never = new AbortController().signal;
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A random graph whose edges point to earlier nodes only, so it has no cycle. */
const graphs = fc
  .array(fc.array(fc.nat(20), { maxLength: 4 }), { maxLength: 16 })
  .map((rows) =>
    rows.map((row, index) => [...new Set(row.map((edge) => edge % Math.max(index, 1)))].filter((edge) => edge < index)),
  );

test('every node runs once, after its dependencies, never more than the limit at a time, results in order', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.nat(4), async (graph, concurrency) => {
      const nodes = graph.map((_, index) => index);
      const done: number[] = [];
      let running = 0;
      let most = 0;
      const results = await schedule(
        nodes,
        (node) => graph[node] ?? [],
        async (node, finished) => {
          running += 1;
          most = Math.max(most, running);
          for (const dependency of graph[node] ?? []) expect(finished.get(dependency)).toBe(dependency * 2);
          await tick();
          running -= 1;
          done.push(node);
          return node * 2;
        },
        { concurrency, signal: never },
      );
      expect(results).toEqual(nodes.map((node) => node * 2));
      expect([...done].sort((a, b) => a - b)).toEqual(nodes);
      if (concurrency > 0) expect(most).toBeLessThanOrEqual(concurrency);
    }),
    { numRuns: 100 },
  );
});

test('the first failure is thrown, stops what has not begun and waits for what has', async () => {
  const finished: string[] = [];
  const boom = new Error('boom');
  const run = schedule(
    ['slow', 'bad', 'after'],
    (node) => (node === 'after' ? ['slow'] : []),
    async (node, _results, signal) => {
      if (node === 'bad') throw boom;
      await tick();
      await tick();
      finished.push(`${node} aborted=${signal.aborted}`);
    },
    { concurrency: 0, signal: never },
  );
  await expect(run).rejects.toBe(boom);
  expect(finished).toEqual(['slow aborted=true']);
});

test('a cycle is an error and not a hang', async () => {
  const run = schedule(
    ['a', 'b'],
    (node) => (node === 'a' ? ['b'] : ['a']),
    async () => 1,
    { concurrency: 1, signal: never },
  );
  await expect(run).rejects.toThrow(RangeError);
});

test('an aborted signal ends the run with its reason', async () => {
  const stop = new AbortController();
  const run = schedule(
    [1, 2],
    () => [],
    async (node) => {
      if (node === 1) stop.abort(new Error('enough'));
      return node;
    },
    { concurrency: 1, signal: stop.signal },
  );
  await expect(run).rejects.toThrow('enough');
});

test('dependencies outside the nodes count as done', async () => {
  const results = await schedule(
    ['a'],
    () => ['elsewhere'],
    async () => 'built',
    { concurrency: 1, signal: never },
  );
  expect(results).toEqual(['built']);
});
