import type { Diagnostic } from '../../core/diagnostic.ts';
import type { ConfigDocument } from '../documents.ts';
import type { HelmRelease, LegacyHelmDeploy } from '../generated/types.ts';
import { nearestNode } from '../nodes.ts';
import { findingAt } from '../source.ts';

/** One release at a time; with several, `dependsOn` has to make sense. */
export function helmDefaults(
  helm: LegacyHelmDeploy,
  document: ConfigDocument,
  findings: Diagnostic[],
): LegacyHelmDeploy {
  const releases = helm.releases ?? [];
  if (releases.length > 1) for (const problem of releaseProblems(releases, document)) findings.push(problem);
  return { ...helm, concurrency: helm.concurrency ?? 1 };
}

function releaseProblems(releases: readonly HelmRelease[], document: ConfigDocument): Diagnostic[] {
  const problem = (index: number, field: string, message: string): Diagnostic => {
    const place = nearestNode(document.root, ['deploy', 'helm', 'releases', index, field]);
    return findingAt(document.source, place, message, { code: 'CONFIG_DEFAULT_VALUES_ERR' });
  };
  const found: Diagnostic[] = [];
  const names = releases.map(({ name = '' }) => name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) found.push(problem(index, 'name', `duplicate release name ${name}`));
    for (const wanted of releases[index]?.dependsOn ?? []) {
      if (!names.includes(wanted))
        found.push(problem(index, 'dependsOn', `release ${name} depends on non-existent release ${wanted}`));
    }
  }
  const cyclic = found.length > 0 ? undefined : releaseInCycle(releases);
  if (cyclic !== undefined)
    found.push(problem(names.indexOf(cyclic), 'dependsOn', `cycle detected involving release "${cyclic}"`));
  return found;
}

/** The first release, in file order, that depends on itself in the end. */
function releaseInCycle(releases: readonly HelmRelease[]): string | undefined {
  const needs = new Map(releases.map(({ name = '', dependsOn = [] }) => [name, dependsOn]));
  return [...needs.keys()].find((name) => reaches(name, name, needs, new Set()));
}

function reaches(
  from: string,
  goal: string,
  needs: ReadonlyMap<string, readonly string[]>,
  seen: Set<string>,
): boolean {
  return (needs.get(from) ?? []).some((next) => {
    if (next === goal) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return reaches(next, goal, needs, seen);
  });
}
