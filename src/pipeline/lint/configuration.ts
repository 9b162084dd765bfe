import type { LoadedConfig } from '../../config/loaded-config.ts';
import { isNull } from '../../config/scalar.ts';
import { apiVersionPrefix, latestVersion } from '../../config/versions.ts';
import type { Manifest } from '../../core/manifest.ts';
import type { Context } from '../../core/ports.ts';
import type { YamlNode } from '../../core/yaml-node.ts';
import { fieldOf, follow, stringOf } from '../../manifest/fields.ts';
import { parseYaml } from '../../yaml/parse.ts';
import { containerPorts } from './manifests.ts';
import { type LintFinding, type LintRule, outdatedVersion, staticPort, staticPortExplanation } from './rules.ts';

/** Hands out local ports from 32581 on, where Skaffold begins too. One for a whole run, so that modules do not share any. */
export type TakePort = () => number;

export function createPorts(): TakePort {
  let next = 32581;
  return () => next++;
}

/** ID000001 and ID000002 of one configuration, looked at as it is written: nothing upgraded, no profiles, no defaults. */
export async function lintConfiguration(
  loaded: LoadedConfig,
  manifests: readonly Manifest[],
  takePort: TakePort,
  ctx: Context,
): Promise<readonly LintFinding[]> {
  const { source, index } = loaded.document;
  const { documents } = await parseYaml(source.text);
  const document = documents.filter(({ root }) => root !== undefined && !isNull(root))[index];
  const root = document?.root;
  if (document === undefined || root === undefined) return [];
  const finding = (rule: LintRule, explanation: string, offset: number): LintFinding => {
    const lines = source.lines();
    const at = lines.range(source.file, offset, offset);
    const { line, column } = at;
    const shownFile = withoutDirectory(loaded.location, ctx.system.cwd);
    return { rule, file: loaded.location, shownFile, explanation, line, column, text: lines.excerpt(at) };
  };
  const version = fieldOf(root, 'apiVersion');
  const isOutdated = version !== undefined && stringOf(version) !== `${apiVersionPrefix}${latestVersion}`;
  const findings = isOutdated ? [finding(outdatedVersion, outdatedVersion.ExplanationTemplate, version.start)] : [];
  if (!isFilled(fieldOf(root, 'manifests')) || hasValue(fieldOf(root, 'portForward'))) return findings;
  const ports = manifests.flatMap(containerPorts).map((port) => ({ ...port, localPort: takePort() }));
  // Without ports there is nothing to add. Skaffold then asks for an empty list.
  if (ports.length === 0) return findings;
  return [...findings, finding(staticPort, staticPortExplanation(ports), document.end)];
}

/** As Skaffold shows a configuration: what follows the working directory, slash included; other locations as they are. */
function withoutDirectory(location: string, cwd: string): string {
  return location.startsWith(`${cwd}/`) ? location.slice(cwd.length) : location;
}

function isFilled(node: YamlNode | undefined): boolean {
  const written = node === undefined ? undefined : follow(node);
  return written?.kind === 'mapping' && written.pairs.length > 0;
}

function hasValue(node: YamlNode | undefined): boolean {
  return node !== undefined && !isNull(follow(node));
}
