import type { Diagnostic } from '../../core/diagnostic.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';

const containerPrefix = /^container:/i;
const containerName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** `network: container:NAME` with a name Docker would not take. Names that are templates are checked when they are used. */
export function dockerNetworks(loaded: LoadedConfig): readonly Diagnostic[] {
  return (loaded.config.build?.artifacts ?? []).flatMap(({ image = '', docker }, index) => {
    const network = docker?.network ?? '';
    if (!containerPrefix.test(network)) return [];
    const name = network.replace(containerPrefix, '');
    if (name.includes('{{') || containerName.test(name)) return [];
    const message = `artifact ${image} has invalid container name '${name}'`;
    return [
      findingIn(loaded, ['build', 'artifacts', index, 'docker', 'network'], message, {
        suggestion: 'Write container: and the name of a container: letters, digits, _, . and -',
      }),
    ];
  });
}
