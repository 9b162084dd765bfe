import { isAbsolute, join, relative } from 'node:path';
import type { Context } from '../core/ports.ts';

/** Whether an entry is fetched over HTTP rather than read from disk. */
export function isUrl(path: string): boolean {
  return path.startsWith('http://') || path.startsWith('https://');
}

/** An absolute path; relative ones start from the working directory, as in Skaffold. */
export function absolutePath(path: string, ctx: Context): string {
  return isAbsolute(path) ? path : join(ctx.system.cwd, path);
}

/** How the user would write an absolute path: relative to the working directory where it is below it. */
export function shownPath(path: string, ctx: Context): string {
  const shown = relative(ctx.system.cwd, path);
  return shown === '' || shown.startsWith('..') ? path : shown;
}

/** Expands `{{…}}` with the environment; a variable that is not set becomes `<no value>`. Other texts are not touched. */
export async function expandTemplate(text: string, ctx: Context): Promise<string> {
  if (!text.includes('{{')) return text;
  const { expandEnvTemplate } = await import('../go/env-template.ts');
  return expandEnvTemplate(text, {}, ctx, { mode: 'lenient' });
}
