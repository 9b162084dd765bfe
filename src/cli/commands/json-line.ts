/** A value as one line of JSON. Go's encoder escapes what HTML would understand. */
export function jsonLine(value: unknown): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escaped)}\n`;
}
