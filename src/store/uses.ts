import type { FileInfo } from '../core/ports.ts';
import type { StoreParts } from './parts.ts';

/** How far back the time of a file's last use may lie although it was used since, in milliseconds. */
export const useResolution: number = 60 * 60 * 1000;

/** Notes the use of a file by its modification time, at most once an hour. Where that cannot be written, it does not matter. */
export async function markUse(path: string, info: FileInfo, { files, clock }: StoreParts): Promise<void> {
  if (clock.now().getTime() - info.modifiedAt < useResolution) return;
  await files.touch(path).catch(() => undefined);
}
