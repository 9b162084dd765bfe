/** Where and how a module builds: what it may ask for, and what is refused. */
import type { LocalBuild } from '../config/generated/types.ts';
import type { ImageEngine } from '../core/plugins.ts';
import type { Module } from '../core/project.ts';
import { unsupportedField } from '../core/unsupported.ts';

/**
 * Refuses modules that build elsewhere than on this machine.
 *
 * @throws `NOT_SUPPORTED` naming the field, `build.cluster` or `build.googleCloudBuild`.
 */
export function requireLocalBuild({ file, build: { environment } }: Module): void {
  if (environment === 'local') return;
  const field = `build.${environment}`;
  throw unsupportedField(
    field,
    `${file} builds with it, which this version cannot do`,
    `Remove ${field}, or activate a profile that builds with build.local`,
  );
}

/**
 * Refuses what the local builds of modules ask for and the engine does not do. `useBuildkit` and `useDockerCLI` choose
 * among ways to use Docker: where the embedded engine builds, none is used.
 *
 * @throws `NOT_SUPPORTED` naming the field.
 */
export function refuseLocalSettings(modules: readonly Module[], engine: ImageEngine['name']): void {
  for (const { build } of modules) {
    const local = build.environmentSpec as LocalBuild;
    if (local.tryImportMissing === true) {
      throw unsupportedField(
        'build.local.tryImportMissing',
        'this version builds what is missing and takes no image for it from a registry',
        'Remove the field',
      );
    }
    if (engine !== 'docker') continue;
    if (local.useBuildkit === true) throw otherWay('useBuildkit', 'cannot build with BuildKit');
    if (local.useDockerCLI === true)
      throw otherWay('useDockerCLI', 'calls the Docker Engine and not the docker command');
  }
}

function otherWay(name: string, problem: string): Error {
  const field = `build.local.${name}`;
  return unsupportedField(field, `this version ${problem}`, `Remove ${field}, or build with --engine=embedded`);
}
