import { basename } from 'node:path';
import type { HelmRelease } from '../config/generated/types.ts';
import { ToolError } from '../core/errors.ts';
import type { Context, ExecResult } from '../core/ports.ts';
import { fieldOf, stringOf } from '../manifest/fields.ts';
import { parseYaml } from '../yaml/parse.ts';
import { imagesInManifests } from './manifests.ts';
import type { FoundChart } from './types.ts';

/** A release for each chart whose Chart.yaml can be read, named after the chart or else its directory. */
export async function releasesOf(charts: readonly FoundChart[], ctx: Context): Promise<readonly HelmRelease[]> {
  const releases: HelmRelease[] = [];
  for (const { directory, text, valuesFiles } of charts) {
    const { documents, errors } = await parseYaml(text);
    const [root] = documents.flatMap((document) => (document.root === undefined ? [] : [document.root]));
    if (errors.length > 0 || root?.kind !== 'mapping') {
      const message = `Passing over ${directory}: its Chart.yaml cannot be read`;
      ctx.emit({ type: 'log', level: 'warning', message });
      continue;
    }
    const version = stringOf(fieldOf(root, 'version'));
    releases.push({
      name: stringOf(fieldOf(root, 'name')) ?? basename(directory),
      chartPath: directory,
      ...(valuesFiles.length === 0 ? {} : { valuesFiles }),
      ...(version === undefined ? {} : { version }),
    });
  }
  return releases;
}

/** The images that the templates of the charts come to, by `helm template`; none, with a warning, where that fails. */
export async function imagesOfReleases(releases: readonly HelmRelease[], ctx: Context): Promise<readonly string[]> {
  const images: string[] = [];
  for (const { name, chartPath = '.', valuesFiles = [] } of releases) {
    const args = ['template', chartPath, ...valuesFiles.flatMap((file) => ['-f', file])];
    const { exitCode, stdout } = await runHelm(args, ctx);
    if (exitCode === 0) for (const image of (await imagesInManifests(stdout)) ?? []) images.push(image);
    else {
      const message = `The images of helm chart "${name}" are not known: helm ${args.join(' ')} fails`;
      ctx.emit({ type: 'log', level: 'warning', message });
    }
  }
  return images;
}

async function runHelm(
  args: readonly string[],
  { system, signal }: Context,
): Promise<Pick<ExecResult, 'exitCode' | 'stdout'>> {
  try {
    return await system.exec.run('helm', args, { cwd: system.cwd, signal });
  } catch (error) {
    if (error instanceof ToolError && error.code === 'COMMAND_NOT_FOUND') return { exitCode: 1, stdout: '' };
    throw error;
  }
}
