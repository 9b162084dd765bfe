import { basename, dirname, join, relative, resolve } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Context } from '../core/ports.ts';
import { advice } from './failure.ts';
import { sizeProblem } from './limits.ts';

/** A configuration file as it was found. */
export interface FoundFile {
  /** Absolute path, `-`, or a URL: what makes two mentions the same file. */
  readonly location: string;
  readonly bytes: Uint8Array;
}

/** Whether a location is downloaded rather than read from disk. */
export function isUrl(location: string): boolean {
  return /^https?:\/\//.test(location);
}

/** A location as findings name it: relative to the working directory where it lies below it. */
export function displayName(location: string, cwd: string): string {
  if (location === '-' || isUrl(location)) return location;
  const path = relative(cwd, location);
  return path === '' || path.startsWith('..') ? location : path;
}

/**
 * Reads a configuration: `-` is standard input, http(s) URLs are downloaded, anything else is a path against `base`.
 * A missing `skaffold.yaml` falls back to `skaffold.yml` beside it. Undefined when there is no such file.
 *
 * @throws {ToolError} `CONFIG_FILE_PARSING_ERR` for a directory, an empty name, a file too large or a failed download; `FILE_READ_ERR`.
 */
export async function readConfiguration(
  name: string,
  base: string,
  stdin: Uint8Array | undefined,
  ctx: Context,
): Promise<FoundFile | undefined> {
  if (name === '') throw unreadable('the name of the configuration file is empty (filename not specified)');
  if (name === '-') return { location: '-', bytes: checkedSize('standard input', stdin ?? new Uint8Array()) };
  if (isUrl(name)) return { location: name, bytes: await download(name, ctx) };
  const path = resolve(base, name);
  const found = await readFile(path, ctx);
  if (found !== undefined || basename(path) !== 'skaffold.yaml') return found;
  return readFile(join(dirname(path), 'skaffold.yml'), ctx);
}

async function readFile(path: string, ctx: Context): Promise<FoundFile | undefined> {
  const info = await ctx.system.files.stat(path);
  if (info === undefined) return undefined;
  if (info.kind === 'directory')
    throw unreadable(`cannot read ${displayName(path, ctx.system.cwd)}: it is a directory`);
  refuseSize(displayName(path, ctx.system.cwd), info.size);
  const bytes = await ctx.system.files.read(path);
  return { location: path, bytes: checkedSize(displayName(path, ctx.system.cwd), bytes) };
}

/** Pipes have no size before they are read. */
function checkedSize(name: string, bytes: Uint8Array): Uint8Array {
  refuseSize(name, bytes.length);
  return bytes;
}

function refuseSize(name: string, size: number): void {
  const problem = sizeProblem(size);
  if (problem === undefined) return;
  throw new ToolError('CONFIG_FILE_PARSING_ERR', `cannot read ${name}: ${problem.message}`, {
    suggestions: advice('DIVIDE_CONFIG_FILE', problem.suggestion),
  });
}

const mostRedirects = 10;

async function download(url: string, ctx: Context): Promise<Uint8Array> {
  let at = url;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const response = await ctx.system.http.request({ method: 'GET', url: at, signal: ctx.signal });
    const target = response.headers['location'];
    if (response.status >= 300 && response.status < 400 && target !== undefined) {
      response.discard();
      at = new URL(target, at).href;
    } else if (response.status === 200) {
      return collect(url, response.body);
    } else {
      response.discard();
      throw unreadable(`cannot download ${url}: the server answered with status ${response.status}`);
    }
  }
  throw unreadable(`cannot download ${url}: more than ${mostRedirects} redirects`);
}

async function collect(url: string, body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    refuseSize(url, size);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unreadable(message: string): ToolError {
  return new ToolError('CONFIG_FILE_PARSING_ERR', message, {
    suggestions: advice(
      'CHECK_CONFIG_FILE',
      'Give --filename the path or URL of a skaffold.yaml, or - for standard input',
    ),
  });
}
