import type { YamlMapping, YamlPair } from '../../core/yaml-node.ts';
import { child, keyName, textNode, withChild } from '../nodes.ts';
import { scalarText } from '../scalar.ts';
import { changeArtifacts, listOf, mappingOf, type Report, type UpgradeStep } from './step.ts';

/** The files an artifact copies into its containers are rules with a directory to strip, not a map of patterns. */
export const step: UpgradeStep = (root, report) => changeArtifacts(root, (artifact) => withRules(artifact, report));

function withRules(artifact: YamlMapping, report: Report): YamlMapping {
  const sync = child(artifact, 'sync');
  if (sync?.kind !== 'mapping' || sync.pairs.length === 0) return artifact;
  const manual = sync.pairs.map((pair) => ruleOf(pair, report));
  return withChild(artifact, 'sync', mappingOf({ manual: listOf(manual, sync) }, sync));
}

/** What one entry copies where, and the leading part of the paths that does not show there. */
function ruleOf(pair: YamlPair, report: Report): YamlMapping {
  const source = keyName(pair);
  const target = pair.value.kind === 'scalar' ? scalarText(pair.value) : '';
  const fixed = fixedPart(source);
  if (fixed === undefined)
    report(pair.key, `files that match "${source}" keep their directories from now on, they used to be flattened`, {
      severity: 'warning',
      suggestion: 'Check where they end up, and see sync.manual[].strip',
    });
  const { dest, strip } = simplify(target, fixed ?? '');
  return mappingOf(
    {
      src: textNode(fixed === undefined ? source : source.replaceAll('***', '**'), pair.key),
      dest: textNode(dest, pair.value),
      strip: strip === '' ? undefined : textNode(strip, pair.key),
    },
    pair.key,
  );
}

/** The directories before the first star, where copying with the part stripped means what it meant before. */
function fixedPart(pattern: string): string | undefined {
  const simple = /^([^*]*\/)?([^*/]*\*[^*/]*|[^*/]+)$/.exec(pattern);
  if (simple !== null) return simple[1] ?? '';
  return pattern.includes('***') ? (pattern.split('***')[0] ?? '') : undefined;
}

/** A destination that ends with what is stripped needs neither. */
function simplify(dest: string, strip: string): { readonly dest: string; readonly strip: string } {
  if (strip === '' || strip === '/' || dest === '') return { dest, strip };
  const directory = dest.endsWith('/') ? dest : `${dest}/`;
  if (!directory.endsWith(strip)) return { dest, strip };
  const rest = directory.slice(0, directory.length - strip.replace(/^\//, '').length);
  return { dest: rest === '' ? '.' : rest, strip: '' };
}
