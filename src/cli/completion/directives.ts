/** What a shell does besides offering the words, as bits; the numbers are those of cobra's `__complete` protocol. */
export const directives = {
  /** Offer files where there are no words. */
  files: 0,
  noSpace: 2,
  noFiles: 4,
  directories: 16,
} as const;

/** A word to offer and, for shells that show it, what it means. */
export interface Candidate {
  readonly word: string;
  readonly description?: string;
}

export interface Completions {
  readonly candidates: readonly Candidate[];
  readonly directive: number;
}

export const nothing: Completions = { candidates: [], directive: directives.noFiles };
