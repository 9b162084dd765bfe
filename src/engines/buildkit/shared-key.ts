import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';

/** A file that is written has its status changed at the same moment, but for the time that a rename takes. */
const toleranceMilliseconds = 100;

/**
 * What BuildKit keeps the files of a workspace by. It takes files of the same size and time for the same, so nothing may
 * share a key where that is not true: the directory itself, and not only its path, is part of the key, and so are the
 * files whose time was set by hand (unpacked archives, `cp -p`): when one of them changes, all files are sent again.
 */
export async function sharedKey({ workspace, context }: DockerfileBuild, ctx: Context): Promise<string> {
  const { files } = ctx.system;
  const inode = (await files.stat(workspace))?.inode ?? 0;
  const infos = await Promise.all(context.map((path) => files.lstat(join(workspace, path))));
  const dated = context.flatMap((path, index) => {
    const info = infos[index];
    if (info === undefined || info.kind === 'directory') return [];
    const { modifiedAt, changedAt } = info;
    return Math.abs(changedAt - modifiedAt) <= toleranceMilliseconds ? [] : [[path, changedAt, info.inode]];
  });
  return createHash('sha256')
    .update(JSON.stringify([hostname(), workspace, inode, dated]))
    .digest('hex');
}
