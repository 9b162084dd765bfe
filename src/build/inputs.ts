/** What builds read, in the form the cache compares. */
import { relative } from 'node:path';
import { withPrefix } from '../core/errors.ts';
import type { InputEntry } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import { compareText } from '../dockerfile/text.ts';
import type { BuildJob } from './jobs.ts';
import { type BuildParts, builderOf } from './parts.ts';

/**
 * The inputs of a job, sorted by path: what its builder says exactly, else what is at the paths it lists.
 *
 * @throws what the builder throws, with Skaffold's words before it.
 */
export async function entriesOf(
  job: BuildJob,
  parts: Pick<BuildParts, 'builders' | 'inputParts'>,
  ctx: Context,
): Promise<readonly InputEntry[]> {
  const { artifact } = job;
  const builder = builderOf(job, parts.builders);
  try {
    if (builder.entries !== undefined) return await builder.entries(artifact, parts.inputParts, ctx);
    const paths = await builder.inputs(artifact, parts.inputParts, ctx);
    return await Promise.all([...paths].sort(compareText).map((path) => entryAt(path, artifact.workspace, ctx)));
  } catch (error) {
    throw withPrefix(`getting dependencies for "${artifact.image}"`, error);
  }
}

async function entryAt(path: string, workspace: string, { system }: Context): Promise<InputEntry> {
  return { path: relative(workspace, path), info: await system.files.lstat(path), role: 'content' };
}
