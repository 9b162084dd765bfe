import type { Diagnostic } from '../core/diagnostic.ts';
import { ToolError } from '../core/errors.ts';
import type { Manifest } from '../core/manifest.ts';
import type { YamlMapping, YamlNode } from '../core/yaml-node.ts';
import { resolveScalar } from '../yaml/resolve.ts';
import { stringNode, valueNode } from '../yaml/value-node.ts';
import { fieldOf, follow, stringOf, withField } from './fields.ts';
import { diagnosticsOf, placeOf } from './place.ts';
import type { ResourceSelector } from './selector.ts';

/** Manifests with a namespace set, and warnings about those that have another one. */
export interface Namespaced {
  readonly manifests: readonly Manifest[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Puts objects of the kinds the selector knows into a namespace, unless they name one themselves (Skaffold's rules).
 * One that names another namespace is warned about, except where the wanted one is `default`.
 *
 * @throws {ToolError} `RENDER_SET_NAMESPACE_ERR` where `metadata` is not a mapping.
 */
export function setNamespace(
  namespace: string,
  selector: ResourceSelector,
  manifests: readonly Manifest[],
): Namespaced {
  const warnings: Diagnostic[] = [];
  const placed = manifests.map((manifest) => {
    if (selector.rulesFor(manifest) === undefined || manifest.root.kind !== 'mapping') return manifest;
    const metadata = metadataOf(manifest);
    const present = metadata === undefined ? undefined : fieldOf(metadata, 'namespace');
    if (present !== undefined && !mayReplace(present, namespace)) {
      if (namespace !== 'default') for (const warning of conflict(manifest, present, namespace)) warnings.push(warning);
      return manifest;
    }
    return { ...manifest, root: withNamespace(manifest.root, metadata, namespace) };
  });
  return { manifests: placed, warnings };
}

function withNamespace(root: YamlMapping, metadata: YamlMapping | undefined, namespace: string): YamlMapping {
  const placed =
    metadata === undefined ? valueNode({ namespace }) : withField(metadata, 'namespace', stringNode(namespace));
  return withField(root, 'metadata', placed);
}

function mayReplace(present: YamlNode, namespace: string): boolean {
  const written = follow(present);
  if (written.kind === 'scalar' && resolveScalar(written).kind === 'null') return true;
  const name = stringOf(written);
  return name === '' || name === namespace;
}

function conflict(manifest: Manifest, present: YamlNode, namespace: string): readonly Diagnostic[] {
  const message = `a manifest already has namespace set "${stringOf(present) ?? ''}" which conflicts with namespace on the CLI "${namespace}"`;
  const { start, end } = present;
  return diagnosticsOf(manifest.origin, [
    { severity: 'warning', code: 'RENDER_SET_NAMESPACE_ERR', message, start, end },
  ]);
}

function metadataOf(manifest: Manifest): YamlMapping | undefined {
  const node = fieldOf(manifest.root, 'metadata');
  const written = node === undefined ? undefined : follow(node);
  if (written === undefined || written.kind === 'mapping') return written;
  const { start, end } = written;
  const [diagnostic] = diagnosticsOf(manifest.origin, [
    { severity: 'error', code: 'RENDER_SET_NAMESPACE_ERR', message: 'metadata is not a mapping', start, end },
  ]);
  const diagnostics = diagnostic === undefined ? [] : [diagnostic];
  throw new ToolError('RENDER_SET_NAMESPACE_ERR', `${diagnostics.map(placeOf).join()}: metadata is not a mapping`, {
    diagnostics,
    suggestions: [{ code: 'FIX_METADATA', action: 'Give the object a metadata mapping' }],
  });
}
