import type { YamlNode } from '../core/yaml-node.ts';

/** One document of a YAML text. Offsets are UTF-16 code units into the text; end exclusive. */
export interface YamlDocument {
  /** Undefined where the document holds nothing but blanks and comments. */
  readonly root: YamlNode | undefined;
  /** Where the document begins: the start of the text, or right after the `---` that opens it. */
  readonly start: number;
  /** Where it ends: at the next `---` or `...`, or the end of the text. */
  readonly end: number;
}

/** Something that is not YAML. One sentence without full stop. */
export interface YamlProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface ParsedYaml {
  /** Documents in order, also those that had problems, as far as they could be read. */
  readonly documents: readonly YamlDocument[];
  readonly errors: readonly YamlProblem[];
}

/**
 * Parses a text of any number of YAML 1.2 documents into our own nodes. Never throws for what the text says: problems
 * come back in `errors`, with positions. Duplicate keys and merge keys are kept as written. A text without any
 * document, such as an empty one, has none.
 *
 * Collections nested deeper than 500 levels and documents whose aliases expand to more than a million nodes are
 * refused, so that whoever walks a tree may do so recursively and without a limit of its own.
 */
export async function parseYaml(text: string): Promise<ParsedYaml> {
  const { composeYaml } = await import('./compose.ts');
  return composeYaml(text);
}
