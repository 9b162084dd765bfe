import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Budget } from '../../go/regexp/run.ts';
import type { ConfigDocument } from '../documents.ts';
import type { Activation, Profile } from '../generated/types.ts';
import { nearestNode } from '../nodes.ts';
import { findingAt } from '../source.ts';
import { patternMatches } from './regular-expression.ts';

/** What activation looks at outside the configuration. */
export interface Circumstances {
  readonly command: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What comparing patterns may cost in all. */
  readonly patterns: Budget;
  /** `--kube-context`, or the current context of the kube config; empty without one. Asked for only when a profile needs it. */
  kubeContext(): Promise<string>;
}

/** A profile that applies, and whether a Kubernetes context was what brought it in. */
export interface ActiveProfile {
  readonly name: string;
  readonly byKubeContext: boolean;
}

/**
 * Which profiles of a document apply, in the order they are applied: first those that activate themselves, in file order,
 * then the named ones in the order given; `-name` takes one out again. Names the document does not have are passed over.
 */
export async function activeProfiles(
  document: ConfigDocument,
  named: readonly string[],
  automatic: boolean,
  circumstances: Circumstances,
  findings: Diagnostic[],
): Promise<readonly ActiveProfile[]> {
  const profiles = document.value.profiles ?? [];
  const active: ActiveProfile[] = [];
  for (const [index, profile] of automatic ? profiles.entries() : []) {
    const activated = await isActivated(profile, index, document, circumstances, findings);
    if (activated !== undefined) active.push(activated);
  }
  for (const name of named) {
    if (name.startsWith('-')) removeByName(active, name.slice(1));
    else if (profiles.some((profile) => profile.name === name) && !active.some((entry) => entry.name === name))
      active.push({ name, byKubeContext: false });
  }
  return active;
}

function removeByName(active: ActiveProfile[], name: string): void {
  const index = active.findIndex((entry) => entry.name === name);
  if (index >= 0) active.splice(index, 1);
}

async function isActivated(
  profile: Profile,
  index: number,
  document: ConfigDocument,
  circumstances: Circumstances,
  findings: Diagnostic[],
): Promise<ActiveProfile | undefined> {
  const conditions = profile.activation ?? [];
  const held: Activation[] = [];
  for (const [number, condition] of conditions.entries()) {
    const broken = brokenVariable(condition);
    if (broken === undefined) {
      if (await holds(condition, circumstances)) held.push(condition);
    } else
      findings.push(
        findingAt(
          document.source,
          nearestNode(document.root, ['profiles', index, 'activation', number, 'env']),
          broken,
        ),
      );
  }
  const needed = profile.requiresAllActivations === true ? conditions.length : 1;
  if (conditions.length === 0 || held.length < needed) return undefined;
  return { name: profile.name ?? '', byKubeContext: held.some(({ kubeContext }) => (kubeContext ?? '') !== '') };
}

function brokenVariable({ env }: Activation): string | undefined {
  if (env === undefined || env === '' || env.includes('=')) return undefined;
  return `invalid env variable format: ${env}, should be KEY=VALUE`;
}

/** All the criteria of one entry; an entry without any always holds. */
async function holds(condition: Activation, circumstances: Circumstances): Promise<boolean> {
  const { command, env, kubeContext } = condition;
  const { patterns } = circumstances;
  if (command !== undefined && command !== '' && !patternMatches(command, circumstances.command, patterns))
    return false;
  if (env !== undefined && env !== '' && !variableMatches(env, circumstances)) return false;
  if (kubeContext === undefined || kubeContext === '') return true;
  return patternMatches(kubeContext, await circumstances.kubeContext(), patterns);
}

/** `NAME=PATTERN`; an empty pattern wants the variable unset or empty. */
function variableMatches(condition: string, { env, patterns }: Circumstances): boolean {
  const equals = condition.indexOf('=');
  const pattern = condition.slice(equals + 1);
  const value = env[condition.slice(0, equals)] ?? '';
  return pattern === '' ? value === '' : patternMatches(pattern, value, patterns);
}
