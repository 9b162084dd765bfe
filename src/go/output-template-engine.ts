import type { BuiltArtifact } from '../core/artifact.ts';
import { encodeJson } from './json.ts';
import { executeTemplate, parseTemplate, type Template } from './template/template.ts';
import {
  type GoFunction,
  type GoFunctions,
  type GoList,
  type GoStruct,
  type GoValue,
  listOf,
} from './template/values.ts';
import { toLower, toTitle, toUpper } from './text.ts';

const onString = (call: (text: string) => string): GoFunction => ({
  parameters: ['string'],
  call: (text) => call(text as string),
});

const functions: GoFunctions = new Map<string, GoFunction>([
  ['json', { parameters: ['interface {}'], call: (value) => encodeJson(value, { escapeHtml: false }) }],
  [
    'join',
    { parameters: ['[]string', 'string'], call: (list, separator) => (list as GoList).items.join(separator as string) },
  ],
  ['title', onString(toTitle)],
  ['lower', onString(toLower)],
  ['upper', onString(toUpper)],
]);

/**
 * Parses a template for `build --output`.
 *
 * @throws {ToolError} `TEMPLATE_ERR`.
 */
export function parseOutputTemplate(template: string): Template {
  return parseTemplate(template, { name: 'flagtemplate', functions });
}

/**
 * Executes one on what was built; see `formatBuildOutput`.
 *
 * @throws {ToolError} `TEMPLATE_ERR`.
 */
export function runOutputTemplate(template: string, builds: readonly BuiltArtifact[]): string {
  return executeTemplate(parseOutputTemplate(template), outputOf(builds));
}

/** The data, with the names its types have in Skaffold: messages show them. */
function outputOf(builds: readonly BuiltArtifact[]): GoStruct {
  const list: GoList = {
    ...listOf(builds.map(artifactOf), 'graph.Artifact'),
    ...(builds.length === 0 ? { isNil: true } : {}),
  };
  return {
    kind: 'struct',
    type: 'flags.BuildOutput',
    fields: new Map([['Builds', list]]),
    json: new Map([['Builds', { name: 'builds' }]]),
  };
}

const artifactJson = new Map([
  ['ImageName', { name: 'imageName' }],
  ['Tag', { name: 'tag' }],
  ['RuntimeType', { name: 'runtimeType', omitEmpty: true }],
]);

function artifactOf({ imageName, tag, runtimeType }: BuiltArtifact): GoStruct {
  const fields = new Map<string, GoValue>([
    ['ImageName', imageName],
    ['Tag', tag],
    ['RuntimeType', runtimeType ?? ''],
  ]);
  return { kind: 'struct', type: 'graph.Artifact', fields, json: artifactJson };
}
