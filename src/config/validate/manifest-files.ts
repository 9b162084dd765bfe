import { resolve } from 'node:path';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { expandEnvTemplate } from '../../go/env-template.ts';
import { globFiles } from '../../go/glob.ts';
import { defaultManifests } from '../defaults/single.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';

/** The commands that read manifests. */
const commands = new Set(['dev', 'deploy', 'run', 'debug', 'render']);

/** `manifests.rawYaml` entries that match no file or lie in a bucket. The default list may match
 * nothing; URLs and the files of other repositories are not looked at, as in Skaffold. */
export async function manifestFiles(
  loaded: LoadedConfig,
  command: string,
  ctx: Context,
): Promise<readonly Diagnostic[]> {
  const entries = loaded.config.manifests?.rawYaml ?? [];
  if (!commands.has(command) || isDefault(entries) || loaded.isRemote === true) return [];
  const found = await Promise.all(
    entries.map(async (entry, index): Promise<readonly Diagnostic[]> => {
      if (entry.startsWith('gs://')) return [inBucket(entry, index, loaded)];
      if (/^https?:\/\//.test(entry) || (await matchesAnything(entry, ctx))) return [];
      return [missing(entry, index, loaded)];
    }),
  );
  return found.flat();
}

function isDefault(entries: readonly string[]): boolean {
  return (
    entries.length === defaultManifests.length && entries.every((entry, index) => entry === defaultManifests[index])
  );
}

/** Templates are expanded as when the entry is read; Skaffold looks for a file with the braces in its name. */
async function matchesAnything(entry: string, ctx: Context): Promise<boolean> {
  try {
    const path = resolve(ctx.system.cwd, await expandEnvTemplate(entry, {}, ctx, { mode: 'lenient' }));
    return (await globFiles(path, ctx.system.files)).length > 0;
  } catch (error) {
    if (error instanceof ToolError && error.code === 'CONFIG_VALIDATION_ERR') return false;
    throw error;
  }
}

function inBucket(entry: string, index: number, loaded: LoadedConfig): Diagnostic {
  const message = `manifests.rawYaml: ${entry} lies in Google Cloud Storage, which this version cannot read`;
  return findingIn(loaded, ['manifests', 'rawYaml', index], message, {
    code: 'NOT_SUPPORTED',
    suggestion: 'Copy the file with gcloud storage cp and name the copy',
  });
}

function missing(entry: string, index: number, loaded: LoadedConfig): Diagnostic {
  const message = `Manifest file "${entry}" referenced in skaffold config could not be found`;
  return findingIn(loaded, ['manifests', 'rawYaml', index], message, {
    code: 'CONFIG_MISSING_MANIFEST_FILE_ERR',
    suggestion: `Verify that file "${entry}" exists and that its path, relative to ${loaded.directory}, and naming are correct`,
  });
}
