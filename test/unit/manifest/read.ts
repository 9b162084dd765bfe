import { expect } from 'vitest';
import type { Manifest } from '../../../src/core/manifest.ts';
import { readManifests } from '../../../src/manifest/documents.ts';
import { printNode } from '../../../src/yaml/print.ts';

/** The manifests of a text without mistakes. */
export async function read(text: string): Promise<readonly Manifest[]> {
  const { manifests, diagnostics } = await readManifests({ module: undefined, source: 'm.yaml', text });
  expect(diagnostics).toEqual([]);
  return manifests;
}

/** Manifests as they are printed, separated as in a render. */
export function print(manifests: readonly Manifest[]): string {
  return manifests.map(({ root }) => printNode(root)).join('---\n');
}
