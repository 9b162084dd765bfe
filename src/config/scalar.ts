import type { YamlScalar } from '../core/yaml-node.ts';
import { resolveScalar, type ScalarValue } from '../yaml/resolve.ts';
import { scalarText as yamlText } from '../yaml/scalar-text.ts';

/**
 * The text a scalar stands for where text is wanted. Skaffold decodes every document into untyped values and encodes
 * those again before it reads them, so numbers, booleans and dates arrive in their canonical spelling: `0x10` as `16`,
 * `1.50` as `1.5`, `True` as `true`, `2020-01-02` as `2020-01-02T00:00:00Z`. Null is the empty text.
 */
export function scalarText(node: YamlScalar): string {
  return node.style !== 'plain' && node.tag === undefined ? node.text : canonicalText(resolveScalar(node), node.text);
}

/** As {@link scalarText}, for a value that is resolved already; `written` is kept where the tag does not fit the text. */
function canonicalText(value: ScalarValue, written: string): string {
  switch (value.kind) {
    case 'null':
      return '';
    case 'boolean':
    case 'integer':
      return String(value.value);
    case 'float':
      return yamlText(value, 0);
    case 'string':
    case 'timestamp':
      return value.value;
    case 'binary':
      return new TextDecoder().decode(value.value);
    case 'merge':
    case 'invalid':
      return written;
  }
}

/** A scalar as Go's `%v` prints the value yaml.v3 makes of it: what `setValues` passes to helm. */
export function goText(node: YamlScalar): string {
  const value = resolveScalar(node);
  if (value.kind === 'null') return '<nil>';
  if (value.kind === 'timestamp') return `${value.value.replace('T', ' ').replace(/Z$/, ' +0000 UTC')}`;
  if (value.kind === 'float' && Number.isNaN(value.value)) return 'NaN';
  if (value.kind === 'float' && !Number.isFinite(value.value)) return value.value > 0 ? '+Inf' : '-Inf';
  return canonicalText(value, node.text);
}

/** Whether a node is null: written so, or nothing at all. */
export function isNull(node: { readonly kind: string }): boolean {
  return node.kind === 'scalar' && resolveScalar(node as YamlScalar).kind === 'null';
}
