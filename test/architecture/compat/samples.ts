import { constraintsOf, type Field, fieldsAt, latest, rootDefinition } from '../../../src/config/schema.ts';
import { type FieldPath, innerDefinition } from './fields.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A configuration that builds and renders as it is. The files it needs are in {@link sampleFiles}. */
export const base: Fields = {
  apiVersion: 'skaffold/v4beta14',
  kind: 'Config',
  build: { tagPolicy: { envTemplate: { template: 'v1' } }, artifacts: [{ image: 'app' }] },
  manifests: { rawYaml: ['pod.yaml'] },
};

export const sampleFiles: Readonly<Record<string, string>> = {
  Dockerfile: 'FROM scratch\nCOPY pod.yaml /\n',
  'pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n    image: app\n',
};

/** What else has to be there for a field and those below it to make sense, by path. */
const surroundings: Readonly<Record<string, Fields>> = {
  'build.artifacts[].kaniko': { build: { cluster: {} } },
  'portForward[]': { portForward: [{ resourceType: 'service', resourceName: 'x', port: 7 }] },
  'test[].custom[].dependencies.ignore[]': { test: [{ custom: [{ dependencies: { paths: ['x'] } }] }] },
  'build.artifacts[].requires[]': { build: { artifacts: [{ image: 'app' }, { image: 'x' }] } },
};

/** Values for fields that not every value of the type fits, by path. */
export const fieldSamples: Readonly<Record<string, unknown>> = {
  'build.artifacts[].jib.type': 'maven',
  'deploy.logs': { prefix: 'auto' },
  'deploy.logs.prefix': 'auto',
  'portForward[]': [{ resourceType: 'service', resourceName: 'x', port: 7 }],
  'portForward[].resourceType': 'service',
  'build.googleCloudBuild.workerPool': 'projects/p/locations/l/workerPools/w',
};

/** A configuration in which one field is set, to a value that asks for something. */
export function sampleWith({ keys, path }: FieldPath): Fields {
  const around = Object.entries(surroundings).find(([owner]) => path === owner || path.startsWith(`${owner}.`))?.[1];
  /** The path down to the field, with or without what else its objects need. */
  const along = (others: (definition: string) => Fields): Fields =>
    keys.reduceRight<unknown>((inner, { definition, field }, index) => {
      const here = index === keys.length - 1 ? (fieldSamples[path] ?? sampleOf(field)) : inList(field, inner);
      return { ...others(definition), [field.name]: here };
    }, undefined) as Fields;
  return [base, around ?? {}, along(() => ({}))].reduce(
    (below, above) => merge(below, above, rootDefinition),
    along(requiredOf),
  );
}

/** What must stand in an object of the definition. */
function requiredOf(definition: string): Fields {
  return Object.fromEntries(constraintsOf(definition).required.map((field) => [field.name, sampleOf(field)]));
}

/** Some value of the field's type that is not empty. */
function sampleOf(field: Field): unknown {
  const inner = innerDefinition(field);
  return inList(field, inner === undefined ? scalarOf(field) : objectOf(inner));
}

function inList({ type }: Field, value: unknown): unknown {
  return type.startsWith('[') ? [value] : value;
}

function objectOf(definition: string): Fields {
  const required = requiredOf(definition);
  const [first] = fieldsAt(definition, latest);
  return Object.keys(required).length > 0 || first === undefined ? required : { [first.name]: sampleOf(first) };
}

function scalarOf({ type, name }: Field): unknown {
  const code = type.replace(/^\[+/, '');
  if (code === 's') return name === 'apiVersion' || name === 'kind' ? base[name] : 'x';
  if (code === 'i' || code === 'p') return 7;
  if (code === 'b') return true;
  return { a: 'x' };
}

/** The second over the first; of fields that exclude each other the second's stays. Lists are merged by position. */
function merge(first: Fields, second: Fields, definition: string): Fields {
  const fields = new Map(fieldsAt(definition, latest).map((field) => [field.name, field]));
  const groups = new Set(Object.keys(second).flatMap((name) => fields.get(name)?.group ?? []));
  const kept = Object.entries(first).filter(([name]) => {
    const group = fields.get(name)?.group;
    return group === undefined || !groups.has(group) || Object.hasOwn(second, name);
  });
  const merged: Record<string, unknown> = Object.fromEntries(kept);
  for (const [name, value] of Object.entries(second)) {
    const inner = innerDefinition(fields.get(name) ?? { name, type: 'y' });
    merged[name] = inner === undefined ? value : mergeValue(merged[name], value, inner);
  }
  return merged;
}

function mergeValue(first: unknown, second: unknown, definition: string): unknown {
  if (Array.isArray(second)) {
    const firsts = Array.isArray(first) ? first : [];
    return second.map((item, index) => mergeValue(firsts[index], item, definition));
  }
  return first === undefined ? second : merge(first as Fields, second as Fields, definition);
}
