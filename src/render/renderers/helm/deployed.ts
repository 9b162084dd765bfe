import type { Module } from '../../../core/project.ts';
import type { HelmSpec } from './spec.ts';

/**
 * The releases that only `deploy.helm` of a module has, as something to render; undefined where there are none. They are
 * told from those of `manifests.helm` by their names as written, and come without the flags of `deploy.helm` (as in
 * Skaffold's `render`).
 */
export function deployedReleases({ manifests, deploy }: Module): HelmSpec | undefined {
  const rendered = new Set(releasesIn(manifests).map(({ name = '' }) => name));
  const releases = releasesIn(deploy).filter(({ name = '' }) => !rendered.has(name));
  return releases.length === 0 ? undefined : { releases };
}

function releasesIn(entries: Module['manifests']): NonNullable<HelmSpec['releases']> {
  return entries.flatMap(({ type, spec }) => (type === 'helm' ? ((spec as HelmSpec).releases ?? []) : []));
}
