import { parseSize } from '../../store/budget.ts';
import { cacheDirectory } from '../../store/location.ts';
import type { KeptTree, Pruned } from '../../store/prune.ts';
import { openStore } from '../../store/store.ts';
import type { Invocation } from '../invocation.ts';
import { jsonLine } from './json-line.ts';

/** `prune`: removes what builds keep on this machine and did not use for long. What runs under way use stays. */
export async function run({ options, io, ctx }: Invocation<'prune'>): Promise<number> {
  const maxBytes = parseSize(options.maxSize, '--max-size');
  const directory = cacheDirectory(ctx.system);
  const store = openStore(directory, ctx);
  const trees = async (): Promise<readonly KeptTree[]> => {
    const { sandboxTrees } = await import('../../engines/embedded/sandbox/upkeep.ts');
    return sandboxTrees(directory, options.dryRun, ctx);
  };
  const pruned = await store.prune({ maxBytes, maxAge: options.maxAge, dryRun: options.dryRun, trees });
  if (!options.dryRun) await store.sweep();
  const text =
    options.format === 'json' ? jsonLine({ directory, ...pruned }) : textOf(pruned, directory, options.dryRun);
  io.stdout.write(text);
  return 0;
}

function textOf(
  { removedFiles, removedBytes, keptFiles, keptBytes }: Pruned,
  directory: string,
  dryRun: boolean,
): string {
  const verb = dryRun ? 'Would remove' : 'Removed';
  return `${verb} ${removedFiles} files (${shownSize(removedBytes)}) from ${directory}; ${keptFiles} files (${shownSize(keptBytes)}) stay\n`;
}

function shownSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes === 0 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
