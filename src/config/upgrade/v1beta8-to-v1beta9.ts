import type { YamlMapping } from '../../core/yaml-node.ts';
import { child, emptyMapping, withChild, withoutChild } from '../nodes.ts';
import { changeBuilds, changeItems, given, mappingIn, type Report, textIn, type UpgradeStep } from './step.ts';

/** Builder plug-ins are gone: what was a plug-in is a builder, and where it worked is how all build. */
export const step: UpgradeStep = (root, report) =>
  changeBuilds(root, (build) => {
    const artifacts = changeItems(build, 'artifacts', (artifact) =>
      replaced(artifact, 'plugin', ['bazel', 'docker'], report),
    );
    return replaced(artifacts, 'executionEnvironment', ['googleCloudBuild', 'local'], report);
  });

/** The properties of the object under `field` under the name it has, which should be one of `names`. */
function replaced(owner: YamlMapping, field: string, names: readonly string[], report: Report): YamlMapping {
  const named = mappingIn(owner, field);
  const plain = withoutChild(owner, field);
  if (named === undefined) return plain;
  const name = textIn(named, 'name');
  if (names.includes(name)) return withChild(plain, name, given(named, 'properties') ?? emptyMapping(named));
  report(child(named, 'name') ?? named, `${field} "${name}" is not known; it is ignored`, {
    severity: 'warning',
    suggestion: `Use one of ${names.join(' and ')}`,
  });
  return plain;
}
