import { readFileSync } from 'node:fs';

/** A property or item of the authored schema. The `x-` words are explained in schemas/README.md. */
export interface AuthoredProperty {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly $ref?: string;
  readonly items?: AuthoredProperty;
  readonly additionalProperties?: AuthoredProperty;
  readonly default?: unknown;
  readonly 'x-kind'?: 'yaml' | 'mapping' | 'flat-map' | 'port';
  readonly 'x-since'?: string;
  readonly 'x-until'?: string;
  readonly 'x-values'?: readonly string[];
  readonly 'x-zero'?: 'set';
  readonly 'x-merge'?: 'fields';
  readonly 'x-path'?: boolean;
  readonly 'x-versions'?: readonly AuthoredProperty[];
}

export interface AuthoredDefinition {
  readonly description: string;
  readonly type: 'object';
  readonly required?: readonly string[];
  readonly 'x-oneOf'?: Readonly<Record<string, readonly string[]>>;
  readonly 'x-unknown'?: 'ignored';
  readonly 'x-unknown-since'?: string;
  readonly properties: Readonly<Record<string, AuthoredProperty>>;
}

export interface AuthoredSchema {
  readonly $ref: string;
  readonly definitions: Readonly<Record<string, AuthoredDefinition>>;
}

export function readAuthored(): AuthoredSchema {
  return JSON.parse(readFileSync(new URL('./skaffold.schema.json', import.meta.url), 'utf8')) as AuthoredSchema;
}

/** The name at the end of a `#/definitions/Name` reference. */
export function definitionName(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** The forms a property has had over time; one for most. */
export function formsOf(property: AuthoredProperty): readonly AuthoredProperty[] {
  return property['x-versions'] ?? [property];
}
