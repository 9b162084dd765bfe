import { ToolError } from '../../../core/errors.ts';

/**
 * Reads a TOML document (1.0). The parser is loaded with the first one.
 *
 * @param file the document's name, for the message.
 * @throws `BUILD_USER_ERROR` with the line and column of what is wrong.
 */
export async function parseToml(text: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  const { parse, TomlError } = await import('smol-toml');
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const problem = error.message.split('\n')[0]?.replace('Invalid TOML document: ', '') ?? '';
    throw new ToolError('BUILD_USER_ERROR', `${file}:${error.line}:${error.column}: ${problem}`, {
      suggestions: [{ code: 'FIX_TOML', action: 'Correct the file; it is TOML (https://toml.io)' }],
    });
  }
}

/** Writes a table as TOML. */
export async function printToml(table: Readonly<Record<string, unknown>>): Promise<string> {
  const { stringify } = await import('smol-toml');
  return stringify(table);
}
