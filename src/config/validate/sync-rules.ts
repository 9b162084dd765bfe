import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Artifact } from '../generated/types.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';

/** Sync rules that can never hold: a `strip` that is no prefix, and what ko cannot infer. */
export function syncRules(loaded: LoadedConfig): readonly Diagnostic[] {
  return (loaded.config.build?.artifacts ?? []).flatMap((artifact, index) => [
    ...stripsNothing(artifact, index, loaded),
    ...koInference(artifact, index, loaded),
  ]);
}

function stripsNothing({ sync }: Artifact, index: number, loaded: LoadedConfig): readonly Diagnostic[] {
  return (sync?.manual ?? []).flatMap(({ src = '', strip = '' }, rule) => {
    if (src.startsWith(strip)) return [];
    const path = ['build', 'artifacts', index, 'sync', 'manual', rule];
    const message = `sync rule pattern '${src}' does not have prefix '${strip}'`;
    return [findingIn(loaded, path, message, { suggestion: 'Let strip be the beginning of src' })];
  });
}

function koInference({ image = '', ko, sync }: Artifact, index: number, loaded: LoadedConfig): readonly Diagnostic[] {
  const patterns = sync?.infer ?? [];
  if (ko === undefined || patterns.length === 0) return [];
  const path = ['build', 'artifacts', index];
  if ((ko.main ?? '').includes('...')) {
    const message = `artifact ${image} cannot use inferred file sync when the ko.main field contains the '...' wildcard`;
    return [
      findingIn(loaded, [...path, 'ko', 'main'], message, { suggestion: 'Name the main package without a wildcard' }),
    ];
  }
  return patterns.flatMap((pattern, number) => {
    if (pattern.includes('kodata')) return [];
    const message = `artifact ${image} has an invalid pattern ${pattern} for inferred file sync with the ko builder: it must name the 'kodata' directory`;
    return [
      findingIn(loaded, [...path, 'sync', 'infer', number], message, {
        suggestion: "Use a pattern such as 'kodata/**/*'",
      }),
    ];
  });
}
