import { isAbsolute, join, relative } from 'node:path';
import { ToolError } from '../core/errors.ts';
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

/** Expands `{{…}}`. Other texts are not touched. */
export async function expandTemplate(text: string, _ctx: Context): Promise<string> {
  if (!text.includes('{{')) return text;
  throw new ToolError('NOT_SUPPORTED', `The path ${text} holds a template, which this version does not expand here`, {
    suggestions: [{ code: 'PLAIN_PATH', action: 'Write the path itself' }],
  });
}
