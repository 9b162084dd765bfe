import { resolve } from 'node:path';
import type { Manifest, ManifestOrigin } from '../../core/manifest.ts';
import type { Context } from '../../core/ports.ts';
import type { Module } from '../../core/project.ts';
import type { YamlNode } from '../../core/yaml-node.ts';
import { fieldOf, follow, groupKindOf, stringOf } from '../../manifest/fields.ts';
import { shownPath } from '../../render/paths.ts';
import { readAll } from '../../render/read-all.ts';
import { rawYaml } from '../../render/renderers/raw-yaml.ts';
import { lineIndex } from '../../yaml/lines.ts';
import { decodeYaml } from '../../yaml/text.ts';
import { mergedPairs } from '../../yaml/value.ts';
import { type LintFinding, managedBy, managedByLabel, type PortSuggestion } from './rules.ts';

/**
 * The objects in the files that `manifests.rawYaml` of a module names; what it names by URL is passed over, as in Skaffold.
 *
 * @throws `MANIFEST_PARSE_ERR` for files that are not YAML.
 */
export async function localManifests(module: Module, ctx: Context): Promise<readonly Manifest[]> {
  const entries = module.manifests.find(({ type }) => type === rawYaml.type)?.spec as readonly string[] | undefined;
  if (entries === undefined) return [];
  // Entries without files are told by whoever renders; the default pattern need not match.
  const quiet: Context = { ...ctx, emit: () => {} };
  const origins: ManifestOrigin[] = [];
  for (const path of await rawYaml.inputs(entries, module, quiet)) {
    const source = shownPath(path, ctx);
    origins.push({ module: module.name, source, text: decodeYaml(await ctx.system.files.read(path), source) });
  }
  return await readAll(origins);
}

/** ID000006, at the label. */
export function lintManifest({ root, origin }: Manifest, ctx: Context): readonly LintFinding[] {
  const labels = fieldOf(fieldOf(root, 'metadata'), 'labels');
  const written = labels === undefined ? undefined : follow(labels);
  if (written?.kind !== 'mapping') return [];
  const pair = mergedPairs(written).find(({ key }) => stringOf(key) === managedByLabel);
  if (pair === undefined) return [];
  const lines = lineIndex(origin.text);
  const at = lines.range(origin.source, pair.key.start, pair.key.start);
  return [
    {
      rule: managedBy,
      file: resolve(ctx.system.cwd, origin.source),
      shownFile: origin.source,
      explanation: managedBy.ExplanationTemplate,
      line: at.line,
      column: at.column,
      text: lines.excerpt(at),
    },
  ];
}

/** The ports of the containers of a Pod or Deployment; of other objects none, as in Skaffold. */
export function containerPorts(manifest: Manifest): readonly Omit<PortSuggestion, 'localPort'>[] {
  const { group, kind } = groupKindOf(manifest) ?? { group: '', kind: '' };
  const isPod = group === '' && kind === 'Pod';
  if (!isPod && !(group === 'apps' && kind === 'Deployment')) return [];
  const spec = fieldOf(manifest.root, 'spec');
  const podSpec = isPod ? spec : fieldOf(fieldOf(spec, 'template'), 'spec');
  const resourceName = stringOf(fieldOf(fieldOf(manifest.root, 'metadata'), 'name')) ?? '';
  const ports = itemsOf(fieldOf(podSpec, 'containers')).flatMap((container) => itemsOf(fieldOf(container, 'ports')));
  return ports.flatMap((entry) => {
    const port = fieldOf(entry, 'containerPort');
    const written = port === undefined ? undefined : follow(port);
    return written?.kind === 'scalar' ? [{ resourceType: kind.toLowerCase(), resourceName, port: written.text }] : [];
  });
}

function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  const written = node === undefined ? undefined : follow(node);
  return written?.kind === 'sequence' ? written.items : [];
}
