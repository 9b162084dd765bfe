import { decode } from '../../config/decode.ts';
import { type ConfigDocument, parseConfiguration } from '../../config/documents.ts';
import { failWith, hasErrors } from '../../config/failure.ts';
import type { SkaffoldConfig } from '../../config/generated/types.ts';
import { child } from '../../config/nodes.ts';
import { normalise, withoutDotKeys } from '../../config/normalise.ts';
import { isNull, scalarText } from '../../config/scalar.ts';
import { latest } from '../../config/schema.ts';
import { createSource, findingAt, type Source } from '../../config/source.ts';
import { upgrade } from '../../config/upgrade/index.ts';
import { apiVersionPrefix, versionIndex } from '../../config/versions.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { YamlMapping, YamlNode } from '../../core/yaml-node.ts';
import { parseYaml } from '../../yaml/parse.ts';
import { printNode } from '../../yaml/print.ts';
import { configText } from './config-text.ts';
import { withScalarsOf } from './fix-edit.ts';

/** A configuration file in the version it is written in. */
export interface WrittenFile {
  /** As messages name it. */
  readonly name: string;
  readonly text: string;
  readonly documents: readonly WrittenDocument[];
  /** The documents in the latest version; those that cannot be upgraded so far are missing. */
  readonly parsed: readonly ConfigDocument[];
  readonly warnings: readonly Diagnostic[];
}

interface WrittenDocument {
  readonly root: YamlMapping;
  /** Index of its version. */
  readonly version: number;
}

/** Reads a file whose documents may have any version. @throws {ToolError} with all findings, as loading does. */
export async function readWritten(name: string, bytes: Uint8Array): Promise<WrittenFile> {
  const { documents: parsed, findings } = await parseConfiguration(name, bytes);
  if (hasErrors(findings)) throw failWith(findings, 'CONFIG_FILE_PARSING_ERR');
  const source = createSource(name, new TextDecoder().decode(bytes));
  return { name, text: source.text, documents: await writtenDocuments(source), parsed, warnings: findings };
}

async function writtenDocuments(source: Source): Promise<readonly WrittenDocument[]> {
  const roots = (await parseYaml(source.text)).documents.flatMap(({ root }) =>
    root === undefined || isNull(root) ? [] : [root.kind === 'alias' ? root.target : root],
  );
  return roots.flatMap((written): WrittenDocument[] => {
    if (written.kind !== 'mapping') return [];
    const root = withoutDotKeys(normalise(written, source, []));
    const apiVersion = child(root, 'apiVersion');
    if (apiVersion?.kind !== 'scalar') return [];
    return [{ root, version: versionIndex(scalarText(apiVersion).slice(apiVersionPrefix.length)) }];
  });
}

/**
 * The file with all documents brought to a version (its index). Where nothing moves, comments and layout stay; else it
 * is written anew, as Skaffold writes it.
 *
 * @throws {ToolError} `CONFIG_UPGRADE_ERR` with what cannot be upgraded.
 */
export async function upgradedText(file: WrittenFile, target: number): Promise<string> {
  const whole = configText(await upgradedConfigs(file, target), { version: target });
  if (!/(?:^|\s)#/.test(file.text)) return whole;
  const edited = await editedText(file, whole);
  return edited ?? whole;
}

/** The file's own text, changed to say what `whole` says; undefined where that takes more than other scalars. */
async function editedText({ name, text, documents }: WrittenFile, whole: string): Promise<string | undefined> {
  const wanted = (await parseYaml(whole)).documents.flatMap(({ root }) => root ?? []);
  if (wanted.length !== documents.length) return undefined;
  let edited: string | undefined = text;
  for (const [index, { root }] of [...documents.entries()].reverse()) {
    const to = wanted[index];
    edited = edited === undefined || to === undefined ? undefined : withScalarsOf(edited, root, to);
  }
  if (edited === undefined) return undefined;
  const found = await writtenDocuments(createSource(name, edited));
  const says = (nodes: readonly YamlNode[]): string => nodes.map((node) => printNode(node)).join('---\n');
  return says(found.map(({ root }) => root)) === says(wanted) ? edited : undefined;
}

async function upgradedConfigs(file: WrittenFile, target: number): Promise<readonly SkaffoldConfig[]> {
  if (target === latest) return file.parsed.map(({ value }) => value);
  const source = createSource(file.name, file.text);
  const findings: Diagnostic[] = [];
  const configs: SkaffoldConfig[] = [];
  for (const { root, version } of file.documents) {
    const upgraded = await upgrade(
      root,
      version,
      (node, message, details) =>
        findings.push(findingAt(source, node, message, { code: 'CONFIG_UPGRADE_ERR', ...details })),
      target,
    );
    configs.push(decode(upgraded, { source, version: target, unknownFields: 'ignore', findings }));
  }
  if (hasErrors(findings)) throw failWith(findings, 'CONFIG_UPGRADE_ERR');
  return configs;
}
