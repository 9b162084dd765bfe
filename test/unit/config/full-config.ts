import {
  definitionOf,
  type Field,
  type FieldType,
  ignoresUnknown,
  isIn,
  rootDefinition,
} from '../../../src/config/schema.ts';
import { apiVersionPrefix, apiVersions, versionIndex } from '../../../src/config/versions.ts';

export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** Steps to a value: keys and indexes. */
export type Path = readonly (string | number)[];

/** A value of a configuration with the type the schema gives it. */
export interface Site {
  readonly path: Path;
  readonly type: FieldType;
  /** Unknown fields below are warnings only. */
  readonly lenient: boolean;
}

/**
 * A configuration of a version that has every field of it, made from the schema: one entry in every list. `member` picks
 * which field of each exclusive group is there; without it all are, which names and types allow.
 */
export function fullConfig(version: number, member?: number): { readonly [name: string]: Json } {
  const apiVersion = `${apiVersionPrefix}${apiVersions[version]}`;
  return { ...(objectOf(rootDefinition, version, member, []) as object), apiVersion };
}

function objectOf(name: string, version: number, member: number | undefined, above: readonly string[]): Json {
  const fields = definitionOf(name).fields.filter((field) => isIn(field, version));
  const chosen = fields.filter((field) => isChosen(field, fields, member));
  const entries = chosen
    .filter(({ type }) => !above.includes(type.replace(/^\[?@/, '')))
    .map((field) => [field.name, exampleOf(field.type, version, member, [...above, name])] as const);
  return Object.fromEntries(entries);
}

function isChosen(field: Field, fields: readonly Field[], member: number | undefined): boolean {
  if (field.group === undefined || member === undefined) return true;
  const group = fields.filter((other) => other.group === field.group);
  return group[member % group.length] === field;
}

function exampleOf(type: FieldType, version: number, member: number | undefined, above: readonly string[]): Json {
  if (type.startsWith('@')) return objectOf(type.slice(1), version, member, above);
  if (type.startsWith('[')) return [exampleOf(type.slice(1), version, member, above)];
  const simple: Readonly<Record<string, Json>> = {
    s: 'text',
    i: 7,
    b: true,
    p: 80,
    f: { a: 'b' },
    y: { free: ['x'] },
    o: { free: ['x'] },
  };
  return simple[type] ?? { key: 'value' };
}

/** Every value of a full configuration, with its type. */
export function sitesOf(version: number): readonly Site[] {
  return objectSites(rootDefinition, version, [], []);
}

function objectSites(name: string, version: number, path: Path, above: readonly string[]): Site[] {
  const { fields } = definitionOf(name);
  const inner = fields
    .filter((field) => isIn(field, version) && !above.includes(field.type.replace(/^\[?@/, '')))
    .flatMap((field) => valueSites(field.type, version, [...path, field.name], [...above, name]));
  return [{ path, type: `@${name}`, lenient: ignoresUnknown(name, version) }, ...inner];
}

function valueSites(type: FieldType, version: number, path: Path, above: readonly string[]): Site[] {
  if (type.startsWith('@')) return objectSites(type.slice(1), version, path, above);
  const here: Site = { path, type, lenient: false };
  return type.startsWith('[') ? [here, ...valueSites(type.slice(1), version, [...path, 0], above)] : [here];
}

/** YAML of a value on one line per entry, and where the value at `target` (or, with `key`, that key of it) begins. */
export function write(value: Json, target: Path, key?: string): { readonly text: string; readonly offset: number } {
  const state = { text: '', offset: -1 };
  writeValue(value, target, key, state);
  return state;
}

function writeValue(
  value: Json,
  target: Path | undefined,
  key: string | undefined,
  state: { text: string; offset: number },
): void {
  if (target?.length === 0 && key === undefined) state.offset = state.text.length;
  if (typeof value !== 'object') {
    state.text += JSON.stringify(value);
    return;
  }
  const entries = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value);
  state.text += Array.isArray(value) ? '[' : '{';
  for (const [step, item] of entries) {
    state.text += '\n ';
    if (target?.length === 0 && key === step) state.offset = state.text.length;
    if (typeof step === 'string') state.text += `${JSON.stringify(step)}: `;
    writeValue(item, target?.[0] === step ? target.slice(1) : undefined, key, state);
    state.text += ',';
  }
  state.text += Array.isArray(value) ? ']' : '}';
}

/** A copy with the value at a path changed. */
export function changed(value: Json, path: Path, change: (old: Json) => Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? changed(item, rest, change) : item));
  return { ...(value as object), [step]: changed((value as Record<string, Json>)[step] ?? '', rest, change) };
}

/** A configuration of a version with nothing in it but the value at a path. */
export function onlyAt(path: Path, value: Json, version: number): { readonly [name: string]: Json } {
  const inner = path.reduceRight<Json>(
    (content, step) => (typeof step === 'number' ? [content] : { [step]: content }),
    value,
  );
  return { apiVersion: `${apiVersionPrefix}${apiVersions[version]}`, kind: 'Config', ...(inner as object) };
}

const firstWithRendering = versionIndex('v3alpha1');

/**
 * A configuration of every field of a version but those that no later version has an equal for, which upgrading
 * reports: `acr`, `kpt` as it was, parameters of manifests, where a secret goes, plug-ins and policies nobody knows.
 */
export function upgradableConfig(version: number, member?: number): { readonly [name: string]: Json } {
  return upgradable(fullConfig(version, member), version) as { readonly [name: string]: Json };
}

/** Whether upgrading reports what is at a path. */
export function isLost(path: Path, version: number): boolean {
  return path.some((step, index) => isLostField(String(step), String(path[index - 1]), version));
}

function isLostField(name: string, owner: string, version: number): boolean {
  if (['acr', 'parameters', 'dst'].includes(name)) return true;
  if (version < firstWithRendering) return name === 'kpt' && owner === 'deploy';
  return false;
}

function upgradable(value: Json, version: number, owner = ''): Json {
  if (Array.isArray(value)) return value.map((item) => upgradable(item, version, owner));
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([name]) => !isLostField(name, owner, version));
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, knownName(`${owner}.${name}`, inner) ?? upgradable(inner, version, name)]),
  );
}

/** A word with a meaning in place of any text, where others are reported. */
function knownName(place: string, value: Json): string | undefined {
  return typeof value === 'string' ? knownNames[place] : undefined;
}

const knownNames: Readonly<Record<string, string>> = {
  'plugin.name': 'docker',
  'executionEnvironment.name': 'local',
  'build.tagPolicy': 'sha256',
};
