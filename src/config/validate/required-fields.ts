import type { Diagnostic } from '../../core/diagnostic.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';
import { formatPath } from '../nodes.ts';
import type { LoadOptions } from '../options.ts';
import { constraintsOf, type Field } from '../schema.ts';
import { checksSection, isZero, visitObjects } from './visit.ts';

/** Required fields that are absent or empty. The place is the field's, or the object it is missing in. */
export function requiredFields(loaded: LoadedConfig, { command }: LoadOptions): readonly Diagnostic[] {
  const objects = visitObjects({ ...loaded.config }, (section) => checksSection(section, command));
  return objects.flatMap(({ value, definition, path }) =>
    constraintsOf(definition)
      .required.filter((field) => isMissing(value[field.name], field))
      .map(({ name }) => {
        const where = path.length === 0 ? '' : ` in ${formatPath(path)}`;
        return findingIn(loaded, [...path, name], `required value not set: ${name}${where}`);
      }),
  );
}

/** An object whose fields count one by one is also missing when it is empty. */
function isMissing(value: unknown, field: Field): boolean {
  if (isZero(value)) return true;
  return field.mergesFields === true && Object.keys(value as object).length === 0;
}
