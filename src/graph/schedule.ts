/** What nodes failed with, in the order in which they did. */
export class SeveralFailures extends Error {
  override readonly name = 'SeveralFailures';
  readonly failures: readonly unknown[];

  constructor(failures: readonly unknown[]) {
    super(`${failures.length} failures`);
    this.failures = failures;
  }
}

/**
 * Runs work over a graph: every node once its dependencies succeeded, at most `concurrency` at a time.
 *
 * The first failure aborts the signal given to the others and is the one thrown, after everything that was
 * started has come to rest: nothing of a failed run goes on behind the caller's back. With `keepsGoing` a failure stops
 * nothing but the nodes that depend on it. Results come back in the order of `nodes`, whatever the order of completion.
 * Of the nodes that are ready the earliest in `nodes` starts first.
 *
 * @param dependenciesOf Only nodes that are in `nodes` count; others are taken as already done.
 * @param options `concurrency` 0 means no limit.
 * @throws what `work` threw first, with `keepsGoing` a {@link SeveralFailures} where there were more; the reason of
 * `options.signal` when that aborts; `RangeError` on a cycle.
 */
export async function schedule<Node, Result>(
  nodes: readonly Node[],
  dependenciesOf: (node: Node) => readonly Node[],
  work: (node: Node, results: ReadonlyMap<Node, Result>, signal: AbortSignal) => Promise<Result>,
  options: { readonly concurrency: number; readonly signal: AbortSignal; readonly keepsGoing?: boolean },
): Promise<readonly Result[]> {
  options.signal.throwIfAborted();
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const limit = options.concurrency > 0 ? options.concurrency : Number.POSITIVE_INFINITY;
  const waiting = new Set(nodes);
  const results = new Map<Node, Result>();
  const running = new Set<Promise<void>>();
  const failures = new Map<Node, unknown>();

  const isReady = (node: Node): boolean =>
    dependenciesOf(node).every((dependency) => results.has(dependency) || !nodeSet.has(dependency));
  const nodeSet = new Set(nodes);

  const start = (node: Node): void => {
    waiting.delete(node);
    const task = work(node, results, signal)
      .then((result) => {
        results.set(node, result);
      })
      .catch((error: unknown) => {
        failures.set(node, error);
        if (options.keepsGoing === true) dropDependents(node);
        else stop.abort(error);
      })
      .finally(() => running.delete(task));
    running.add(task);
  };

  const dropDependents = (failed: Node): void => {
    for (const node of [...waiting]) {
      if (!waiting.has(node) || !dependenciesOf(node).includes(failed)) continue;
      waiting.delete(node);
      dropDependents(node);
    }
  };

  while (waiting.size > 0 && !signal.aborted) {
    for (const node of [...waiting]) {
      if (running.size >= limit) break;
      if (isReady(node)) start(node);
    }
    if (running.size === 0) throw new RangeError('the graph has a cycle');
    await Promise.race(running);
  }
  await Promise.all(running);
  const [failure, ...others] = failures.values();
  if (others.length > 0 && options.keepsGoing === true && !options.signal.aborted)
    throw new SeveralFailures([failure, ...others]);
  if (failures.size > 0) throw failure;
  options.signal.throwIfAborted();
  return nodes.map((node) => results.get(node) as Result);
}
