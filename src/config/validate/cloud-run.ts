import type { Diagnostic } from '../../core/diagnostic.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';
import type { LoadOptions } from '../options.ts';

/** Commands that reach the place services run in. */
const deploying: ReadonlySet<string> = new Set(['run', 'deploy', 'debug', 'dev', 'delete', 'apply']);

/** A Cloud Run deployer has to know in which region, by the configuration or by `--cloud-run-location`. */
export function cloudRunLocation(loaded: LoadedConfig, options: LoadOptions): readonly Diagnostic[] {
  const deployer = loaded.config.deploy?.cloudrun;
  if (deployer === undefined || !deploying.has(options.command)) return [];
  if ((deployer.region ?? '') !== '' || (options.cloudRunLocation ?? '') !== '') return [];
  return [
    findingIn(loaded, ['deploy', 'cloudrun'], 'Cloud Run Location is not specified', {
      suggestion: 'Set deploy.cloudrun.region, or give --cloud-run-location',
    }),
  ];
}
