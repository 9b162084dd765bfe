import type { Diagnostic } from '../../core/diagnostic.ts';
import type { ConfigDocument } from '../documents.ts';
import { nearestNode } from '../nodes.ts';
import { findingAt } from '../source.ts';
import type { ActiveProfile, Circumstances } from './activation.ts';

/**
 * Profiles that the current Kubernetes context brought in, in a configuration that then deploys to another context: one
 * of the two is a mistake.
 */
export async function contextConflict(
  document: ConfigDocument,
  active: readonly ActiveProfile[],
  options: { readonly kubeContext: string | undefined },
  circumstances: Circumstances,
  findings: Diagnostic[],
): Promise<void> {
  const brought = active.filter(({ byKubeContext }) => byKubeContext);
  const effective = document.value.deploy?.kubeContext ?? '';
  if (brought.length === 0 || effective === '' || (options.kubeContext ?? '') !== '') return;
  const current = await circumstances.kubeContext();
  if (current === effective) return;
  const names = brought.map(({ name }) => JSON.stringify(name)).join(' ');
  const config = document.value.metadata?.name ?? '';
  const message = `failed to apply profiles to config "${config}": profiles [${names}] were activated by kube-context "${current}", but the effective kube-context is "${effective}"`;
  const place = nearestNode(document.root, ['deploy', 'kubeContext']);
  findings.push(
    findingAt(document.source, place, message, {
      code: 'CONFIG_APPLY_PROFILES_ERR',
      suggestion: 'Revise your profiles.activation and deploy.kubeContext configurations',
    }),
  );
}
