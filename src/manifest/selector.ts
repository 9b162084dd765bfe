import type { Manifest } from '../core/manifest.ts';
import type { ResourceFilter } from '../core/project.ts';
import { type GroupKind, groupKindOf } from './fields.ts';
import { defaultAllow, defaultDeny } from './selector-tables.ts';

/** Where fields of one sort (images, say) stand in objects of one kind. A path, `.spec.image`, is made only when needed. */
export interface FieldRule<Answer> {
  /** Whether a field of this name can be one of them. */
  wants(name: string): boolean;
  matches(name: string, path: () => string): Answer;
}

/** Which fields of one kind hold images and labels. */
export interface FieldRules {
  /** Whether a field is an image to replace. */
  readonly image: FieldRule<boolean>;
  /** Whether every field called `image` is one, and no other. */
  readonly everyImage: boolean;
  /** Whether fields with other names than `image` hold images. */
  readonly otherFields: boolean;
  /** The key under the mapping in a field that holds labels, or undefined where labels are not set there. */
  readonly labels: FieldRule<string | undefined>;
}

/** Says which manifests are edited, and where. */
export interface ResourceSelector {
  /** Undefined for kinds that stay as they are. */
  rulesFor(manifest: Manifest): FieldRules | undefined;
  /** The same, for whoever knows group and kind. */
  rulesForKind(groupKind: GroupKind): FieldRules | undefined;
  /** Whether the user takes a kind out. */
  denies(groupKind: GroupKind): boolean;
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
  const known = new Map<string, FieldRules | undefined>();
  const rulesForKind = (groupKind: GroupKind): FieldRules | undefined => {
    const key = `${groupKind.kind}.${groupKind.group}`;
    if (!known.has(key)) known.set(key, rulesOf(groupKind, allow, deny));
    return known.get(key);
  };
  return {
    rulesForKind,
    denies: ({ group, kind }) => deny.has(`${kind}.${group}`) && !allow.has(`${kind}.${group}`),
    rulesFor(manifest) {
      const groupKind = groupKindOf(manifest);
      return groupKind === undefined ? undefined : rulesForKind(groupKind);
    },
  };
}

/** The user's rules as one set: of what several say about a kind, the last counts, so that every kind is in one list only. */
export function combineRules(userRules: readonly SelectorRules[]): SelectorRules {
  const [allow, deny]: [Filters, Filters] = [new Map(), new Map()];
  for (const rules of userRules) {
    for (const filter of rules.allow) putIn(allow, deny, filter);
    for (const filter of rules.deny) putIn(deny, allow, filter);
  }
  return { allow: [...allow.values()], deny: [...deny.values()] };
}

function putIn(filters: Filters, others: Filters, filter: ResourceFilter): void {
  filters.set(kindKey(filter), filter);
  others.delete(kindKey(filter));
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
  const deniedImages = denied?.image ?? [];
  const images = allowed?.image ?? (connector ? ['.*'] : []);
  return {
    image: imageRule(images, deniedImages),
    everyImage: images.length > 0 && deniedImages.length === 0 && images.every((entry) => entry === '.*'),
    otherFields: images.some((entry) => entry !== '.*' && !entry.endsWith('.image')),
    labels: connector ? anyLabels : labelsRule(allowed?.labels ?? [], denied?.labels ?? []),
  };
}

function imageRule(allowed: readonly string[], denied: readonly string[]): FieldRules['image'] {
  const paths = allowed.filter((entry) => entry !== '.*');
  const anywhere = !denied.includes('.*') && allowed.includes('.*');
  return {
    wants: (name) => (anywhere && name === 'image') || (paths.length > 0 && isLastName(paths, name)),
    matches(name, path) {
      if (denied.length > 0 && (denied.includes('.*') || denied.includes(path()))) return false;
      return (anywhere && name === 'image') || (paths.length > 0 && paths.includes(path()));
    },
  };
}

function isLastName(paths: readonly string[], name: string): boolean {
  return paths.some((path) => path.endsWith(`.${name}`));
}

const anyLabels: FieldRules['labels'] = {
  wants: (name) => name === 'metadata',
  matches: (name) => (name === 'metadata' ? 'labels' : undefined),
};

/** The first allow entry that fits decides; `.*` means the labels of any `metadata`. */
function labelsRule(allowed: readonly string[], denied: readonly string[]): FieldRules['labels'] {
  if (denied.includes('.*')) return { wants: () => false, matches: () => undefined };
  const deniedParents = denied.map(parentOf);
  return {
    wants: (name) =>
      allowed.some((entry) => (entry === '.*' ? name === 'metadata' : parentOf(entry)?.endsWith(`.${name}`))),
    matches(name, path) {
      if (denied.length > 0 && deniedParents.includes(path())) return undefined;
      for (const entry of allowed) {
        if (entry === '.*') return anyLabels.matches(name, path);
        if (parentOf(entry) === path()) return entry.slice(entry.lastIndexOf('.') + 1);
      }
      return undefined;
    },
  };
}

/** The path without its last name; undefined for a text without any `.`. */
function parentOf(path: string): string | undefined {
  const dot = path.lastIndexOf('.');
  return dot < 0 ? undefined : path.slice(0, dot);
}
