import type { Manifest } from '../../../core/manifest.ts';
import type { Context } from '../../../core/ports.ts';
import { fieldOf, groupKindOf, stringOf } from '../../../manifest/fields.ts';
import { replaceImages } from '../../../manifest/images.ts';
import { printNode } from '../../../yaml/print.ts';
import type { PlaceholderPass } from '../../placeholders.ts';

/**
 * Looks after images in hooks of charts: helm adds hooks to what a post-renderer made, so that their images keep the
 * names the chart gives them (as in Skaffold). With `pin` they are replaced; without, each hook is warned about.
 */
export function pinHooks(
  manifests: readonly Manifest[],
  { builds, selector, pin }: PlaceholderPass,
  ctx: Context,
): readonly Manifest[] {
  if (builds.length === 0) return manifests;
  const replace = replaceImages(builds, selector);
  return manifests.map((manifest) => {
    if (!isHook(manifest)) return manifest;
    const [replaced = manifest] = replace([manifest]);
    if (printNode(replaced.root) === printNode(manifest.root)) return manifest;
    if (!pin) ctx.emit({ type: 'log', level: 'warning', message: describe(manifest) });
    return pin ? replaced : manifest;
  });
}

function isHook({ root }: Manifest): boolean {
  const annotations = fieldOf(fieldOf(root, 'metadata'), 'annotations');
  return stringOf(fieldOf(annotations, 'helm.sh/hook')) !== undefined;
}

function describe(manifest: Manifest): string {
  const name = stringOf(fieldOf(fieldOf(manifest.root, 'metadata'), 'name')) ?? '';
  const hook = `${groupKindOf(manifest)?.kind ?? 'object'} ${name}`;
  return `${manifest.origin.source}: the images of the hook ${hook} are not replaced, for helm adds hooks afterwards. To have them replaced, render with --pin=all, or give the chart its images with setValueTemplates`;
}
