import type { Context } from '../../../core/ports.ts';
import { absolutePath, expandTemplate, isUrl } from '../../paths.ts';
import { expandHome } from './paths.ts';
import type { HelmRelease } from './spec.ts';

/**
 * The files that can change what releases render to: values, files that values are read from, and charts on this machine.
 * What `helm dependency build` writes into a chart is left out. Absolute paths, each once.
 */
export async function helmInputs(releases: readonly HelmRelease[], ctx: Context): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const release of releases) {
    const named = [...(release.valuesFiles ?? []), ...Object.values(release.setFiles ?? {})];
    for (const file of named.filter((path) => !path.startsWith('gs://') && !isUrl(path))) {
      found.add(absolutePath(await expandTemplate(expandHome(file, ctx), ctx), ctx));
    }
    for (const file of await chartFiles(release, ctx)) found.add(file);
  }
  return [...found];
}

async function chartFiles(release: HelmRelease, ctx: Context): Promise<readonly string[]> {
  if (release.chartPath === undefined || release.chartPath === '') return [];
  const chart = absolutePath(await expandTemplate(release.chartPath, ctx), ctx);
  const info = await ctx.system.files.stat(chart);
  if (info?.kind !== 'directory') return info === undefined ? [] : [chart];
  const writes = release.skipBuildDependencies !== true;
  const entries = await ctx.system.files.walk(chart);
  return entries
    .filter(({ path, info: { kind } }) => kind !== 'directory' && !(writes && isGenerated(path)))
    .map(({ path }) => `${chart}/${path}`);
}

function isGenerated(path: string): boolean {
  return path === 'Chart.lock' || path === 'requirements.lock' || /^(?:tmp)?charts\/[^/]*\.tgz$/.test(path);
}
