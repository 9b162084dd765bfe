/** ANSI numbers of the colours that mean something in Skaffold's output. */
export const red = 31;
export const green = 32;
export const yellow = 33;

const known = new Set([31, 32, 33, 34, 35, 36, 37, 91, 92, 93, 94, 95]);

/** The text in a colour; as it is where `enabled` is false or the number is not one Skaffold knows. */
export function coloured(text: string, colour: number, enabled: boolean): string {
  return enabled && known.has(colour) ? `\u001B[${colour}m${text}\u001B[0m` : text;
}
