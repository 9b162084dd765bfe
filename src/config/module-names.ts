import type { Diagnostic } from '../core/diagnostic.ts';
import type { ConfigDocument } from './documents.ts';
import { nearestNode } from './nodes.ts';
import { findingAt, rangeOf } from './source.ts';

/** Two documents of one file with the same `metadata.name`. */
export function reportDuplicateNames(documents: readonly ConfigDocument[], findings: Diagnostic[]): void {
  const first = new Map<string, ConfigDocument>();
  for (const document of documents) {
    const name = document.value.metadata?.name ?? '';
    const earlier = first.get(name);
    if (name === '') continue;
    if (earlier === undefined) first.set(name, document);
    else findings.push(duplicateInFile(name, document, earlier));
  }
}

function duplicateInFile(name: string, document: ConfigDocument, earlier: ConfigDocument): Diagnostic {
  const message = `multiple skaffold configs named "${name}" found in file "${document.source.file}"`;
  return duplicate(document, earlier, message, 'CONFIG_DUPLICATE_NAMES_SAME_FILE_ERR');
}

/** Notes who has a name; the same name in two files is a finding. */
export function recordName(
  name: string,
  location: string,
  document: ConfigDocument,
  names: Map<string, { readonly location: string; readonly document: ConfigDocument }>,
  findings: Diagnostic[],
): void {
  if (name === '') return;
  const earlier = names.get(name);
  if (earlier === undefined) names.set(name, { location, document });
  else if (earlier.location !== location) {
    const files = `"${earlier.document.source.file}" and "${document.source.file}"`;
    const message = `skaffold config named "${name}" found in multiple files: ${files}`;
    findings.push(duplicate(document, earlier.document, message, 'CONFIG_DUPLICATE_NAMES_ACROSS_FILES_ERR'));
  }
}

function duplicate(
  document: ConfigDocument,
  earlier: ConfigDocument,
  message: string,
  code: 'CONFIG_DUPLICATE_NAMES_SAME_FILE_ERR' | 'CONFIG_DUPLICATE_NAMES_ACROSS_FILES_ERR',
): Diagnostic {
  const path = ['metadata', 'name'];
  return findingAt(document.source, nearestNode(document.root, path), message, {
    code,
    suggestion: 'Give one of them another metadata.name',
    related: [{ message: 'the other one is here', at: rangeOf(earlier.source, nearestNode(earlier.root, path)) }],
  });
}
