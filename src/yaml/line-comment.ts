/** The comment that follows `offset` on the same line, separated by a blank; without `#` and surrounding blanks. */
export function commentAfter(text: string, offset: number): string | undefined {
  let at = offset;
  while (text[at] === ' ' || text[at] === '\t') at++;
  if (text[at] !== '#' || at === offset) return undefined;
  return restOfLine(text, at + 1);
}

/** The comment after the `:` that follows a key ending at `offset`, where nothing else stands on the line. */
export function commentAfterColon(text: string, offset: number): string | undefined {
  let at = offset;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return text[at] === ':' ? commentAfter(text, at + 1) : undefined;
}

/** The comment on the header line of a block scalar that starts (with `|` or `>`) at `offset`. */
export function headerComment(text: string, offset: number): string | undefined {
  let at = offset;
  while (at < text.length && text[at] !== ' ' && text[at] !== '\t' && text[at] !== '\n' && text[at] !== '\r') at++;
  return commentAfter(text, at);
}

function restOfLine(text: string, start: number): string {
  let end = text.indexOf('\n', start);
  if (end < 0) end = text.length;
  return text.slice(start, end).trim();
}
