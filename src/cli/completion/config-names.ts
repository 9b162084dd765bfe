import { resolve } from 'node:path';
import type { System } from '../../core/ports.ts';
import type { ConfigNames } from './complete.ts';

/**
 * Names that the documents of a configuration file give. While somebody types there is nobody to tell about errors:
 * a file that cannot be read or understood has no names.
 */
export function createConfigNames(system: System): ConfigNames {
  const collect = (pick: (document: unknown) => readonly unknown[]) => async (filename: string) => {
    const documents = await readDocuments(filename, system).catch(() => []);
    const names = documents.flatMap(pick).filter((name) => typeof name === 'string');
    return [...new Set(names)];
  };
  return {
    profiles: collect((document) => listAt(document, 'profiles').map((profile) => at(profile, 'name'))),
    modules: collect((document) => [at(at(document, 'metadata'), 'name')]),
    images: collect((document) => listAt(at(document, 'build'), 'artifacts').map((artifact) => at(artifact, 'image'))),
  };
}

async function readDocuments(filename: string, system: System): Promise<readonly unknown[]> {
  const text = await system.files.readText(resolve(system.cwd, filename));
  const [{ parseYaml }, { toValue }] = await Promise.all([
    import('../../yaml/parse.ts'),
    import('../../yaml/value.ts'),
  ]);
  return (await parseYaml(text)).documents.map(({ root }) => (root === undefined ? undefined : toValue(root)));
}

function at(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const list = at(value, key);
  return Array.isArray(list) ? list : [];
}
