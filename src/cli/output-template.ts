import { parseOutputTemplate } from '../go/output-template-engine.ts';
import { executeTemplate } from '../go/template/template.ts';
import { fromPlain, type GoStruct, type GoValue, listOf } from '../go/template/values.ts';
import type { OutputTemplate, TemplateData } from './flags/flag.ts';

/**
 * Compiles the template of an `--output` flag. Besides the functions of every Go template it has `json`, `join`,
 * `title`, `lower` and `upper`, as in Skaffold.
 *
 * @param data the kind of data it will be executed on: plain objects whose keys are the Go names of the fields.
 * @throws `TEMPLATE_ERR` with Go's message, when compiled and when executed.
 */
export function compileOutputTemplate(text: string, data: TemplateData): NonNullable<OutputTemplate['compiled']> {
  const template = parseOutputTemplate(text);
  return { execute: (value) => executeTemplate(template, toStruct(value, data)) };
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
      SlipwayVersion: {},
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
