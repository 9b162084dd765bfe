import { join } from 'node:path';
import type { Context } from '../../../core/ports.ts';
import { parseYaml } from '../../../yaml/parse.ts';
import { toValue } from '../../../yaml/value.ts';
import { absolutePath } from '../../paths.ts';

/**
 * Whether everything that `helm dependency build` would fetch from repositories lies in the chart already, at the versions
 * of its lock file: then there is nothing to do for it, and no network to ask. False for charts that depend on
 * directories, which may have changed.
 *
 * @param chart as `chartPath` has it, templates filled in.
 */
export async function isVendored(chart: string, ctx: Context): Promise<boolean> {
  const directory = absolutePath(chart, ctx);
  const locked =
    (await lockedIn(join(directory, 'Chart.lock'), ctx)) ?? (await lockedIn(join(directory, 'requirements.lock'), ctx));
  if (locked === undefined || locked.length === 0) return false;
  for (const { name, version, repository } of locked) {
    if (typeof repository !== 'string' || !/^(?:https?:|oci:|@|alias:)/.test(repository)) return false;
    const archive = join(directory, 'charts', `${String(name)}-${String(version)}.tgz`);
    if ((await ctx.system.files.stat(archive)) === undefined) return false;
  }
  return true;
}

type Locked = Readonly<Partial<Record<'name' | 'version' | 'repository', unknown>>>;

/** The dependencies in a lock file; undefined where there is none, or where it is not understood. */
async function lockedIn(file: string, { system }: Context): Promise<readonly Locked[] | undefined> {
  const content = await system.files.readIfExists(file);
  if (content === undefined) return undefined;
  const { documents, errors } = await parseYaml(Buffer.from(content).toString('utf8'));
  const root = documents[0]?.root;
  if (errors.length > 0 || root === undefined) return undefined;
  const value = toValue(root) as { readonly dependencies?: unknown } | null;
  const dependencies = value?.dependencies;
  return Array.isArray(dependencies)
    ? dependencies.filter((entry) => typeof entry === 'object' && entry !== null)
    : undefined;
}
