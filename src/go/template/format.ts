import { formatScalar } from './format-scalar.ts';
import { pad, type Spec } from './format-spec.ts';
import {
  anyType,
  type GoList,
  type GoMap,
  type GoStruct,
  type GoValue,
  isComposite,
  sortedEntries,
  typeName,
} from './values.ts';

const plain: Spec = { verb: 'v' };

/** A value as `%v` prints it, nil as `<nil>`. */
export function formatPlain(value: GoValue): string {
  return formatValue(value, plain);
}

/** Go's `fmt.Sprint`: blanks between operands when neither is a string. */
export function sprint(values: readonly GoValue[]): string {
  let text = '';
  for (const [index, value] of values.entries()) {
    const spaced = index > 0 && typeof value !== 'string' && typeof values[index - 1] !== 'string';
    text += (spaced ? ' ' : '') + formatPlain(value);
  }
  return text;
}

/** Go's `fmt.Sprintln`: blanks between operands, a newline at the end. */
export function sprintln(values: readonly GoValue[]): string {
  return `${values.map(formatPlain).join(' ')}\n`;
}

/** One argument of `printf`, at the top. */
export function formatArgument(value: GoValue, spec: Spec): string {
  if (spec.verb === 'T') return formatScalar(typeName(value), { ...spec, verb: 's' }) ?? '';
  if ((value === null || value === undefined) && spec.verb !== 'v') return `%!${spec.verb}(<nil>)`;
  return formatValue(value, spec);
}

function formatValue(value: GoValue, spec: Spec): string {
  if (value === null || value === undefined) return pad('<nil>', spec);
  if (isComposite(value)) {
    if (value.kind === 'list') return formatList(value, spec);
    if (value.kind === 'map') return formatMap(value, spec);
    if (value.kind === 'struct') return formatStruct(value, spec);
    if (value.kind === 'object') return formatScalar(value.text, spec) ?? badVerb(value, spec);
  }
  return formatScalar(value, spec) ?? badVerb(value, spec);
}

/** What Go prints for a verb that does not fit the value. */
function badVerb(value: GoValue, spec: Spec): string {
  const { plusV: _plusV, sharpV: _sharpV, ...rest } = spec;
  return `%!${spec.verb}(${typeName(value)}=${formatValue(value, { ...rest, verb: 'v' })})`;
}

/** An element within a list, map or struct: a nil one names its type with `%#v`. */
function formatElement(value: GoValue, spec: Spec, type: string): string {
  if (value !== null && value !== undefined) return formatValue(value, spec);
  return spec.sharpV ? `${type}(nil)` : '<nil>';
}

function formatList(list: GoList, spec: Spec): string {
  if (spec.sharpV && list.isNil) return `${typeName(list)}(nil)`;
  const items = list.items.map((item) => formatElement(item, spec, list.element));
  return spec.sharpV ? `${typeName(list)}{${items.join(', ')}}` : `[${items.join(' ')}]`;
}

function formatMap(map: GoMap, spec: Spec): string {
  if (spec.sharpV && map.isNil) return `${typeName(map)}(nil)`;
  const entries = sortedEntries(map).map(
    ([key, value]) => `${formatValue(key, spec)}:${formatElement(value, spec, map.element)}`,
  );
  return spec.sharpV ? `${typeName(map)}{${entries.join(', ')}}` : `map[${entries.join(' ')}]`;
}

function formatStruct(struct: GoStruct, spec: Spec): string {
  const fields = [...struct.fields].map(([name, value]) => {
    const text = formatElement(value, spec, anyType);
    return spec.plusV || spec.sharpV ? `${name}:${text}` : text;
  });
  return spec.sharpV ? `${struct.type}{${fields.join(', ')}}` : `{${fields.join(' ')}}`;
}
