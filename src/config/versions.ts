/**
 * The apiVersions of skaffold.yaml, oldest first, without the `skaffold/` in front (Skaffold v2.24.0's list).
 * The one place that knows them: schemas, validation and messages all read it.
 */
export const apiVersions: readonly string[] = [
  ...series('v1alpha', 5),
  ...series('v1beta', 17),
  'v1',
  ...series('v2alpha', 4),
  ...series('v2beta', 29),
  'v3alpha1',
  'v3',
  ...series('v4beta', 14),
];

/** What every apiVersion is written with. */
export const apiVersionPrefix = 'skaffold/';

/** The newest apiVersion: what older configurations are upgraded to. */
export const latestVersion = 'v4beta14';

function series(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}

const indexes: ReadonlyMap<string, number> = new Map(apiVersions.map((version, index) => [version, index]));

/** Place of a version in {@link apiVersions}, to compare two of them; -1 for an unknown one. */
export function versionIndex(version: string): number {
  return indexes.get(version) ?? -1;
}
