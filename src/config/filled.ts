/** A text that says something; the empty one counts as left out. */
export function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
