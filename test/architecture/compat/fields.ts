import { type Field, fieldsAt, latest, rootDefinition } from '../../../src/config/schema.ts';

/** A field of the latest schema. */
export interface FieldPath {
  /** Keys joined by dots, `[]` behind lists: `build.artifacts[].docker.target`. */
  readonly path: string;
  readonly keys: readonly FieldStep[];
}

/** One key on the way to a field, and the definition of the object it stands in. */
export interface FieldStep {
  readonly definition: string;
  readonly field: Field;
}

/** Parts of a profile that say the same as the section of that name at the top; their fields are not listed again. */
const profileSections: ReadonlySet<string> = new Set(
  fieldsAt(rootDefinition, latest).flatMap(({ name }) =>
    fieldsAt('Profile', latest).some((own) => own.name === name) ? [name] : [],
  ),
);

/** Every field of the latest schema, in its order; a definition inside itself is entered once. */
export function allFields(): readonly FieldPath[] {
  return fieldsBelow(rootDefinition, []);
}

function fieldsBelow(definition: string, keys: readonly FieldStep[]): readonly FieldPath[] {
  return fieldsAt(definition, latest).flatMap((field) => {
    const here = [...keys, { definition, field }];
    const found = { path: here.map((step) => step.field.name + listMarks(step.field)).join('.'), keys: here };
    const inner = innerDefinition(field);
    const isKnown = inner === undefined || here.some((step) => step.definition === inner);
    const isSection = definition === 'Profile' && profileSections.has(field.name);
    return isKnown || isSection ? [found] : [found, ...fieldsBelow(inner, here)];
  });
}

/** `[]` for each list a field's value is wrapped in. */
function listMarks({ type }: Field): string {
  return '[]'.repeat(/^\[*/.exec(type)?.[0].length ?? 0);
}

/** The definition of the objects in a field, if it holds objects. */
export function innerDefinition({ type }: Field): string | undefined {
  return /@(\w+)$/.exec(type)?.[1];
}
