import type { Diagnostic } from '../../core/diagnostic.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';

const logPrefixes = ['auto', 'container', 'podAndContainer', 'none'];

/** `deploy.logs.prefix` that is none of its words. */
export function logPrefix(loaded: LoadedConfig): readonly Diagnostic[] {
  const prefix = loaded.config.deploy?.logs?.prefix ?? '';
  if (prefix === '' || logPrefixes.includes(prefix)) return [];
  const message = `invalid log prefix '${prefix}'. Valid values are 'auto', 'container', 'podAndContainer' or 'none'`;
  return [findingIn(loaded, ['deploy', 'logs', 'prefix'], message)];
}

/** Jib plug-ins other than Maven's and Gradle's. */
export function jibTypes(loaded: LoadedConfig): readonly Diagnostic[] {
  return (loaded.config.build?.artifacts ?? []).flatMap(({ image = '', jib }, index) => {
    const type = (jib?.type ?? '').toLowerCase();
    if (type === '' || type === 'maven' || type === 'gradle') return [];
    const message = `artifact ${image} has invalid Jib plugin type '${type}'`;
    return [
      findingIn(loaded, ['build', 'artifacts', index, 'jib', 'type'], message, { suggestion: 'Use maven or gradle' }),
    ];
  });
}

const workerPool = /^projects\/[^/]*\/locations\/[^/]*\/workerPools\/[^/]*$/;

/** A Cloud Build worker pool that is not named in full. */
export function workerPools(loaded: LoadedConfig): readonly Diagnostic[] {
  const pool = loaded.config.build?.googleCloudBuild?.workerPool ?? '';
  if (pool === '' || workerPool.test(pool)) return [];
  const message =
    'invalid value for worker pool. Must match pattern projects/{project}/locations/{location}/workerPools/{worker_pool}';
  return [findingIn(loaded, ['build', 'googleCloudBuild', 'workerPool'], message)];
}

/** `sha256` tags everything `latest`, so that looking for an image of that tag would always find one. */
export function importMissing(loaded: LoadedConfig): readonly Diagnostic[] {
  const { local, tagPolicy } = loaded.config.build ?? {};
  if (local?.tryImportMissing !== true || tagPolicy?.sha256 === undefined) return [];
  const message = "tagging policy 'sha256' can not be used when 'tryImportMissing' is enabled";
  return [
    findingIn(loaded, ['build', 'local', 'tryImportMissing'], message, { suggestion: 'Choose another tagPolicy' }),
  ];
}
