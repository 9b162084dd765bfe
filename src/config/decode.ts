import type { Diagnostic } from '../core/diagnostic.ts';
import type { YamlMapping, YamlNode, YamlPair, YamlScalar } from '../core/yaml-node.ts';
import { resolveScalar } from '../yaml/resolve.ts';
import { flatten } from './flat-map.ts';
import type { SkaffoldConfig } from './generated/types.ts';
import { formatPath, keyName } from './nodes.ts';
import { isNull, scalarText } from './scalar.ts';
import { type FieldType, fieldAt, ignoresUnknown, rootDefinition } from './schema.ts';
import { type FindingDetails, findingAt, type Source } from './source.ts';
import { unknownField } from './unknown-field.ts';

/** How to read a document. */
export interface DecodeOptions {
  readonly source: Source;
  /** Index of the version whose fields are known. */
  readonly version: number;
  /** What a field nobody knows is: an error, a warning (in a document that patches changed), or nothing. */
  readonly unknownFields: 'error' | 'warning' | 'ignore';
  /** Receives what is wrong; a value that is wrong is left out of the result. */
  readonly findings: Diagnostic[];
}

type Decoded = string | number | boolean | null | YamlNode | readonly unknown[] | Readonly<Record<string, unknown>>;

/**
 * Reads a normalised document by the schema: checks names and types of all fields, with the conversions that Go's YAML
 * decoder makes (any scalar is a text where text is wanted, `yes` and `no` are booleans where one is wanted, null is
 * absent). Returns the typed value; of the versions before the latest only shape and findings mean something.
 */
export function decode(root: YamlMapping, options: DecodeOptions): SkaffoldConfig {
  return (object(root, rootDefinition, { ...options, path: [] }) ?? {}) as SkaffoldConfig;
}

/** Options of a walk over a document and where it is at the moment. */
interface Walk extends DecodeOptions {
  readonly path: (string | number)[];
}

function object(node: YamlNode, definition: string, walk: Walk): Record<string, unknown> | undefined {
  if (node.kind !== 'mapping') return mismatch(node, 'a mapping', walk);
  const value: Record<string, unknown> = {};
  for (const pair of node.pairs) {
    const name = keyName(pair);
    const field = fieldAt(definition, name, walk.version);
    if (field === undefined) {
      reportUnknown(pair, definition, node, walk);
      continue;
    }
    const decoded = within(walk, name, () => readValue(pair.value, field.type, walk));
    if (decoded !== undefined) value[name] = decoded;
  }
  return value;
}

/** Runs `read` with one more step on the path. */
function within<T>(walk: Walk, step: string | number, read: () => T): T {
  walk.path.push(step);
  const value = read();
  walk.path.pop();
  return value;
}

/** Findings beyond this many are told without advice: nobody reads that far, and each takes its time. */
const mostAdvised = 200;

function reportUnknown(pair: YamlPair, definition: string, owner: YamlMapping, walk: Walk): void {
  if (walk.unknownFields === 'ignore') return;
  const ignored = walk.unknownFields === 'warning' || ignoresUnknown(definition, walk.version);
  const { message, ...details } = unknownField(pair, owner, {
    definition,
    path: walk.path,
    version: walk.version,
    ignored,
    advise: walk.findings.length < mostAdvised,
  });
  walk.findings.push(findingAt(walk.source, pair.key, message, details));
}

function readValue(node: YamlNode, type: FieldType, walk: Walk): Decoded | undefined {
  if (type === 'y') return node;
  if (isNull(node)) return undefined;
  switch (type[0]) {
    case '@':
      return object(node, type.slice(1), walk);
    case '[':
      return list(node, type.slice(1), walk);
    case '{':
      return map(node, type === '{n', walk);
    case 'o':
      return node.kind === 'mapping' ? node : mismatch(node, 'a mapping', walk);
    case 'f':
      return node.kind === 'mapping' ? flatten(node) : mismatch(node, 'a mapping', walk);
    default:
      return scalar(node, type, walk);
  }
}

function list(node: YamlNode, type: FieldType, walk: Walk): readonly unknown[] | undefined {
  if (node.kind !== 'sequence') return mismatch(node, 'a list', walk);
  return node.items.map((entry, index) => within(walk, index, () => item(entry, type, walk)));
}

