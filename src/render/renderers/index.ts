import type { Renderer } from '../../core/plugins.ts';
import { unsupportedField } from '../../core/unsupported.ts';
import { helm } from './helm/index.ts';
import { kpt } from './kpt.ts';
import { kustomize } from './kustomize.ts';
import { rawYaml } from './raw-yaml.ts';
import { remoteManifests } from './remote-manifests.ts';

/** Every kind of manifest source, by its key under `manifests`. A new one is a line here. */
const renderers: readonly Renderer<never>[] = [kpt, rawYaml, remoteManifests, kustomize, helm];

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
