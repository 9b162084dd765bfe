import type { Diagnostic } from '../../core/diagnostic.ts';
import type { YamlMapping, YamlNode } from '../../core/yaml-node.ts';
import { decode } from '../decode.ts';
import type { ConfigDocument } from '../documents.ts';
import { child, itemsOf } from '../nodes.ts';
import { scalarText } from '../scalar.ts';
import { latest } from '../schema.ts';
import { findingAt } from '../source.ts';
import { overlayProfile } from './overlay.ts';
import { applyPatch, noValue, type Patch } from './patch.ts';
import { createWork, spend, type Work } from './work.ts';
import { withoutZeroes } from './zero.ts';

/**
 * The document with profiles applied one after the other: each one's overlay, then its patches. Of two profiles with the
 * same name the last definition counts. What does not fit is a finding with code `CONFIG_APPLY_PROFILES_ERR`.
 *
 * @throws {ToolError} `CONFIG_APPLY_PROFILES_ERR` for more patches than can be applied in a moment.
 */
export function applyProfiles(
  document: ConfigDocument,
  names: readonly string[],
  findings: Diagnostic[],
): ConfigDocument {
  if (names.length === 0) return document;
  const before = findings.length;
  const work = createWork();
  const root = names.reduce(
    (node, name) => applyProfile(node, profileNode(document.root, name, work), document, findings, work),
    document.root,
  );
  if (findings.length > before) return document;
  const value = decodePatched(root, document, findings);
  return { ...document, root, value };
}

function profileNode(root: YamlMapping, name: string, work: Work): YamlNode | undefined {
  const profiles = itemsOf(child(root, 'profiles'));
  spend(work, profiles.length);
  return profiles.findLast((profile) => textAt(profile, 'name') === name);
}

function textAt(node: YamlNode | undefined, name: string): string | undefined {
  const value = child(node, name);
  return value?.kind === 'scalar' ? scalarText(value) : undefined;
}

function applyProfile(
  root: YamlMapping,
  profile: YamlNode | undefined,
  document: ConfigDocument,
  findings: Diagnostic[],
  work: Work,
): YamlMapping {
  if (profile?.kind !== 'mapping') return root;
  let result = overlayProfile(root, profile);
  for (const entry of itemsOf(child(profile, 'patches'))) {
    const patched = applyPatch(withoutZeroes(result, work), readPatch(entry), work);
    if (patched?.kind === 'mapping') result = patched;
    else findings.push(badPatch(entry, textAt(profile, 'name') ?? '', document));
  }
  return result;
}

function readPatch(entry: YamlNode): Patch {
  return {
    op: textAt(entry, 'op') ?? '',
    path: textAt(entry, 'path') ?? '',
    from: textAt(entry, 'from'),
    value: child(entry, 'value') ?? noValue(entry),
  };
}

function badPatch(entry: YamlNode, profile: string, document: ConfigDocument): Diagnostic {
  const { op, path } = readPatch(entry);
  const verb = op === '' ? 'replace' : op;
  const place = child(entry, 'path') ?? entry;
  const name = document.value.metadata?.name ?? '';
  const message = `failed to apply profiles to config "${name}": applying profile "${profile}": invalid path: ${path}`;
  return findingAt(document.source, place, message, {
    code: 'CONFIG_APPLY_PROFILES_ERR',
    suggestion: suggestionFor(verb, path),
  });
}

function suggestionFor(op: string, path: string): string {
  if (!['add', 'remove', 'replace', 'move', 'copy', 'test'].includes(op))
    return `Use one of the operations add, remove, replace, move, copy and test instead of "${op}"`;
  if (!path.startsWith('/')) return 'Begin the path with /, as in /build/artifacts/0/image';
  if (op === 'replace') return 'Use "op: add" for a field that the configuration does not set';
  return `Check that the configuration, with earlier profiles applied, allows "${op}" there`;
}

/** Patches may bring in anything: wrong types are errors, unknown fields are told and left out, as Skaffold leaves them out. */
function decodePatched(root: YamlMapping, document: ConfigDocument, findings: Diagnostic[]): ConfigDocument['value'] {
  const found: Diagnostic[] = [];
  const value = decode(root, { source: document.source, version: latest, unknownFields: 'warning', findings: found });
  for (const finding of found) findings.push({ ...finding, code: 'CONFIG_APPLY_PROFILES_ERR' });
  return value;
}
