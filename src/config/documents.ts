import type { Diagnostic } from '../core/diagnostic.ts';
import type { YamlMapping, YamlNode } from '../core/yaml-node.ts';
import { expandedSize } from '../yaml/limits.ts';
import { parseYaml } from '../yaml/parse.ts';
import { decode } from './decode.ts';
import type { SkaffoldConfig } from './generated/types.ts';
import { mostTokens, mostValues, sizeProblem } from './limits.ts';
import { child } from './nodes.ts';
import { normalise, withoutDotKeys } from './normalise.ts';
import { isNull, scalarText } from './scalar.ts';
import { latest } from './schema.ts';
import { withSkaffoldLines } from './skaffold-lines.ts';
import { createSource, findingAt, onePerPlace, type Source } from './source.ts';
import { nearest } from './suggest.ts';
import { apiVersionPrefix, apiVersions, latestVersion, versionIndex } from './versions.ts';

/** One configuration: a YAML document of a file, checked against its version's schema. */
export interface ConfigDocument {
  readonly source: Source;
  /** Place among the file's documents, empty ones not counted. */
  readonly index: number;
  /** The document, normalised and upgraded to the latest version; nodes point into the user's text. */
  readonly root: YamlMapping;
  /** The same as a typed value, without defaults. */
  readonly value: SkaffoldConfig;
}

/** The documents of a configuration file and everything that is wrong with them. */
export interface ParsedFile {
  readonly documents: readonly ConfigDocument[];
  readonly findings: readonly Diagnostic[];
}

/**
 * Reads the text of a configuration file: YAML, apiVersion, then all names and types by the schema of that version.
 * Empty documents, such as after a final `---`, are left out (Skaffold refuses them).
 */
export async function parseConfiguration(file: string, bytes: Uint8Array): Promise<ParsedFile> {
  const tooLarge = sizeProblem(bytes.length);
  if (tooLarge !== undefined) return { documents: [], findings: [wholeFile(file, tooLarge)] };
  const source = createSource(file, new TextDecoder().decode(bytes));
  const findings: Diagnostic[] = [];
  if (!source.text.includes('apiVersion')) return { documents: [], findings: [missingVersion(source)] };
  reportInvalidText(source, bytes, findings);
  if (findings.length > 0) return { documents: [], findings };
  const { documents, errors } = await parseYaml(source.text, { mostTokens });
  for (const error of errors) findings.push(findingAt(source, error, `yaml: ${error.message}`));
  if (findings.length > 0) return { documents: [], findings };
  const roots = documents.flatMap(({ root }) => (root === undefined || isNull(root) ? [] : [root]));
  if (roots.length === 0) findings.push(missingVersion(source));
  const tooMany = reportTooManyValues(roots, source);
  if (tooMany !== undefined) return { documents: [], findings: [tooMany] };
  const normalised: YamlMapping[] = [];
  const found: ConfigDocument[] = [];
  for (const [index, root] of roots.entries()) {
    const document = await readDocument(root, index, source, findings, normalised);
    if (document !== undefined) found.push(document);
  }
  return { documents: found, findings: withSkaffoldLines(onePerPlace(findings), normalised, source) };
}

/** A finding about a file as a whole. */
function wholeFile(file: string, { message, suggestion }: { message: string; suggestion: string }): Diagnostic {
  return findingAt(createSource(file, ''), { start: 0, end: 0 }, message, { suggestion });
}

function reportTooManyValues(roots: readonly YamlNode[], source: Source): Diagnostic | undefined {
  const known = new Map<YamlNode, number>();
  let values = 0;
  for (const root of roots) {
    values += expandedSize(root, known);
    if (values > mostValues)
      return findingAt(source, root, `the file has more than ${mostValues} values, keys counted`, {
        suggestion: 'Divide it into several files that require each other',
      });
  }
  return undefined;
}

function missingVersion(source: Source): Diagnostic {
  return findingAt(source, { start: 0, end: 0 }, 'missing apiVersion', {
    suggestion: `Begin the file with "apiVersion: ${apiVersionPrefix}${latestVersion}" and "kind: Config"`,
  });
}

function reportInvalidText(source: Source, bytes: Uint8Array, findings: Diagnostic[]): void {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const at = source.text.indexOf('\ufffd');
    findings.push(findingAt(source, { start: at, end: at + 1 }, 'yaml: this is not valid UTF-8'));
  }
}

