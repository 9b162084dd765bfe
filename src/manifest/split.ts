/** A separator line as Kubernetes reads it: `---`, then nothing but blanks and a comment. */
const separator = /^---[ \t]*(?:#.*)?\r?(?:\n|$)/m;

/** The texts between separator lines, each with a line break at its end. Texts of nothing but blanks are left out. */
export function splitDocuments(text: string): readonly string[] {
  return text
    .split(separator)
    .filter((part) => part.trim() !== '')
    .map((part) => (part.endsWith('\n') ? part : `${part}\n`));
}

/** Joins texts that end with a line break into one stream of documents. */
export function joinDocuments(texts: readonly string[]): string {
  return texts.join('---\n');
}
