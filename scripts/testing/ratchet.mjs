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
 * @returns {{ passed: number, complaints: string[], surplus: string[] }} `surplus`: listed ids that pass now
 */
export function judge(results, notPassing, differences) {
  const complaints = [];
  const surplus = [];
  const both = [...notPassing].filter((id) => differences.has(id));
  complaints.push(...both.map((id) => `${id}: in both lists`));
  for (const { id, ok } of results) {
    const listed = notPassing.has(id) || differences.has(id);
    if (!ok && !listed) complaints.push(`${id}: fails`);
    if (ok && listed) surplus.push(id);
  }
  const lists = (id) => (notPassing.has(id) ? 'not-passing.txt' : 'deliberate-differences.txt');
  complaints.push(...surplus.map((id) => `${id}: passes now; remove it from test/golden/${lists(id)}`));
  return { passed: results.filter(({ ok }) => ok).length, complaints, surplus };
}
