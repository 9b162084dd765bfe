import { ToolError } from '../core/errors.ts';

/**
 * Decodes a YAML file: UTF-8, or UTF-16 with a byte order mark. A byte order mark stays in the text, so that offsets
 * count from the start of the file. `source` names the file in errors.
 *
 * @throws {ToolError} `MANIFEST_PARSE_ERR` for bytes that are no text.
 */
export function decodeYaml(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ToolError('MANIFEST_PARSE_ERR', `${source} is not a text in UTF-8`, {
      cause,
      suggestions: [{ code: 'SAVE_AS_UTF8', action: 'Save the file as UTF-8, or take it out of the configuration' }],
    });
  }
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
