/** Where a reporter writes. */
export interface TextStream {
  write(text: string): void;
  /** Whether escape codes for colour may be written. */
  readonly colour: boolean;
  /** Width in characters. */
  readonly columns: number;
  /** Height in lines, where it is a terminal. */
  readonly rows?: number;
}
