import type { Diagnostic } from '../../core/diagnostic.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';

const resourceTypes = [
  'container',
  'pod',
  'deployment',
  'service',
  'replicaset',
  'replicationcontroller',
  'statefulset',
  'daemonset',
  'cronjob',
  'job',
];

/** Kinds of resources whose ports cannot be forwarded. */
export function portForwards(loaded: LoadedConfig): readonly Diagnostic[] {
  return (loaded.config.portForward ?? []).flatMap(({ resourceType = '' }, index) => {
    if (resourceTypes.includes(resourceType.toLowerCase())) return [];
    const message = `"${resourceType}" is not a valid resource type for port forwarding`;
    const suggestion = `Use one of ${resourceTypes.join(', ')}`;
    return [findingIn(loaded, ['portForward', index, 'resourceType'], message, { suggestion })];
  });
}
