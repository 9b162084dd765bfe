import { apiVersions } from '../src/config/versions.ts';
import {
  type AuthoredDefinition,
  type AuthoredProperty,
  type AuthoredSchema,
  definitionName,
  formsOf,
} from './authored.ts';

const header = '// Made by `npm run generate` from schemas/skaffold.schema.json; do not edit.\n';

/** Source text of src/config/generated/table.ts: what the validator walks along, for all versions at once. */
export function tableSource(authored: AuthoredSchema): string {
  const rows = Object.entries(authored.definitions).map(([name, definition]) => definitionSource(name, definition));
  return `${header}import type { Definition } from '../schema.ts';

export const rootDefinition = ${quote(definitionName(authored.$ref))};

export const definitions: Readonly<Record<string, Definition>> = {
${rows.join('\n')}
};
`;
}

function definitionSource(name: string, definition: AuthoredDefinition): string {
  const fields = Object.entries(definition.properties).flatMap(([field, property]) =>
    formsOf(property).map((form) => `      ${fieldSource(field, form, definition)},`),
  );
  const lenientSince = indexOf(definition['x-unknown-since'] ?? apiVersions[0] ?? '');
  const lenient = definition['x-unknown'] === 'ignored' ? ` ignoresUnknownSince: ${lenientSince},` : '';
  const body = fields.length === 0 ? '[]' : `[\n${fields.join('\n')}\n    ]`;
  return `  ${name}: {${lenient}\n    fields: ${body},\n  },`;
}

function fieldSource(name: string, form: AuthoredProperty, definition: AuthoredDefinition): string {
  const group = Object.entries(definition['x-oneOf'] ?? {}).find(([, members]) => members.includes(name))?.[0];
  const parts = [
    `name: ${quote(name)}`,
    `type: ${quote(typeCode(form))}`,
    ...(definition.required?.includes(name) ? ['required: true'] : []),
    ...(group === undefined ? [] : [`group: ${quote(group)}`]),
    ...(form['x-since'] === undefined ? [] : [`since: ${indexOf(form['x-since'])}`]),
    ...(form['x-until'] === undefined ? [] : [`until: ${indexOf(form['x-until'])}`]),
    ...(form['x-zero'] === 'set' ? ['zeroIsSet: true'] : []),
    ...(form['x-merge'] === 'fields' ? ['mergesFields: true'] : []),
    ...(form['x-path'] === true ? ['path: true'] : []),
  ];
  return `{ ${parts.join(', ')} }`;
}

/** See `FieldType` in src/config/schema.ts. */
function typeCode(property: AuthoredProperty): string {
  if (property['x-kind'] !== undefined)
    return { yaml: 'y', mapping: 'o', 'flat-map': 'f', port: 'p' }[property['x-kind']];
  if (property.$ref !== undefined) return `@${definitionName(property.$ref)}`;
  if (property.items !== undefined) return `[${typeCode(property.items)}`;
  if (property.additionalProperties !== undefined)
    return Array.isArray(property.additionalProperties.type) ? '{n' : '{s';
  const code = { string: 's', integer: 'i', boolean: 'b' }[String(property.type)];
  if (code === undefined) throw new Error(`no type code for ${JSON.stringify(property)}`);
  return code;
}

function indexOf(version: string): number {
  const index = apiVersions.indexOf(version);
  if (index < 0) throw new Error(`schemas/skaffold.schema.json names the unknown version ${version}`);
  return index;
}

const quote = (text: string): string => `'${text}'`;
