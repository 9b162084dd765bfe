/**
 * Splits a line into words as a POSIX shell would, without expanding anything: blanks, single quotes, double quotes,
 * backslashes. Undefined where a quote is not closed or a backslash ends the line.
 */
export function splitShellWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  const piece = /[ \t\n]+|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^ \t\n'"\\]+)/y;
  let word: string | undefined;
  while (piece.lastIndex < line.length) {
    const match = piece.exec(line);
    if (match === null) return undefined;
    const text = textOf(match);
    if (text !== undefined) word = (word ?? '') + text;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** The characters a piece adds to the current word; undefined where it ends the word. */
function textOf([, single, double, escaped, plain]: RegExpExecArray): string | undefined {
  if (single !== undefined) return single;
  if (double !== undefined)
    return double.replace(/\\([$`"\\\n])/g, (_, character: string) => (character === '\n' ? '' : character));
  if (escaped !== undefined) return escaped === '\n' ? '' : escaped;
  return plain;
}
