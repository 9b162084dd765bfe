import type { Diagnostic } from '../../core/diagnostic.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';
import { formatPath } from '../nodes.ts';
import type { LoadOptions } from '../options.ts';
import { constraintsOf, type Field } from '../schema.ts';
import { checksSection, type Fields, isZero, type VisitedObject, visitObjects } from './visit.ts';

/** Groups of which at most one field may be set, such as the builders of an artifact. The first two of each are named. */
export function oneOfGroups(loaded: LoadedConfig, { command }: LoadOptions): readonly Diagnostic[] {
  const objects = visitObjects({ ...loaded.config }, (section) => checksSection(section, command));
  return objects.flatMap((object) => conflicts(object, loaded));
}

function conflicts({ value, definition, path }: VisitedObject, loaded: LoadedConfig): readonly Diagnostic[] {
  return constraintsOf(definition).groups.flatMap(([group, members]) => {
    const [first, second] = members.filter((field) => isSet(value, field));
    if (first === undefined || second === undefined) return [];
    const where = path.length === 0 ? '' : ` in ${formatPath(path)}`;
    const message = `only one element in set ${group} can be set${where}: got ${first.name} and ${second.name}`;
    return [findingIn(loaded, path, message, { suggestion: `Remove ${first.name} or ${second.name}` })];
  });
}

function isSet(value: Fields, field: Field): boolean {
  const content = value[field.name];
  return field.zeroIsSet === true ? content !== undefined : !isZero(content);
}
