/** Images of the KRM functions that a configuration may name. The sets and the versions are those of Skaffold v2.24. */

const catalogue = 'ghcr.io/kptdev/krm-functions-catalog';

/** What `manifests.transform[].name` may be, and the image that does it. */
export const transformFunctions: ReadonlyMap<string, string> = new Map([
  ['set-namespace', `${catalogue}/set-namespace:v0.4.1`],
  ['set-labels', `${catalogue}/set-labels:v0.1.5`],
  ['set-annotations', `${catalogue}/set-annotations:v0.1`],
  ['create-setters', `${catalogue}/create-setters:v0.1.3`],
  ['apply-setters', `${catalogue}/apply-setters:v0.2.4`],
  ['ensure-name-substring', `${catalogue}/ensure-name-substring:v0.2.0`],
  ['search-replace', `${catalogue}/search-replace:v0.2.0`],
  ['set-enforcement-action', `${catalogue}/set-enforcement-action:v0.1.0`],
]);

/** What `manifests.validate[].name` may be, and the image that does it. */
export const validateFunctions: ReadonlyMap<string, string> = new Map([
  ['kubeval', 'gcr.io/kpt-fn/kubeval:v0.1'],
  ['gatekeeper', 'gcr.io/kpt-fn/gatekeeper:v0.2.1'],
]);
