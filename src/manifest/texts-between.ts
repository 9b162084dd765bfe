/** What ends a line for the `.` of a regular expression. */
const lineEnd = /[\n\r\u2028\u2029]/g;

/**
 * What stands between texts in a value: where they first follow each other on a line, each of the gaps as long as it can be,
 * the first before the others. It is what the groups of the regular expression `A(.*)B(.*)C` match, without its way of
 * trying every combination of lengths.
 *
 * @param literals one more than there are gaps.
 * @returns the gaps; none where the value does not have the texts.
 */
export function textsBetween(literals: readonly string[], value: string): readonly string[] {
  const [first = '', ...others] = literals;
  for (let from = 0; from <= value.length; ) {
    const start = value.indexOf(first, from);
    if (start < 0) return [];
    const begin = start + first.length;
    lineEnd.lastIndex = begin;
    const end = lineEnd.exec(value)?.index ?? value.length;
    const gaps = gapsWithin(others, value.slice(begin, end));
    if (gaps !== undefined) return gaps;
    // Another place on the same line has less behind it.
    from = Math.max(end + 1 - first.length, start + 1);
  }
  return [];
}

/** The texts from the right, each as far to the right as those behind it leave room for. */
function gapsWithin(literals: readonly string[], line: string): readonly string[] | undefined {
  const gaps: string[] = [];
  let after = line.length;
  let places: readonly { readonly start: number; readonly end: number }[] = [];
  for (const literal of literals.toReversed()) {
    const start = after < literal.length ? -1 : line.lastIndexOf(literal, after - literal.length);
    if (start < 0) return undefined;
    places = [{ start, end: start + literal.length }, ...places];
    after = start;
  }
  let begin = 0;
  for (const { start, end } of places) {
    gaps.push(line.slice(begin, start));
    begin = end;
  }
  return gaps;
}
