import { definitions, rootDefinition } from './generated/table.ts';
import { latestVersion, versionIndex } from './versions.ts';

/**
 * What a field may hold, as a short code: `s` text, `i` integer, `b` boolean, `y` any YAML, `o` any mapping, `f` values flattened to
 * dotted keys, `p` a port number or name, `{s` a map of texts, `{n` a map of texts or null, `[` and a code a list of that,
 * `@Name` an object of that definition.
 */
export type FieldType = string;

/** One field of an object, in the form it has from version index `since` to `until`, both included. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly required?: true;
  /** At most one field of the same group may be there. */
  readonly group?: string;
  readonly since?: number;
  readonly until?: number;
  /** False, 0 or an empty list says something else than leaving the field out. */
  readonly zeroIsSet?: true;
  /** A profile merges this object field by field, and an empty one counts as absent; other objects are replaced as a whole. */
  readonly mergesFields?: true;
  /** A path of the file system, resolved against the file's directory in modules that others require. */
  readonly path?: true;
}

export interface Definition {
  readonly fields: readonly Field[];
  /** From this version index on unknown fields are read over, as Skaffold does in these objects. */
  readonly ignoresUnknownSince?: number;
}

export { rootDefinition };

/** Definition of an object type; `name` is the part after `@` of a type code. */
export function definitionOf(name: string): Definition {
  const definition = definitions[name];
  if (definition === undefined) throw new Error(`the schema has no definition ${name}`);
  return definition;
}

/** Names of all definitions. */
export function definitionNames(): readonly string[] {
  return Object.keys(definitions);
}

const byName = new Map<string, ReadonlyMap<string, readonly Field[]>>();

/** Every form a field has had in any version; empty for a name that never was one. */
export function formsOf(definition: string, field: string): readonly Field[] {
  let known = byName.get(definition);
  if (known === undefined) {
    known = groupByName(definitionOf(definition).fields);
    byName.set(definition, known);
  }
  return known.get(field) ?? [];
}

/** The form a field has in a version, or undefined where that version does not know it. */
export function fieldAt(definition: string, field: string, version: number): Field | undefined {
  return formsOf(definition, field).find((form) => isIn(form, version));
}

/** Whether unknown fields of an object are read over in a version. */
export function ignoresUnknown(definition: string, version: number): boolean {
  return (definitionOf(definition).ignoresUnknownSince ?? Number.POSITIVE_INFINITY) <= version;
}

/** The fields an object has in a version, in the order of the schema. */
export function fieldsAt(definition: string, version: number): readonly Field[] {
  return definitionOf(definition).fields.filter((form) => isIn(form, version));
}

/** What validation looks at in an object of the latest version. */
export interface Constraints {
  readonly required: readonly Field[];
  /** Fields of which at most one may be set, by group. */
  readonly groups: readonly (readonly [group: string, members: readonly Field[]])[];
}

const constraints = new Map<string, Constraints>();

/** The required fields and exclusive groups of a definition in the latest version. */
export function constraintsOf(definition: string): Constraints {
  let known = constraints.get(definition);
  if (known === undefined) {
    known = findConstraints(fieldsAt(definition, latest));
    constraints.set(definition, known);
  }
  return known;
}

function findConstraints(fields: readonly Field[]): Constraints {
  const names = new Set(fields.flatMap(({ group }) => (group === undefined ? [] : [group])));
  return {
    required: fields.filter(({ required }) => required === true),
    groups: [...names].map((name) => [name, fields.filter(({ group }) => group === name)]),
  };
}

/** Whether a form of a field belongs to the version with this index. */
export function isIn(form: Field, version: number): boolean {
  return (form.since ?? 0) <= version && version <= (form.until ?? Number.POSITIVE_INFINITY);
}

/** Index of the version all configurations are upgraded to. */
export const latest: number = versionIndex(latestVersion);

function groupByName(fields: readonly Field[]): ReadonlyMap<string, readonly Field[]> {
  const found = new Map<string, Field[]>();
  for (const field of fields) found.set(field.name, [...(found.get(field.name) ?? []), field]);
  return found;
}
