/** Reading YAML files with settings that are not configurations, within the limits of configurations. */
import type { YamlNode } from '../core/yaml-node.ts';
import { expandedSize } from '../yaml/limits.ts';
import { lineIndex } from '../yaml/lines.ts';
import { parseYaml } from '../yaml/parse.ts';
import { toValue } from '../yaml/value.ts';
import { mostTokens, mostValues } from './limits.ts';

/** A mapping of settings; empty for a file that holds nothing. */
export type Settings = Readonly<Record<string, unknown>>;

/** A file of settings: its first document, and what that says. */
export interface SettingsDocument {
  readonly root: YamlNode | undefined;
  readonly settings: Settings;
}

/**
 * Reads the first document of a file.
 *
 * @param mostBytes how large it may be.
 * @param refuse makes the error for a problem, which begins with the place where it has one.
 * @throws what `refuse` makes, for a file that is too large, has too many values, is no YAML or holds no mapping.
 */
export async function readSettingsDocument(
  file: string,
  bytes: Uint8Array,
  mostBytes: number,
  refuse: (problem: string) => Error,
): Promise<SettingsDocument> {
  if (bytes.length > mostBytes) throw refuse(`it has ${bytes.length} bytes, and may have ${mostBytes}`);
  const text = new TextDecoder().decode(bytes);
  const { documents, errors } = await parseYaml(text, { mostTokens });
  const [problem] = errors;
  if (problem !== undefined) {
    const { line, column } = lineIndex(text).range(file, problem.start, problem.end);
    throw refuse(`line ${line} column ${column}: ${problem.message}`);
  }
  const root = documents[0]?.root;
  if (root !== undefined && expandedSize(root) > mostValues)
    throw refuse(`it has more than ${mostValues} values, keys counted`);
  const settings = root === undefined ? {} : (toValue(root) ?? {});
  if (typeof settings !== 'object' || Array.isArray(settings)) throw refuse('it is not a mapping');
  return { root, settings: settings as Settings };
}
