import { executeTemplate, parseTemplate } from '../go/template/template.ts';
import {
  fromPlain,
  type GoFunction,
  type GoFunctions,
  type GoList,
  type GoStruct,
  type GoValue,
  isComposite,
  listOf,
  sortedEntries,
} from '../go/template/values.ts';
import type { OutputTemplate, TemplateData } from './flags/flag.ts';

/**
 * Compiles the template of an `--output` flag. Besides the functions of every Go template it has `json`, `join`,
 * `title`, `lower` and `upper`, as in Skaffold.
 *
 * @param data the kind of data it will be executed on: plain objects whose keys are the Go names of the fields.
 * @throws `TEMPLATE_ERR` with Go's message, when compiled and when executed.
 */
export function compileOutputTemplate(text: string, data: TemplateData): NonNullable<OutputTemplate['compiled']> {
  const template = parseTemplate(text, { name: 'flagtemplate', functions });
  return { execute: (value) => executeTemplate(template, toStruct(value, data)) };
}

const functions: GoFunctions = new Map<string, GoFunction>([
  ['json', { parameters: ['interface {}'], call: (value) => toJson(value) }],
  [
    'join',
    { parameters: ['[]string', 'string'], call: (list, separator) => (list as GoList).items.join(separator as string) },
  ],
  ['title', { parameters: ['string'], call: (text) => title(text as string) }],
  ['lower', { parameters: ['string'], call: (text) => (text as string).toLowerCase() }],
  ['upper', { parameters: ['string'], call: (text) => (text as string).toUpperCase() }],
]);

/** Go's strings.Title: the first letter of every word in upper case, the others as they are. */
function title(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}_]|[^\s\u0020-\u007f])\p{L}/gu, (letter) => letter.toUpperCase());
}

interface StructType {
  /** Go's name of the field, what it is called in JSON, and what is in a list. */
  readonly fields: Readonly<
    Record<string, { readonly json?: string; readonly omitEmpty?: true; readonly listOf?: string }>
  >;
}

/** Skaffold's types, as far as templates can see them. */
const structs: Readonly<Record<string, StructType>> = {
  'flags.BuildOutput': { fields: { Builds: { json: 'builds', listOf: 'graph.Artifact' } } },
  'graph.Artifact': {
    fields: {
      ImageName: { json: 'imageName' },
      Tag: { json: 'tag' },
      RuntimeType: { json: 'runtimeType', omitEmpty: true },
    },
  },
  'version.Info': {
    fields: {
      Version: {},
      ConfigVersion: {},
      GitVersion: {},
      GitCommit: {},
      BuildDate: {},
      GoVersion: {},
      Compiler: {},
      Platform: {},
      User: {},
    },
  },
};

function toStruct(plain: unknown, type: string): GoStruct {
  const values = plain as Readonly<Record<string, unknown>>;
  const definitions = Object.entries(structs[type]?.fields ?? {});
  return {
    kind: 'struct',
    type,
    fields: new Map(definitions.map(([name, field]) => [name, toField(values[name], field.listOf)])),
    json: new Map(
      definitions.map(([name, { json = name, omitEmpty }]) => [name, { name: json, ...(omitEmpty && { omitEmpty }) }]),
    ),
  };
}

function toField(value: unknown, element: string | undefined): GoValue {
  if (element === undefined) return fromPlain(value);
  const items = value as readonly unknown[];
  // Nothing was appended to it in Go, so it is nil, which JSON shows as null.
  const list = listOf(
    items.map((item) => toStruct(item, element)),
    element,
  );
  return items.length === 0 ? { ...list, isNil: true } : list;
}

/** A value as Go's encoding/json writes it with HTML escaping off. */
function toJson(value: GoValue): string {
  if (typeof value === 'string') return quoteJson(value);
  if (value === null || value === undefined) return 'null';
  if (!isComposite(value)) return String(value);
  switch (value.kind) {
    case 'integer':
      return String(value.value);
    case 'object':
      return quoteJson(value.text);
    case 'list':
      return value.isNil === true ? 'null' : `[${value.items.map(toJson).join(',')}]`;
    case 'map':
      return value.isNil === true ? 'null' : objectJson(sortedEntries(value));
    case 'struct':
      return objectJson(structEntries(value));
    default:
      value satisfies never;
      return 'null';
  }
}

function structEntries({ fields, json }: GoStruct): (readonly [string, GoValue])[] {
  const shown = [...fields].filter(([name, value]) => json?.get(name)?.omitEmpty !== true || value !== '');
  return shown.map(([name, value]) => [json?.get(name)?.name ?? name, value]);
}

const objectJson = (entries: readonly (readonly [string, GoValue])[]): string =>
  `{${entries.map(([key, value]) => `${quoteJson(key)}:${toJson(value)}`).join(',')}}`;

/** Go escapes the two line separators that JavaScript leaves alone. */
const quoteJson = (text: string): string =>
  JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
