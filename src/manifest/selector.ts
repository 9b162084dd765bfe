import type { Manifest } from '../core/manifest.ts';
import type { ResourceFilter } from '../core/project.ts';
import { type GroupKind, groupKindOf } from './fields.ts';
import { defaultAllow, defaultDeny } from './selector-tables.ts';

/** Which fields of one kind hold images and labels. */
export interface FieldRules {
  /** Whether the field `name` at `path` (`.spec.image`) is an image to replace. */
  image(path: string, name: string): boolean;
  /** The key under the mapping at `path` that holds labels, or undefined where labels are not set there. */
  labelsKey(path: string, name: string): string | undefined;
}

/** Says which manifests are edited, and where. */
export interface ResourceSelector {
  /** Undefined for kinds that stay as they are. */
  rulesFor(manifest: Manifest): FieldRules | undefined;
}

/** Rules of the user, as `resourceSelector` and `--resource-selector-rules-file` give them. */
export interface SelectorRules {
  readonly allow: readonly ResourceFilter[];
  readonly deny: readonly ResourceFilter[];
}

/** Google Config Connector's groups, as Skaffold matches them: anywhere in the text. */
const configConnector = /(?:[A-Za-z]+\.)+cnrm\.cloud\.google\.com/;

/**
 * Combines the built-in rules with the user's, in order. An allow entry replaces what is known of its kind; a deny entry
 * takes the whole kind out, whatever fields it lists (as in Skaffold v2.24).
 */
export function createSelector(userRules: readonly SelectorRules[]): ResourceSelector {
  const allow = new Map(defaultAllow.map((filter) => [kindKey(filter), normalise(filter)]));
  const deny = new Map(defaultDeny.map((filter) => [kindKey(filter), normalise(filter)]));
  for (const rules of userRules) {
    for (const filter of rules.allow) moveTo(allow, deny, filter);
    for (const filter of rules.deny) moveTo(deny, allow, filter);
  }
  return {
    rulesFor(manifest) {
      const groupKind = groupKindOf(manifest);
      return groupKind === undefined ? undefined : rulesOf(groupKind, allow, deny);
    },
  };
}

type Filters = Map<string, ResourceFilter>;

function moveTo(filters: Filters, others: Filters, filter: ResourceFilter): void {
  filters.set(kindKey(filter), normalise(filter));
  others.delete(kindKey(filter));
}

/** `Kind` or `Kind.group`. */
function kindKey({ groupKind }: ResourceFilter): string {
  return groupKind.includes('.') ? groupKind : `${groupKind}.`;
}

/** `.*` stands for any field; inside a path it means the items of a list, which paths do not mention. */
function normalise(filter: ResourceFilter): ResourceFilter {
  const clean = (paths: readonly string[]): string[] =>
    paths.map((path) => (path === '.*' ? path : path.replaceAll('.*', '')));
  return { ...filter, image: clean(filter.image), labels: clean(filter.labels), podSpec: clean(filter.podSpec) };
}

function rulesOf({ group, kind }: GroupKind, allow: Filters, deny: Filters): FieldRules | undefined {
  const key = `${kind}.${group}`;
  const [allowed, denied, connector] = [allow.get(key), deny.get(key), configConnector.test(group)];
  if (allowed === undefined && !connector) return undefined;
  return {
    image: (path, name) => isImage(path, name, allowed, denied?.image ?? [], connector),
    labelsKey: (path, name) =>
      connector ? labelsOfMetadata(name) : labelsKey(path, name, allowed?.labels ?? [], denied?.labels ?? []),
  };
}

function isImage(
  path: string,
  name: string,
  allowed: ResourceFilter | undefined,
  denied: readonly string[],
  connector: boolean,
): boolean {
  if (denied.some((entry) => entry === '.*' || entry === path)) return false;
  if (allowed === undefined) return connector && name === 'image';
  return allowed.image.some((entry) => (entry === '.*' && name === 'image') || entry === path);
}

function labelsKey(
  path: string,
  name: string,
  allowed: readonly string[],
  denied: readonly string[],
): string | undefined {
  if (denied.some((entry) => entry === '.*' || parentOf(entry) === path)) return undefined;
  for (const entry of allowed) {
    if (entry === '.*') return labelsOfMetadata(name);
    if (parentOf(entry) === path) return entry.slice(entry.lastIndexOf('.') + 1);
  }
  return undefined;
}

function labelsOfMetadata(name: string): string | undefined {
  return name === 'metadata' ? 'labels' : undefined;
}

/** The path without its last name; undefined for a text without any `.`. */
function parentOf(path: string): string | undefined {
  const dot = path.lastIndexOf('.');
  return dot < 0 ? undefined : path.slice(0, dot);
}
