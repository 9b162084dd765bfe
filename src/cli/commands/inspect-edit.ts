import { parseConfiguration } from '../../config/documents.ts';
import type { SkaffoldConfig } from '../../config/generated/types.ts';
import { isUrl } from '../../config/read-source.ts';
import { ToolError } from '../../core/errors.ts';
import { configText } from './config-text.ts';
import { type InspectInvocation, inspectedConfigs } from './inspect-answer.ts';

/** Where a configuration that may be edited stands. */
export interface EditedPlace {
  /** Whether it is in the file that was asked for, and not required by it. */
  readonly isRoot: boolean;
}

/**
 * Rewrites the files of the configurations that are meant, required ones included. Each file is written whole, in the
 * newest version, as Skaffold does; those in which nothing changes are left alone. All changes are made before the first
 * file is written.
 *
 * @param change the new configuration, or the same object where it stays.
 * @throws what loading throws, `NOT_SUPPORTED` for a configuration that is no file, and what `change` throws.
 */
export async function editConfigs(
  invocation: InspectInvocation,
  change: (config: SkaffoldConfig, place: EditedPlace) => SkaffoldConfig,
): Promise<void> {
  const { ctx } = invocation;
  const configs = await inspectedConfigs(invocation);
  const root = configs.at(-1)?.location;
  const writes: (readonly [file: string, text: string])[] = [];
  for (const location of new Set(configs.map((loaded) => loaded.location))) {
    if (location === '-' || isUrl(location)) throw notAFile(location);
    const meant = new Set(
      configs.filter((loaded) => loaded.location === location).map(({ document }) => document.index),
    );
    const before = (await parseConfiguration(location, await ctx.system.files.read(location))).documents;
    const after = before.map(({ value, index }) =>
      meant.has(index) ? change(value, { isRoot: location === root }) : value,
    );
    if (after.some((config, index) => config !== before[index]?.value)) writes.push([location, configText(after)]);
  }
  for (const [file, text] of writes) await ctx.system.files.writeAtomic(file, text);
}

function notAFile(location: string): ToolError {
  return new ToolError('NOT_SUPPORTED', `${location} cannot be edited: it is not a file`, {
    suggestions: [{ code: 'NAME_A_FILE', action: 'Give --filename the path of a file' }],
  });
}
