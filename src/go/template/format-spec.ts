import { quote } from './quote.ts';

/** The flags of one `printf` verb. */
export interface Spec {
  readonly verb: string;
  readonly plus?: boolean;
  readonly minus?: boolean;
  readonly sharp?: boolean;
  readonly space?: boolean;
  readonly zero?: boolean;
  readonly width?: number | undefined;
  readonly precision?: number | undefined;
  /** `%+v` and `%#v`. */
  readonly plusV?: boolean;
  readonly sharpV?: boolean;
}

/** The text filled up to the width, counted in characters: on the left, with `-` on the right, with `0` by zeros. */
export function pad(text: string, { width, minus, zero }: Spec): string {
  const missing = (width ?? 0) - [...text].length;
  if (missing <= 0) return text;
  return minus ? text + ' '.repeat(missing) : (zero ? '0' : ' ').repeat(missing) + text;
}

/** Text in Go quotes for `%q`: raw with `#` where that is possible, ASCII only with `+`. */
export function quoteFor(text: string, { sharp, plus }: Spec): string {
  if (sharp && !/[`\x00-\x08\x0a-\x1f\x7f\ufeff\ufffd]/.test(text)) return `\`${text}\``;
  return quote(text, plus ?? false);
}
