/** A line of the display, for as long as its task runs. */
export interface TaskLine {
  setTitle(title: string): void;
  succeed(): void;
  fail(): void;
  /** Ends the line without a verdict. */
  skip(title: string): void;
  /** Takes the line off the display. */
  remove(): void;
}

/** Draws lines in place until all of them have ended; `close` waits for that. */
export interface TaskList {
  readonly lines: readonly TaskLine[];
  close(): Promise<void>;
}
