/** The content of Skaffold's cache file: a YAML mapping from hashes to what is known of the image. */
import type { Digest, ImageId } from '../core/names.ts';
import type { YamlNode } from '../core/yaml-node.ts';
import { compareNaturally } from '../yaml/key-order.ts';

/** What the file says of a hash. */
export interface SkaffoldEntry {
  readonly digest?: Digest;
  readonly id?: ImageId;
}

/** Entries by hash, in the order of the file. */
export type SkaffoldEntries = ReadonlyMap<string, SkaffoldEntry>;

/**
 * Reads the file. It grows with every build and is never cleaned up, so the form that Skaffold gives it has a short way.
 *
 * @throws {Error} where it holds anything else than entries of Skaffold.
 */
export async function parseEntries(text: string): Promise<SkaffoldEntries> {
  return parseWritten(text) ?? (await parseAny(text));
}

/** Reads what {@link printEntries} and Skaffold write; undefined for everything else. */
function parseWritten(text: string): SkaffoldEntries | undefined {
  const entries = new Map<string, SkaffoldEntry>();
  let entry: { digest?: Digest; id?: ImageId } = {};
  for (const line of text.split('\n')) {
    const [, hash, name, value] = /^(?:([0-9a-f]+):| {2,4}(digest|id): (sha256:[0-9a-f]{64})|)$/.exec(line) ?? [''];
    if (hash !== undefined && isPlain(hash)) {
      entry = {};
      entries.set(hash, entry);
    } else if (name !== undefined && entries.size > 0) Object.assign(entry, { [name]: value });
    else if (line !== '') return undefined;
  }
  return entries;
}

async function parseAny(text: string): Promise<SkaffoldEntries> {
  const { parseYaml } = await import('../yaml/parse.ts');
  const { documents, errors } = await parseYaml(text);
  const [problem] = errors;
  if (problem !== undefined) throw new Error(problem.message);
  const root = documents[0]?.root;
  if (root === undefined || (root.kind === 'scalar' && root.text === '')) return new Map();
  if (root.kind !== 'mapping' || documents.length > 1) throw new Error('it holds no mapping');
  return new Map(root.pairs.map(({ key, value }) => [textOf(key), entryOf(value)]));
}

function entryOf(node: YamlNode): SkaffoldEntry {
  const fields = node.kind === 'mapping' ? node.pairs.map(({ key, value }) => [textOf(key), textOf(value)]) : undefined;
  if (fields?.every(([name]) => name === 'digest' || name === 'id') !== true)
    throw new Error('an entry is none of Skaffold');
  return Object.fromEntries(fields) as SkaffoldEntry;
}

function textOf(node: YamlNode): string {
  if (node.kind !== 'scalar') throw new Error('an entry is none of Skaffold');
  return node.text;
}

/** The entries with one more; a new one stands where Skaffold's order of keys puts it. */
export function withEntry(entries: SkaffoldEntries, hash: string, entry: SkaffoldEntry): SkaffoldEntries {
  if (entries.has(hash)) return new Map(entries).set(hash, entry);
  const all = [...entries];
  const place = all.findIndex(([other]) => compareNaturally(other, hash) > 0);
  return new Map(all.toSpliced(place < 0 ? all.length : place, 0, [hash, entry]));
}

/** The text of the file. */
export function printEntries(entries: SkaffoldEntries): string {
  const lines = [...entries].flatMap(([hash, { digest, id }]) => [
    `${scalar(hash)}:${digest === undefined && id === undefined ? ' {}' : ''}\n`,
    digest === undefined ? '' : `  digest: ${scalar(digest)}\n`,
    id === undefined ? '' : `  id: ${scalar(id)}\n`,
  ]);
  return lines.join('');
}

function scalar(text: string): string {
  return isPlain(text) ? text : JSON.stringify(text);
}

/** Whether a text is certainly read as a string without quotes: some hashes look like numbers. */
function isPlain(text: string): boolean {
  return /^(?:sha256:[0-9a-f]+|[0-9a-f]*[a-df][0-9a-f]*)$/.test(text);
}
