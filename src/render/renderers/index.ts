import type { Renderer } from '../../core/plugins.ts';
import { unsupportedField } from '../../core/unsupported.ts';
import { kustomize } from './kustomize.ts';
import { rawYaml } from './raw-yaml.ts';

/** Every kind of manifest source, by its key under `manifests`. A new one is a line here. */
const renderers: readonly Renderer<never>[] = [rawYaml, kustomize];

/** Sources whose manifests still have the comments their authors wrote, and so the parameters that stand there. */
const commented: ReadonlySet<string> = new Set([rawYaml.type]);

/**
 * Refuses parameters for a source that cannot have any.
 *
 * @throws {ToolError} `NOT_SUPPORTED`.
 */
export function checkParameters(type: string, parameters: ReadonlyMap<string, string>): void {
  if (parameters.size === 0 || commented.has(type)) return;
  throw unsupportedField(
    `manifests.${type}`,
    'this version sets parameters (--set) in manifests.rawYaml only',
    'Render without --set and --set-value-file',
  );
}

/**
 * The renderer for a key under `manifests`.
 *
 * @throws {ToolError} `NOT_SUPPORTED` for a key this version cannot render.
 */
export function rendererFor(type: string): Renderer {
  const renderer = renderers.find((candidate) => candidate.type === type);
  if (renderer !== undefined) return renderer as Renderer;
  const known = renderers.map((candidate) => `manifests.${candidate.type}`).join(' or ');
  throw unsupportedField(`manifests.${type}`, 'this version cannot render it', `Use ${known}`);
}
