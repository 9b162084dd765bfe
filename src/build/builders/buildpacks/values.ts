/** Looking into values of TOML and JSON whose shape is not known: what is of another kind counts as absent. */

/** A table, or an empty one. */
export function asTable(value: unknown): Readonly<Record<string, unknown>> {
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isTable ? (value as Readonly<Record<string, unknown>>) : {};
}

/** A list, or an empty one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text, or undefined. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
