const longestTag = 128;

/** Makes a text fit for a tag as Skaffold does: `_` for every character no tag may hold and for leading `-` and `.`, cut at 128. */
export function sanitizeTag(text: string): string {
  const replaced = text.replace(/[^a-zA-Z0-9\-._]/gu, '_').replace(/^[-.]+/, (leading) => '_'.repeat(leading.length));
  return replaced.slice(0, longestTag);
}
