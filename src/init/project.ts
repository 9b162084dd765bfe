import { basename, dirname, join, resolve } from 'node:path';
import { parseConfiguration } from '../config/documents.ts';
import { hasErrors } from '../config/failure.ts';
import { apiVersionPrefix } from '../config/versions.ts';
import type { Context } from '../core/ports.ts';
import { configExists } from './failures.ts';
import { hasManifestName, imagesInManifests } from './manifests.ts';
import type { FoundChart, FoundManifest, InitOptions } from './types.ts';

/** Where a project's manifests can come from. */
export interface ProjectManifests {
  readonly manifests: readonly FoundManifest[];
  /** Directories with a kustomization, the one named `base` left out. */
  readonly kustomizations: readonly string[];
  readonly charts: readonly FoundChart[];
}

/**
 * Reads the files of the project that could be manifests.
 *
 * @throws `INIT_CONFIG_EXISTS` where the file to write is a configuration already, unless it may be overwritten.
 */
export async function readProject(
  files: readonly string[],
  options: Pick<InitOptions, 'target' | 'force' | 'analyze'>,
  ctx: Context,
): Promise<ProjectManifests> {
  const { system } = ctx;
  const manifests: FoundManifest[] = [];
  for (const path of files.filter(hasManifestName)) {
    const bytes = await system.files.read(join(system.cwd, path));
    const text = new TextDecoder().decode(bytes);
    if (await isConfiguration(path, text, bytes)) {
      const isTarget = resolve(system.cwd, options.target) === join(system.cwd, path);
      if (isTarget && !options.force && !options.analyze) throw configExists(path);
      continue;
    }
    const images = await imagesInManifests(text);
    if (images !== undefined) manifests.push({ path, images });
  }
  return { manifests, kustomizations: kustomizationsIn(files), charts: await chartsIn(files, ctx) };
}

async function isConfiguration(path: string, text: string, bytes: Uint8Array): Promise<boolean> {
  if (!text.includes(apiVersionPrefix) || !/\.ya?ml$/.test(path)) return false;
  const { documents, findings } = await parseConfiguration(path, bytes);
  return documents.length > 0 && !hasErrors(findings);
}

const kustomizationNames = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);

function kustomizationsIn(files: readonly string[]): readonly string[] {
  const directories = files.filter((path) => kustomizationNames.has(basename(path))).map((path) => dirname(path));
  return [...new Set(directories)].filter((directory) => directory !== 'base');
}

async function chartsIn(files: readonly string[], { system }: Context): Promise<readonly FoundChart[]> {
  const charts: FoundChart[] = [];
  for (const path of files.filter((file) => basename(file) === 'Chart.yaml')) {
    const directory = dirname(path);
    const beside = files.filter((file) => dirname(file) === directory && /\.ya?ml$/.test(file) && file !== path);
    charts.push({ directory, text: await system.files.readText(join(system.cwd, path)), valuesFiles: beside });
  }
  return charts;
}