/** A null in a list is an empty text, but an entry that has to be a mapping cannot be left empty. */
function item(node: YamlNode, type: FieldType, walk: Walk): unknown {
  if (type[0] !== '@') return readValue(node, type, walk) ?? '';
  if (!isNull(node)) return object(node, type.slice(1), walk) ?? {};
  report(node, `${formatPath(walk.path)} is empty`, walk, { suggestion: 'Fill the entry in or remove its dash' });
  return {};
}

function map(node: YamlNode, nullable: boolean, walk: Walk): Readonly<Record<string, string | null>> | undefined {
  if (node.kind !== 'mapping') return mismatch(node, 'a mapping', walk);
  const value: Record<string, string | null> = Object.create(null);
  for (const pair of node.pairs) {
    const name = keyName(pair);
    if (pair.value.kind !== 'scalar') within(walk, name, () => mismatch(pair.value, 'a text', walk));
    else value[name] = nullable && isNull(pair.value) ? null : scalarText(pair.value);
  }
  return value;
}

function scalar(node: YamlNode, type: FieldType, walk: Walk): string | number | boolean | undefined {
  if (node.kind !== 'scalar') return mismatch(node, scalarWords[type] ?? 'a text', walk);
  if (type === 'b') return boolean(node, walk);
  if (type === 'i') return integer(node, walk);
  const text = scalarText(node);
  return type === 'p' && isInteger(text) ? Number(text) : text;
}

/** yaml.v3 takes the booleans of YAML 1.1 where a boolean is wanted, quoted or not. */
function boolean(node: YamlScalar, walk: Walk): boolean | undefined {
  const value = resolveScalar(node);
  if (value.kind === 'boolean') return value.value;
  if (value.kind === 'string' && /^(?:y|Y|yes|on)$/.test(value.value)) return true;
  if (value.kind === 'string' && /^(?:n|N|no|off)$/.test(value.value)) return false;
  return mismatch(node, 'true or false', walk);
}

/** yaml.v3 cuts the fraction off a float where an integer is wanted; we say so. */
function integer(node: YamlScalar, walk: Walk): number | undefined {
  const value = resolveScalar(node);
  if (value.kind === 'integer' && BigInt.asIntN(64, value.value) === value.value) return Number(value.value);
  if (value.kind !== 'float' || !(Math.abs(value.value) < 2 ** 63)) return mismatch(node, 'a whole number', walk);
  const whole = Math.trunc(value.value);
  if (whole !== value.value)
    report(node, `${formatPath(walk.path)} must be a whole number; ${whole} is used`, walk, { severity: 'warning' });
  return whole;
}

function mismatch(node: YamlNode, wanted: string, walk: Walk): undefined {
  const where = walk.path.length === 0 ? 'the document' : formatPath(walk.path);
  report(node, `${where} must be ${wanted}, not ${describe(node)}`, walk, {});
}

function report(node: YamlNode, message: string, walk: Walk, details: FindingDetails): void {
  walk.findings.push(findingAt(walk.source, node, message, details));
}

const scalarWords: Readonly<Record<string, string>> = {
  s: 'a text',
  b: 'true or false',
  i: 'a whole number',
  p: 'a port number or name',
};

/** Go's `strconv.Atoi`: an optional sign and decimal digits that fit 64 bits. */
function isInteger(text: string): boolean {
  const digits = /^([+-]?)0*([0-9]{1,19})$/.exec(text);
  if (digits === null) return false;
  const value = BigInt(digits[2] ?? '') * (digits[1] === '-' ? -1n : 1n);
  return BigInt.asIntN(64, value) === value;
}

function describe(node: YamlNode): string {
  if (node.kind === 'sequence') return 'a list';
  if (node.kind === 'mapping') return 'a mapping';
  if (node.kind !== 'scalar') return 'an alias';
  const { kind } = resolveScalar(node);
  const shown = node.text.length > 40 ? `${node.text.slice(0, 40)}…` : node.text;
  return kind === 'string' ? `the text "${shown}"` : kind === 'null' ? 'nothing' : shown;
}
