import { apiVersionPrefix, apiVersions } from '../src/config/versions.ts';
import {
  type AuthoredDefinition,
  type AuthoredProperty,
  type AuthoredSchema,
  definitionName,
  formsOf,
} from './authored.ts';

type Json = Record<string, unknown>;

/** First and last version of something. */
interface Span {
  readonly 'x-since'?: string | undefined;
  readonly 'x-until'?: string | undefined;
}

/** The JSON Schema (draft 7) of one apiVersion, for editors: only the fields of that version, no words of our own. */
export function publishedSchema(authored: AuthoredSchema, version: string): Json {
  const definitions: Record<string, Json> = {};
  const add = (name: string): void => {
    const definition = authored.definitions[name];
    if (definition === undefined) throw new Error(`schemas/skaffold.schema.json has no definition ${name}`);
    if (name in definitions) return;
    definitions[name] = {};
    definitions[name] = publishedDefinition(definition, version, add);
  };
  const root = definitionName(authored.$ref);
  add(root);
  const top = definitions[root] as Json;
  const properties = top['properties'] as Record<string, Json>;
  properties['apiVersion'] = { ...properties['apiVersion'], const: apiVersionPrefix + version };
  top['patternProperties'] = { '^\\.': { description: 'Your own keys, for YAML anchors.' } };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `skaffold.yaml, ${apiVersionPrefix}${version}`,
    $ref: `#/definitions/${root}`,
    definitions,
  };
}

function publishedDefinition(definition: AuthoredDefinition, version: string, add: (name: string) => void): Json {
  const properties = propertiesAt(definition, version);
  const required = (definition.required ?? []).filter((name) => name in properties);
  const groups = Object.values(definition['x-oneOf'] ?? {})
    .map((group) => group.filter((name) => name in properties))
    .filter((group) => group.length > 1);
  return {
    description: definition.description,
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: mapValues(properties, (property) => publishedProperty(property, add)),
    additionalProperties:
      definition['x-unknown'] === 'ignored' && isIn({ 'x-since': definition['x-unknown-since'] }, version),
    ...(groups.length === 0 ? {} : { allOf: groups.map(atMostOne) }),
  };
}

/** The properties an object has in a version, each in the form it has there. */
export function propertiesAt(definition: AuthoredDefinition, version: string): Record<string, AuthoredProperty> {
  const found: Record<string, AuthoredProperty> = {};
  for (const [name, property] of Object.entries(definition.properties)) {
    const form = formsOf(property).find((candidate) => isIn(candidate, version));
    if (form !== undefined) found[name] = form;
  }
  return found;
}

function isIn(form: Span, version: string): boolean {
  const at = apiVersions.indexOf(version);
  const since = form['x-since'] === undefined ? 0 : apiVersions.indexOf(form['x-since']);
  const until = form['x-until'] === undefined ? apiVersions.length : apiVersions.indexOf(form['x-until']);
  return since <= at && at <= until;
}

function publishedProperty(property: AuthoredProperty, add: (name: string) => void): Json {
  if (property.$ref !== undefined) add(definitionName(property.$ref));
  return {
    ...pick(property, ['description', 'type', '$ref', 'default']),
    ...(property['x-values'] === undefined ? {} : { enum: property['x-values'] }),
    ...(property.items === undefined ? {} : { items: publishedProperty(property.items, add) }),
    ...additional(property, add),
  };
}

function additional(property: AuthoredProperty, add: (name: string) => void): Json {
  if (property.additionalProperties !== undefined)
    return { additionalProperties: publishedProperty(property.additionalProperties, add) };
  return {};
}

/** Exactly one of the members, or none. */
function atMostOne(members: readonly string[]): Json {
  const present = members.map((name) => ({ required: [name] }));
  return { oneOf: [...present, { not: { anyOf: present } }] };
}

function pick(property: AuthoredProperty, names: readonly (keyof AuthoredProperty)[]): Json {
  return Object.fromEntries(names.flatMap((name) => (property[name] === undefined ? [] : [[name, property[name]]])));
}

function mapValues<T, R>(object: Record<string, T>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
