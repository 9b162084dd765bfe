/** Where and how a module builds: what it may ask for, and what is refused. */
import type { LocalBuild } from '../config/generated/types.ts';
import type { DockerSettings } from '../core/plugins.ts';
import type { Module } from '../core/project.ts';
import { unsupportedField } from '../core/unsupported.ts';

/**
 * Refuses modules that build neither on this machine nor in a cluster.
 *
 * @throws `NOT_SUPPORTED` naming the field, `build.googleCloudBuild`.
 */
export function requireKnownEnvironment({ file, build: { environment } }: Module): void {
  if (environment === 'local' || environment === 'cluster') return;
  const field = `build.${environment}`;
  throw unsupportedField(
    field,
    `${file} builds with it, which this version cannot do`,
    `Remove ${field}, or activate a profile that builds with build.local or build.cluster`,
  );
}

/**
 * Refuses what the local builds of modules ask for and no engine does. (`useBuildkit` and `useDockerCLI` choose among ways
 * to use a Docker Engine: where another engine builds, none is used.)
 *
 * @throws `NOT_SUPPORTED` naming the field.
 */
export function refuseLocalSettings(modules: readonly Module[]): void {
  for (const { build } of modules) {
    const local = build.environmentSpec as LocalBuild;
    if (local.tryImportMissing === true) {
      throw unsupportedField(
        'build.local.tryImportMissing',
        'this version builds what is missing and takes no image for it from a registry',
        'Remove the field',
      );
    }
  }
}

/** How a module wants Docker to build; undefined where it does not say. */
export function dockerSettingsOf({ build }: Module): DockerSettings | undefined {
  const { useBuildkit, useDockerCLI } = build.environmentSpec as LocalBuild;
  if (build.environment !== 'local' || (useBuildkit === undefined && useDockerCLI !== true)) return undefined;
  return { ...(useBuildkit === undefined ? {} : { useBuildkit }), ...(useDockerCLI === true ? { useDockerCLI } : {}) };
}
