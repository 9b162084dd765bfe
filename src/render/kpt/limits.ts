import type { Context } from '../../core/ports.ts';
import type { Module } from '../../core/project.ts';

/** Sources whose manifests `manifests.validate` never sees. */
const unchecked = ['kustomize', 'helm'];

/** Says where functions do nothing, as they do nothing in Skaffold. */
export function warnOfLimits({ manifests, manifestTransforms }: Module, ctx: Context): void {
  const { transform, validate } = manifestTransforms;
  const warn = (message: string): void => ctx.emit({ type: 'log', level: 'warning', message });
  for (const { type } of manifests) {
    if (transform.length > 0 && type === 'helm') warn('manifests.transform does not apply to manifests.helm');
    if (validate.length > 0 && unchecked.includes(type)) warn(`manifests.validate does not apply to manifests.${type}`);
  }
  for (const [index, entry] of validate.entries()) {
    const { configMap = [] } = entry as { readonly configMap?: readonly string[] };
    if (configMap.length > 0) warn(`manifests.validate[${index}].configMap is not passed to the function`);
  }
}
