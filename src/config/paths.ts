import { isAbsolute, join, normalize } from 'node:path';
import type { SkaffoldConfig } from './generated/types.ts';
import { type Field, type FieldType, fieldAt, latest, rootDefinition } from './schema.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The configuration with every field that is a path of the file system made absolute against `directory`. Empty and
 * absolute ones stay; URLs and templates are paths like any other, as in Skaffold.
 */
export function absolutePaths(config: SkaffoldConfig, directory: string): SkaffoldConfig {
  return visitObject(config as Fields, rootDefinition, (path) => absolute(path, directory)) as SkaffoldConfig;
}

function absolute(path: string, directory: string): string {
  if (path === '' || isAbsolute(path)) return path;
  const joined = normalize(join(directory, path));
  return joined.length > 1 && joined.endsWith('/') ? joined.slice(0, -1) : joined;
}

function visitObject(value: Fields, definition: string, change: (path: string) => string): Fields {
  const result: Record<string, unknown> = {};
  for (const [name, content] of Object.entries(value)) {
    const field = fieldAt(definition, name, latest);
    result[name] = field === undefined ? content : visitField(content, field, change);
  }
  return result;
}

function visitField(value: unknown, field: Field, change: (path: string) => string): unknown {
  if (value === undefined) return undefined;
  if (field.path !== true) return visitValue(value, field.type, change);
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((path: string) => change(path));
  return mapTexts(value as Fields, change);
}

function visitValue(value: unknown, type: FieldType, change: (path: string) => string): unknown {
  if (type.startsWith('@')) return visitObject(value as Fields, type.slice(1), change);
  if (type.startsWith('[@'))
    return (value as readonly Fields[]).map((item) => visitObject(item, type.slice(2), change));
  return value;
}

/** The texts of a map, such as `setFiles`. */
function mapTexts(value: Fields, change: (path: string) => string): Fields {
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, text] of Object.entries(value)) result[key] = typeof text === 'string' ? change(text) : text;
  return result;
}
