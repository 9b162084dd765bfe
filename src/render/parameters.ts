import type { Context } from '../core/ports.ts';
import { parseDotenv } from '../go/dotenv.ts';
import { absolutePath } from './paths.ts';

/** Reads `name=value` labels; a name alone has an empty value, and of several with one name the last counts. */
export function parseLabels(labels: readonly string[]): ReadonlyMap<string, string> {
  return new Map(labels.map((label) => [nameOf(label), label.slice(nameOf(label).length + 1)]));
}

/**
 * The values of `# from-param:` comments by name: those of the file, overridden by those of the command line. A `--set`
 * without `=` says nothing and is warned about.
 */
export async function readParameters(
  { setValues, setValueFile }: { readonly setValues: readonly string[]; readonly setValueFile: string | undefined },
  ctx: Context,
): Promise<ReadonlyMap<string, string>> {
  const parameters = new Map<string, string>();
  if (setValueFile !== undefined) {
    const text = await ctx.system.files.readText(absolutePath(setValueFile, ctx));
    for (const [name, value] of parseDotenv(text, setValueFile)) parameters.set(name, value);
  }
  for (const setting of setValues) {
    if (setting.includes('=')) parameters.set(nameOf(setting), setting.slice(nameOf(setting).length + 1));
    else ctx.emit({ type: 'log', level: 'warning', message: `--set ${setting} has no =value and does nothing` });
  }
  return parameters;
}

function nameOf(setting: string): string {
  return setting.split('=', 1)[0] ?? '';
}
