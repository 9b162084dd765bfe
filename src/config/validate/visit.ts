import type { NodePath } from '../nodes.ts';
import { type FieldType, fieldAt, latest, rootDefinition } from '../schema.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** An object of a configuration: where it stands and of which definition it is. */
export interface VisitedObject {
  readonly value: Fields;
  readonly definition: string;
  readonly path: NodePath;
}

/** Every object of a configuration, outer ones first. `enter` decides whether a top-level section is looked into. */
export function visitObjects(config: Fields, enter: (section: string) => boolean): readonly VisitedObject[] {
  const found: VisitedObject[] = [];
  collect({ value: config, definition: rootDefinition, path: [] }, enter, found);
  return found;
}

function collect(object: VisitedObject, enter: (section: string) => boolean, found: VisitedObject[]): void {
  found.push(object);
  for (const [name, value] of Object.entries(object.value)) {
    if (value === undefined || (object.path.length === 0 && !enter(name))) continue;
    const type = fieldAt(object.definition, name, latest)?.type ?? '';
    for (const inner of objectsIn(value, type, [...object.path, name])) collect(inner, enter, found);
  }
}

function objectsIn(value: unknown, type: FieldType, path: NodePath): readonly VisitedObject[] {
  if (type.startsWith('@')) return [{ value: value as Fields, definition: type.slice(1), path }];
  if (!type.startsWith('[@')) return [];
  return (value as readonly Fields[]).map((item, index) => ({
    value: item,
    definition: type.slice(2),
    path: [...path, index],
  }));
}

/** Commands that keep the list of profiles, and so check what is in them even if they do not apply. */
const profileCommands = new Set(['test', 'verify', 'exec', 'apply', 'fix']);

/** Whether a command looks at what is written in a top-level section. */
export function checksSection(section: string, command: string): boolean {
  return section !== 'profiles' || profileCommands.has(command);
}

/** Go's zero value: what an absent field has. Lists, maps and objects that are written are not zero, even when empty. */
export function isZero(value: unknown): boolean {
  return value === undefined || value === '' || value === 0 || value === false;
}
