import { isAbsolute, join } from 'node:path';
import type { Context } from '../../core/ports.ts';
import { parseYaml } from '../../yaml/parse.ts';
import { decodeYaml } from '../../yaml/text.ts';
import { toValue } from '../../yaml/value.ts';

/** The names a kustomization may have in its directory, in the order kustomize looks for them. */
const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** What a kustomization names, as it is written; whether it is there and what it is has to be looked up. */
export interface Kustomization {
  /** Absolute path of its file. */
  readonly file: string;
  /** Manifests and patches: files, directories with a kustomization, URLs, or YAML written in place. */
  readonly manifests: readonly string[];
  /** Files that are data or settings of kustomize: they are read but are no manifests. */
  readonly others: readonly string[];
  /** Directories that are read whole, such as Helm charts. */
  readonly directories: readonly string[];
}

/**
 * Reads what the kustomization of a directory names (fields of kustomize v5 and the older ones it still reads).
 *
 * @param directory absolute.
 * @returns undefined where the directory has none. One that is no YAML mapping names nothing: kustomize says why.
 */
export async function readKustomization(directory: string, ctx: Context): Promise<Kustomization | undefined> {
  for (const name of fileNames) {
    const file = join(directory, name);
    const bytes = await ctx.system.files.readIfExists(file);
    if (bytes !== undefined) return { file, ...(await namedIn(decodeYaml(bytes, file))) };
  }
  return undefined;
}

async function namedIn(text: string): Promise<Omit<Kustomization, 'file'>> {
  const { documents, errors } = await parseYaml(text);
  const root = documents[0]?.root;
  const value = errors.length > 0 || root === undefined ? {} : toValue(root);
  return { manifests: manifestsIn(value), others: othersIn(value), directories: directoriesIn(value) };
}

/** In the order Skaffold changes them: kpt functions see it. */
const manifestLists = [
  ...['patchesStrategicMerge', 'patchesJson6902', 'patches'],
  ...['resources', 'crds', 'bases'],
  ...['generators', 'transformers', 'validators', 'components'],
];

/** Entries are names, or objects with a `path`. */
function manifestsIn(value: unknown): readonly string[] {
  const entries = manifestLists.flatMap((list) => listIn(value, list));
  return entries.flatMap((entry) => (typeof entry === 'string' ? textOf(entry) : pathOf(entry)));
}

function othersIn(value: unknown): readonly string[] {
  const generators = [...listIn(value, 'configMapGenerator'), ...listIn(value, 'secretGenerator')];
  const charts = [...listIn(value, 'helmCharts'), ...listIn(value, 'helmChartInflationGenerator')];
  return [
    ...textsIn(value, 'configurations'),
    ...listIn(value, 'replacements').flatMap(pathOf),
    ...pathOf(fieldIn(value, 'openapi')),
    ...generators.flatMap((generator) => [
      ...textsIn(generator, 'files').map(withoutKey),
      ...textsIn(generator, 'envs'),
      ...textOf(fieldIn(generator, 'env')),
    ]),
    ...charts.flatMap((chart) => [
      ...textOf(fieldIn(chart, 'valuesFile')),
      ...textOf(fieldIn(chart, 'values')),
      ...textsIn(chart, 'additionalValuesFiles'),
    ]),
  ];
}

/** Charts lie below `chartHome`, which is `charts` where nothing else is said. */
function directoriesIn(value: unknown): readonly string[] {
  const [home = 'charts'] = textOf(fieldIn(fieldIn(value, 'helmGlobals'), 'chartHome'));
  const named = listIn(value, 'helmCharts').flatMap((chart) => textOf(fieldIn(chart, 'name')));
  const older = listIn(value, 'helmChartInflationGenerator').flatMap((chart) => [
    join(textOf(fieldIn(chart, 'chartHome'))[0] ?? home, textOf(fieldIn(chart, 'chartName'))[0] ?? ''),
  ]);
  return [...named.map((name) => join(home, name)), ...older];
}

/** `files` of generators may be written `key=path`. */
function withoutKey(file: string): string {
  return file.slice(file.indexOf('=') + 1);
}

function pathOf(value: unknown): readonly string[] {
  return textOf(fieldIn(value, 'path'));
}

function textsIn(value: unknown, list: string): readonly string[] {
  return listIn(value, list).flatMap(textOf);
}

function textOf(value: unknown): readonly string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}

function fieldIn(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = fieldIn(value, name);
  return Array.isArray(list) ? list : [];
}

/** The absolute path of something a kustomization names. */
export function pathIn(directory: string, name: string): string {
  return isAbsolute(name) ? name : join(directory, name);
}
