import type { YamlMapping, YamlPair } from '../core/yaml-node.ts';
import { formatPath, keyName, type NodePath } from './nodes.ts';
import { definitionNames, definitionOf, fieldsAt, formsOf, isIn, rootDefinition } from './schema.ts';
import type { FindingDetails } from './source.ts';
import { nearest } from './suggest.ts';
import { apiVersionPrefix, apiVersions } from './versions.ts';

/** Where an unknown field was met. */
interface FieldPlace {
  readonly definition: string;
  readonly path: NodePath;
  readonly version: number;
  /** Skaffold reads over unknown fields here, so it is a warning. */
  readonly ignored: boolean;
  /** Whether to look for the field that was meant, which takes its time. */
  readonly advise: boolean;
}

/** What to say about a field that this object does not have in this version. */
export function unknownField(
  pair: YamlPair,
  owner: YamlMapping,
  place: FieldPlace,
): { readonly message: string } & FindingDetails {
  const name = keyName(pair);
  const where = place.path.length === 0 ? '' : ` in ${formatPath(place.path)}`;
  const severity = place.ignored ? 'warning' : 'error';
  const message = `field "${name}" not found${where}${place.ignored ? '; it is ignored' : ''}`;
  const suggestion = place.advise ? suggestionFor(name, owner, place) : undefined;
  return { message, severity, ...(suggestion === undefined ? {} : { suggestion }) };
}

function suggestionFor(name: string, owner: YamlMapping, place: FieldPlace): string | undefined {
  return (
    laterVersion(name, place) ??
    misspelt(name, owner, place, 1) ??
    nearby(name, place) ??
    earlierVersion(name, place) ??
    misspelt(name, owner, place) ??
    anywhere(name, place.version)
  );
}

/** The field came after the file's apiVersion. */
function laterVersion(name: string, place: FieldPlace): string | undefined {
  const form = formsOf(place.definition, name).find(({ since }) => since !== undefined && since > place.version);
  return form && `Set apiVersion to ${versionName(form.since ?? 0)} or later, which know "${name}"`;
}

/** The field ended before the file's apiVersion. */
function earlierVersion(name: string, place: FieldPlace): string | undefined {
  const form = formsOf(place.definition, name).findLast(({ until }) => until !== undefined && until < place.version);
  return form && `Remove it, or set apiVersion to ${versionName(form.until ?? 0)}, the last one that knows "${name}"`;
}

function versionName(index: number): string {
  return `${apiVersionPrefix}${apiVersions[index] ?? ''}`;
}

/** A field of this object with nearly this name that is not there already. */
function misspelt(name: string, owner: YamlMapping, place: FieldPlace, edits?: number): string | undefined {
  const present = keysOf(owner);
  const candidates = fieldsAt(place.definition, place.version).map((field) => field.name);
  const free = candidates.filter((candidate) => !present.has(candidate));
  const best = nearest(name, free, edits);
  return best === undefined ? undefined : `Did you mean "${best}"?`;
}

const keys = new WeakMap<YamlMapping, ReadonlySet<string>>();

/** The keys of a mapping, collected once however many of them nobody knows. */
function keysOf(owner: YamlMapping): ReadonlySet<string> {
  const known = keys.get(owner) ?? new Set(owner.pairs.map(keyName));
  keys.set(owner, known);
  return known;
}

/** The same field in an object nearby: below this one, in one around it, or below one of those. */
function nearby(name: string, place: FieldPlace): string | undefined {
  const below = ownerBelow(name, place.definition, place.version);
  if (below !== undefined) return `"${name}" belongs under ${formatPath([...place.path, ...below])}`;
  for (let length = place.path.length - 1; length >= 0; length -= 1) {
    const around = place.path.slice(0, length);
    const definition = definitionAt(around, place.version);
    if (definition === undefined) continue;
    if (fieldsAt(definition, place.version).some((field) => field.name === name))
      return `"${name}" belongs ${length === 0 ? 'at the top level' : `in ${formatPath(around)}`}`;
    const sibling = ownerBelow(name, definition, place.version);
    if (sibling !== undefined) return `"${name}" belongs under ${formatPath([...around, ...sibling])}`;
  }
  return undefined;
}

/** Name of a field of this definition whose object has `name`, one level down; lists of objects count. */
function ownerBelow(name: string, definition: string, version: number): readonly [string] | undefined {
  for (const field of fieldsAt(definition, version)) {
    const target = /^\[?@(.+)$/.exec(field.type)?.[1];
    if (target !== undefined && fieldsAt(target, version).some((candidate) => candidate.name === name))
      return [field.type.startsWith('[') ? `${field.name}[]` : field.name];
  }
  return undefined;
}

/** Definition of the object at a path of keys and indexes. */
function definitionAt(path: NodePath, version: number): string | undefined {
  let definition: string | undefined = rootDefinition;
  for (const step of path) {
    if (typeof step === 'number') continue;
    if (definition === undefined) return undefined;
    const type: string | undefined = fieldsAt(definition, version).find((field) => field.name === step)?.type;
    definition = /^\[?@(.+)$/.exec(type ?? '')?.[1];
  }
  return definition;
}

/** The one object anywhere in the schema that has the field. */
function anywhere(name: string, version: number): string | undefined {
  const owners = definitionNames().filter((owner) =>
    definitionOf(owner).fields.some((field) => field.name === name && isIn(field, version)),
  );
  const paths = owners.flatMap((owner) => pathsTo(owner, version));
  return paths.length === 1 ? `"${name}" belongs in ${paths[0]}` : undefined;
}

/** Top-level sections and their direct objects that are of a definition. */
function pathsTo(definition: string, version: number): string[] {
  return fieldsAt(rootDefinition, version).flatMap((section) => {
    const target = /^\[?@(.+)$/.exec(section.type)?.[1];
    if (target === definition) return [section.name];
    if (target === undefined || section.name === 'profiles') return [];
    return fieldsAt(target, version)
      .filter((field) => field.type === `@${definition}`)
      .map((field) => `${section.name}.${field.name}`);
  });
}
