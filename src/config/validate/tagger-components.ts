import type { Diagnostic } from '../../core/diagnostic.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';

const policies = ['gitCommit', 'sha256', 'envTemplate', 'dateTime', 'customTemplate', 'inputDigest'] as const;

/** Components of a customTemplate that name no policy. */
export function taggerComponents(loaded: LoadedConfig): readonly Diagnostic[] {
  const components = loaded.config.build?.tagPolicy?.customTemplate?.components ?? [];
  return components.flatMap((component, index) => {
    if (policies.some((policy) => component[policy] !== undefined)) return [];
    const path = ['build', 'tagPolicy', 'customTemplate', 'components', index];
    const message = `component "${component.name ?? ''}" of the customTemplate has no tag policy (required value not set)`;
    return [findingIn(loaded, path, message, { suggestion: `Give it one of ${policies.join(', ')}` })];
  });
}
