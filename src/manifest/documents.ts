import type { Diagnostic } from '../core/diagnostic.ts';
import type { Manifest, ManifestOrigin } from '../core/manifest.ts';
import type { YamlMapping, YamlNode, YamlPair } from '../core/yaml-node.ts';
import { mostProblems } from '../yaml/limits.ts';
import { lineIndex } from '../yaml/lines.ts';
import { parseYaml, type YamlDocument, type YamlLimits } from '../yaml/parse.ts';
import type { Reprinter } from '../yaml/reprint.ts';
import { keyText } from '../yaml/value.ts';
import { findingsIn } from './check.ts';
import { fieldOf, follow, groupKindOf, isEmpty, stringOf } from './fields.ts';
import { diagnosticsOf, type Finding } from './place.ts';
import { createManifestReprinter, manifestLimits, readPrinted } from './read-printed.ts';

/** The manifests of a text, and what is wrong with it. With errors, the manifests are not complete. */
export interface ReadManifests {
  readonly manifests: readonly Manifest[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a file or a program's output: one manifest per YAML document. Documents without content, `null` and empty
 * mappings are left out. `reprinter` remembers what it has read: one for several texts is quicker. Objects that follow each other without `---` are told apart where a top-level key comes again.
 */
export async function readManifests(
  origin: ManifestOrigin,
  reprinter: Reprinter = createManifestReprinter(),
): Promise<ReadManifests> {
  const limits = manifestLimits();
  const manifests = await readPrinted(origin, reprinter, limits);
  return manifests === undefined ? readCompletely(origin, limits) : { manifests, diagnostics: [] };
}

async function readCompletely(origin: ManifestOrigin, limits: YamlLimits): Promise<ReadManifests> {
  const { documents, errors } = await parseYaml(origin.text, limits);
  const unreadable = [...errors.map(parseFinding), ...directivesIn(origin.text, documents)];
  if (unreadable.length > 0) return { manifests: [], diagnostics: diagnosticsOf(origin, unreadable) };
  const roots = documents.flatMap(({ root }) => (root === undefined ? [] : [follow(root)]));
  const objects = isConcatenated(origin.text, roots) ? roots.flatMap(splitObjects) : roots;
  const kept = objects.filter((root) => !isEmpty(root));
  const lineOf = lineCounter(origin);
  const findings: Finding[] = [];
  for (const root of kept) {
    findings.push(...(root.kind === 'mapping' ? findingsIn(root, lineOf) : [notAnObject(root)]));
    if (findings.length >= mostProblems) break;
  }
  const told = diagnosticsOf(origin, findings.slice(0, mostProblems));
  return { manifests: kept.map((root) => ({ root, origin })), diagnostics: told };
}

/** A lone `List` stands for its items; next to other manifests it stays as it is (as in Skaffold). */
export function unwrapLoneList(manifests: readonly Manifest[]): readonly Manifest[] {
  const [list, ...others] = manifests;
  if (list === undefined || others.length > 0 || !['List', 'ResourceList'].includes(kindOf(list) ?? ''))
    return manifests;
  const items = fieldOf(list.root, 'items');
  const written = items === undefined ? undefined : follow(items);
  if (written?.kind !== 'sequence') return manifests;
  return written.items.map((item) => ({ ...list, root: follow(item) })).filter(({ root }) => !isEmpty(root));
}

function kindOf(manifest: Manifest): string | undefined {
  return groupKindOf(manifest)?.kind ?? stringOf(fieldOf(manifest.root, 'kind'));
}

function parseFinding({ message, start, end }: { message: string; start: number; end: number }): Finding {
  return { severity: 'error', code: 'MANIFEST_PARSE_ERR', message, start, end };
}

/** kubectl and Skaffold cannot read directives, so a manifest with one works nowhere else. */
function directivesIn(text: string, documents: readonly YamlDocument[]): readonly Finding[] {
  const directives = text.startsWith('%') || text.includes('\n%') ? [...text.matchAll(/^%(?:YAML|TAG) .*$/gm)] : [];
  let at = 0;
  const outside = directives.filter(({ index }) => {
    while ((documents[at]?.end ?? text.length) <= index) at++;
    return index < (documents[at]?.start ?? text.length);
  });
  return outside.map(({ 0: directive, index }) => ({
    severity: 'error',
    code: 'MANIFEST_PARSE_ERR',
    message: `Kubernetes tools do not read YAML directives such as "${directive.trim()}"`,
    suggestion: 'Remove the line',
    start: index,
    end: index + directive.length,
  }));
}

function notAnObject({ start, end }: YamlNode): Finding {
  return {
    severity: 'error',
    code: 'MANIFEST_PARSE_ERR',
    message: 'A manifest must be a mapping with apiVersion and kind',
    suggestion: 'Take the file out of the configuration when it holds no Kubernetes object',
    start,
    end,
  };
}

/** Line numbers, prepared only when somebody asks. */
function lineCounter({ source, text }: ManifestOrigin): (offset: number) => number {
  let lines: ReturnType<typeof lineIndex> | undefined;
  return (offset) => {
    lines ??= lineIndex(text);
    return lines.range(source, offset, offset).line;
  };
}

/** `kubectl create --dry-run -oyaml` prints several objects without anything between them. */
function isConcatenated(text: string, roots: readonly YamlNode[]): boolean {
  return roots.length === 1 && (text.match(/^\ufeff?apiVersion:/gm)?.length ?? 0) > 1;
}

function splitObjects(root: YamlNode): YamlNode[] {
  if (root.kind !== 'mapping') return [root];
  const objects: YamlPair[][] = [[]];
  let seen = new Set<string | undefined>();
  for (const pair of root.pairs) {
    const key = keyText(pair.key);
    if (seen.has(key)) {
      objects.push([]);
      seen = new Set();
    }
    seen.add(key);
    objects.at(-1)?.push(pair);
  }
  return objects.map((pairs) => part(root, pairs));
}

function part(root: YamlMapping, pairs: readonly YamlPair[]): YamlMapping {
  return { ...root, pairs, start: pairs[0]?.key.start ?? root.start, end: pairs.at(-1)?.value.end ?? root.end };
}