async function readDocument(
  node: YamlNode,
  index: number,
  source: Source,
  findings: Diagnostic[],
  normalised: YamlMapping[],
): Promise<ConfigDocument | undefined> {
  const written = node.kind === 'alias' ? node.target : node;
  if (written.kind !== 'mapping') {
    const kind = written.kind === 'sequence' ? 'a list' : 'a single value';
    findings.push(findingAt(source, node, `a configuration document must be a mapping, this is ${kind}`));
    return undefined;
  }
  const before = findings.length;
  const root = withoutDotKeys(normalise(written, source, findings));
  normalised.push(root);
  const version = versionOf(root, source, findings);
  if (version === undefined) return undefined;
  const asWritten = decode(root, { source, version, unknownFields: 'error', findings });
  if (findings.slice(before).some(({ severity }) => severity === 'error')) return undefined;
  if (version === latest) return { source, index, root, value: asWritten };
  return upgraded(root, version, index, source, findings);
}

/** An older document as one of the latest version. Properties of plug-ins have their types checked only here. */
async function upgraded(
  written: YamlMapping,
  version: number,
  index: number,
  source: Source,
  findings: Diagnostic[],
): Promise<ConfigDocument | undefined> {
  const { upgrade } = await import('./upgrade/index.ts');
  const before = findings.length;
  const root = await upgrade(written, version, (node, message, details) => {
    findings.push(findingAt(source, node, message, { code: 'CONFIG_UPGRADE_ERR', ...details }));
  });
  const value = decode(root, { source, version: latest, unknownFields: 'ignore', findings });
  const failed = findings.slice(before).some(({ severity }) => severity === 'error');
  return failed ? undefined : { source, index, root, value };
}

/** Index of the document's apiVersion; undefined, with a finding, when it is not one that is read. */
function versionOf(root: YamlMapping, source: Source, findings: Diagnostic[]): number | undefined {
  const node = child(root, 'apiVersion');
  if (node !== undefined && node.kind !== 'scalar') {
    findings.push(findingAt(source, node, 'apiVersion must be a text'));
    return undefined;
  }
  const written = node === undefined ? '' : scalarText(node);
  const index = written.startsWith(apiVersionPrefix) ? versionIndex(written.slice(apiVersionPrefix.length)) : -1;
  const place = node ?? { start: root.start, end: root.start };
  if (index < 0)
    findings.push(
      findingAt(source, place, `unknown skaffold config API version "${written}"`, unknownVersion(written)),
    );
  else return index;
  return undefined;
}

function unknownVersion(written: string): {
  readonly code: 'CONFIG_UNKNOWN_API_VERSION_ERR';
  readonly suggestion: string;
} {
  const known = apiVersions.map((version) => apiVersionPrefix + version);
  const newest = apiVersionPrefix + latestVersion;
  if (isNewer(written)) {
    return {
      code: 'CONFIG_UNKNOWN_API_VERSION_ERR',
      suggestion: `Set the config 'apiVersion' to the newest that is known, ${newest}, or get a newer version of this program`,
    };
  }
  const meant = written === '' ? undefined : nearest(withPrefix(written), [...known].reverse());
  const hint = meant === undefined ? `such as ${newest}` : `perhaps ${meant}`;
  return {
    code: 'CONFIG_UNKNOWN_API_VERSION_ERR',
    suggestion: `Set the config 'apiVersion' to a known value, ${hint}`,
  };
}

/** Whether it has the form of an apiVersion, and one that comes after all that are known. */
function isNewer(written: string): boolean {
  const rank = rankOf(written.slice(apiVersionPrefix.length));
  const last = rankOf(latestVersion);
  if (!written.startsWith(apiVersionPrefix) || rank === undefined || last === undefined) return false;
  const index = rank.findIndex((part, place) => part !== last[place]);
  return index >= 0 && (rank[index] ?? 0) > (last[index] ?? 0);
}

/** Major number, stage (alpha, beta, none) and number within the stage. */
function rankOf(version: string): readonly number[] | undefined {
  const [, major, stage = 'z', number = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  return major === undefined ? undefined : [Number(major), ['alpha', 'beta', 'z'].indexOf(stage), Number(number)];
}

function withPrefix(written: string): string {
  return written.includes('/') || !written.startsWith('v') ? written : apiVersionPrefix + written;
}
