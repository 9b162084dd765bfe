import { latestVersion } from '../src/config/versions.ts';
import { type AuthoredDefinition, type AuthoredProperty, type AuthoredSchema, definitionName } from './authored.ts';
import { propertiesAt } from './published.ts';

/** Source text of src/config/generated/types.ts: a configuration of the latest version after decoding. */
export function typesSource(authored: AuthoredSchema): string {
  const used = new Set<string>();
  const parts: string[] = [];
  const add = (name: string): void => {
    const definition = authored.definitions[name];
    if (definition === undefined || used.has(name)) return;
    used.add(name);
    parts.push(interfaceSource(name, definition, add));
  };
  add(definitionName(authored.$ref));
  return `// Made by \`npm run generate\` from schemas/skaffold.schema.json; do not edit.
import type { YamlNode } from '../../core/yaml-node.ts';

${parts.join('\n')}`;
}

function interfaceSource(name: string, definition: AuthoredDefinition, add: (name: string) => void): string {
  const fields = Object.entries(propertiesAt(definition, latestVersion)).map(
    ([field, property]) =>
      `  /** ${comment(property.description)} */\n  readonly ${field}?: ${typeSource(property, add)} | undefined;\n`,
  );
  if (fields.length === 0)
    return `/** ${comment(definition.description)} */\nexport type ${name} = Readonly<Record<string, never>>;\n`;
  return `/** ${comment(definition.description)} */\nexport interface ${name} {\n${fields.join('')}}\n`;
}

function typeSource(property: AuthoredProperty, add: (name: string) => void): string {
  if (property['x-kind'] === 'yaml' || property['x-kind'] === 'mapping') return 'YamlNode';
  if (property['x-kind'] === 'flat-map') return 'Readonly<Record<string, string>>';
  if (property['x-kind'] === 'port') return 'number | string';
  if (property.$ref !== undefined) {
    add(definitionName(property.$ref));
    return definitionName(property.$ref);
  }
  if (property.items !== undefined) return `readonly ${typeSource(property.items, add)}[]`;
  if (property.additionalProperties !== undefined)
    return `Readonly<Record<string, ${Array.isArray(property.additionalProperties.type) ? 'string | null' : 'string'}>>`;
  return { string: 'string', integer: 'number', boolean: 'boolean' }[String(property.type)] ?? 'unknown';
}

/** A description inside a comment: the pattern `**\/*.go` would end it. */
function comment(description: string | undefined): string {
  return (description ?? '').replaceAll('*/', '*\\/');
}
