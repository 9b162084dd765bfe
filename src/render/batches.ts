/**
 * Does the work for every item, a bounded number at a time; results stand in the order of the items. Of several failures
 * the one of the first item counts, whichever came first.
 */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  size: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += size) {
    for (const outcome of await Promise.allSettled(items.slice(start, start + size).map(work))) {
      if (outcome.status === 'rejected') throw outcome.reason;
      results.push(outcome.value);
    }
  }
  return results;
}
