import { ToolError } from '../core/errors.ts';
import type { Manifest } from '../core/manifest.ts';
import type { YamlMapping, YamlNode, YamlPair, YamlScalar, YamlSequence } from '../core/yaml-node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { diagnosticsOf, placeOf } from './place.ts';
import { textsBetween } from './texts-between.ts';

const marker = 'from-param: ';

/** Everything a pass needs: the values by name, and those that read as a list. */
interface Setters {
  readonly values: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, YamlSequence>;
}

/**
 * Fills in values marked with a comment such as `image: a:1 # from-param: ${name}:${tag}` (Skaffold's setters). A comment
 * counts when at least one of its names is given; the others are taken from the present value. A list, with the comment
 * behind its key or behind `]`, is replaced as a whole by a value that is a YAML list.
 *
 * @throws {ToolError} `MANIFEST_PARAMETER_ERR` where a name has no value, or a list's value is no list.
 */
export async function applySetters(
  values: ReadonlyMap<string, string>,
  manifests: readonly Manifest[],
): Promise<readonly Manifest[]> {
  if (values.size === 0) return manifests;
  const setters = { values, lists: await readLists(values) };
  return manifests.map((manifest) =>
    manifest.origin.text.includes(marker) ? { ...manifest, root: setNode(manifest.root, setters, manifest) } : manifest,
  );
}

async function readLists(values: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, YamlSequence>> {
  const lists = new Map<string, YamlSequence>();
  for (const [name, value] of values) {
    const { documents, errors } = await parseYaml(value);
    const root = documents[0]?.root;
    if (errors.length === 0 && root?.kind === 'sequence') lists.set(name, root);
  }
  return lists;
}

function setNode(node: YamlNode, setters: Setters, manifest: Manifest): YamlNode {
  switch (node.kind) {
    case 'scalar':
      return setScalar(node, setters, manifest);
    case 'sequence':
      return { ...node, items: node.items.map((item) => setNode(item, setters, manifest)) };
    case 'mapping':
      return setMapping(node, setters, manifest);
    case 'alias':
      return node;
  }
}

function setMapping(node: YamlMapping, setters: Setters, manifest: Manifest): YamlMapping {
  const setPair = ({ key, value }: YamlPair): YamlPair => {
    const list = value.kind === 'sequence' ? setList(key, value, setters, manifest) : value;
    return { key, value: setNode(list, setters, manifest) };
  };
  return { ...node, pairs: node.pairs.map(setPair) };
}

function patternIn(comment: string | undefined, { values }: Setters): string | undefined {
  if (comment?.startsWith(marker) !== true) return undefined;
  const pattern = comment.slice(marker.length).trim();
  return [...values.keys()].some((name) => pattern.includes(placeholder(name))) ? pattern : undefined;
}

function placeholder(name: string): string {
  return `\${${name}}`;
}

const placeholders = /\$\{([^}]*)\}/g;

function setScalar(node: YamlScalar, setters: Setters, manifest: Manifest): YamlNode {
  const pattern = patternIn(node.lineComment, setters);
  if (pattern === undefined) return node;
  const known = [...setters.values, ...currentValues(pattern, node.text)];
  const text = known.reduce((filled, [name, value]) => filled.replaceAll(placeholder(name), () => value), pattern);
  const missing = text.match(placeholders);
  if (missing !== null) throw failure(manifest, node, `values for setters [${missing.join(' ')}] must be provided`);
  // Untyped: what looks like a number becomes one. A text of several lines cannot be plain.
  const style = text === '' || text.includes('\n') ? 'double-quoted' : node.style;
  return { kind: 'scalar', style, text, start: node.start, end: node.end };
}

/** Reads the names of a pattern off the present value; none when the pattern does not fit it or a name comes out empty. */
function currentValues(pattern: string, value: string): readonly (readonly [string, string])[] {
  const names = [...pattern.matchAll(placeholders)].map((match) => match[1] ?? '');
  const found = textsBetween(pattern.split(/\$\{[^}]*\}/), value);
  if (found.length === 0 || found.some((text) => text === '')) return [];
  return names.map((name, index) => [name, found[index] ?? ''] as const);
}

function setList(key: YamlNode, list: YamlSequence, setters: Setters, manifest: Manifest): YamlNode {
  const comment = list.flow ? list.lineComment : key.kind === 'scalar' ? key.lineComment : undefined;
  const pattern = patternIn(comment, setters);
  if (pattern === undefined) return list;
  const name = /^\$\{([^}]*)\}$/.exec(pattern)?.[1];
  if (name === undefined) throw failure(manifest, key, `invalid setter pattern for array node: "${pattern}"`);
  const value = setters.values.get(name) ?? '';
  if (value === '') return { ...list, items: [] };
  const items = setters.lists.get(name)?.items;
  if (items === undefined) {
    throw failure(manifest, key, `input to array setter must be an array of values, but found "${value}"`);
  }
  return { ...list, items: items.map((item) => placedAt(item, list)) };
}

/** Nodes of a command-line value point into no file: they stand where the list stands. */
function placedAt(node: YamlNode, place: Place): YamlNode {
  const { start, end } = place;
  if (node.kind === 'sequence') return { ...node, start, end, items: node.items.map((item) => placedAt(item, place)) };
  if (node.kind !== 'mapping') return { ...node, start, end };
  const pairs = node.pairs.map(({ key, value }) => ({ key: placedAt(key, place), value: placedAt(value, place) }));
  return { ...node, start, end, pairs };
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function failure(manifest: Manifest, { start, end }: YamlNode, message: string): ToolError {
  const code = 'MANIFEST_PARAMETER_ERR';
  const diagnostics = diagnosticsOf(manifest.origin, [{ severity: 'error', code, message, start, end }]);
  return new ToolError(code, `${diagnostics.map(placeOf).join()}: ${message}`, {
    diagnostics,
    suggestions: [
      { code: 'SET_VALUE', action: 'Give the value with --set NAME=VALUE or in the file of --set-value-file' },
    ],
  });
}
