// The rule of the golden tier: what passes stays passing, and the lists of exceptions only get shorter.

/** Ids, one a line; what follows the first blank is a remark. Lines with `#` are comments. */
export function readIds(text) {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(/\s/)[0]);
}

/**
 * Judges results against the two lists.
 * @param {readonly { id: string, ok: boolean }[]} results
 * @param {ReadonlySet<string>} notPassing ids that are known not to pass yet
 * @param {ReadonlySet<string>} differences ids whose recorded result is deliberately not ours
 * @returns {{ passed: number, complaints: string[] }} `complaints`: a sentence for each id that breaks the rule
 */
export function judge(results, notPassing, differences) {
  const both = [...notPassing].filter((id) => differences.has(id));
  const complaints = both.map((id) => `${id}: is in both lists`);
  for (const { id, ok } of results) {
    const list = notPassing.has(id)
      ? 'not-passing.txt'
      : differences.has(id)
        ? 'deliberate-differences.txt'
        : undefined;
    if (!ok && list === undefined) complaints.push(`${id}: fails`);
    if (ok && list !== undefined) complaints.push(`${id}: passes now; remove it from test/golden/${list}`);
  }
  return { passed: results.filter(({ ok }) => ok).length, complaints };
}
