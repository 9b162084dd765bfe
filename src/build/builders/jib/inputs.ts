import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ToolError, withPrefix } from '../../../core/errors.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { cacheDirectory } from '../../../store/location.ts';
import { jibListArguments } from './command.ts';
import type { JibSpec } from './spec.ts';
import { jibTool, runJib } from './tool.ts';

/** What the plugin tells: files that say how to build, files and directories that are built, and what of it to leave out. */
interface JibFiles {
  readonly build: readonly string[];
  readonly inputs: readonly string[];
  readonly ignore: readonly string[];
}

/** An answer of the plugin, and what the files that it depends on held when it was given. */
interface Remembered extends JibFiles {
  readonly buildHash: string;
}

/**
 * The files an artifact is made of. The plugin takes seconds to tell, so its answer is kept until one of the build files
 * it names changes.
 *
 * @returns absolute paths, sorted.
 * @throws `COMMAND_FAILED`, `COMMAND_NOT_FOUND`, or `BUILD_USER_ERROR` for an answer that cannot be read.
 */
export async function jibInputs(artifact: Artifact<JibSpec>, ctx: Context): Promise<readonly string[]> {
  const { build, inputs, ignore } = await listFiles(artifact, ctx);
  const found = new Set<string>();
  for (const path of [...build, ...inputs]) await collect(path, ignore, found, ctx);
  return [...found].sort();
}

async function listFiles(artifact: Artifact<JibSpec>, ctx: Context): Promise<JibFiles> {
  const { files } = ctx.system;
  const { image, spec, workspace } = artifact;
  const tool = await jibTool(artifact, ctx);
  const key = JSON.stringify([workspace, tool, spec.project ?? '', spec.args ?? []]);
  const name = createHash('sha256').update(key).digest('hex');
  const path = join(cacheDirectory(ctx.system), 'jib', `${name}.json`);
  const known = await readRemembered(path, ctx);
  if (known !== undefined && (await hashOf(known.build, ctx)) === known.buildHash) return known;
  try {
    const args = jibListArguments(tool, { project: spec.project ?? '', args: spec.args ?? [] });
    const told = parseAnswer(await runJib(tool, args, artifact, undefined, ctx));
    const remembered: Remembered = { ...told, buildHash: await hashOf(told.build, ctx) };
    await files.mkdir(join(cacheDirectory(ctx.system), 'jib'));
    await files.writeAtomic(path, JSON.stringify(remembered));
    return told;
  } catch (error) {
    throw withPrefix(`getting the files of jib artifact "${image}"`, error);
  }
}

async function readRemembered(path: string, { system: { files } }: Context): Promise<Remembered | undefined> {
  const bytes = await files.readIfExists(path);
  if (bytes === undefined) return undefined;
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<Remembered> | null;
    const lists = [value?.build, value?.inputs, value?.ignore];
    return lists.every(isTexts) && typeof value?.buildHash === 'string' ? (value as Remembered) : undefined;
  } catch {
    // Half a file is no answer; the plugin is asked again.
    return undefined;
  }
}

/** Over the build files and the files beside them: a new module or settings file is told by its directory. */
async function hashOf(paths: readonly string[], { system: { files } }: Context): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    const bytes = (await files.stat(path))?.kind === 'file' ? await files.readIfExists(path) : undefined;
    const content = bytes === undefined ? 'none' : createHash('sha256').update(bytes).digest('hex');
    hash.update(`${JSON.stringify(path)} ${content}\n`);
  }
  return hash.digest('hex');
}

/** The JSON comes on the line after `BEGIN JIB JSON`, amid whatever else the tool prints. */
function parseAnswer(output: string): JibFiles {
  const lines = output.split(/\r?\n/);
  const begin = lines.findIndex((line) => line.startsWith('BEGIN JIB JSON'));
  try {
    const value = JSON.parse(begin < 0 ? '' : (lines[begin + 1] ?? '')) as Partial<JibFiles>;
    const { build = [], inputs = [], ignore = [] } = value;
    if ([build, inputs, ignore].every(isTexts)) return { build, inputs, ignore };
  } catch {
    // Reported below, as any other answer that is none.
  }
  throw new ToolError('BUILD_USER_ERROR', 'the Jib plugin did not tell what the image is made of', {
    suggestions: [{ code: 'UPDATE_JIB', action: 'Use version 1.4.0 of the plugin or a newer one' }],
  });
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

async function collect(path: string, ignore: readonly string[], found: Set<string>, ctx: Context): Promise<void> {
  const { files } = ctx.system;
  const isIgnored = (full: string): boolean => ignore.some((out) => full === out || full.startsWith(`${out}/`));
  const info = await files.stat(path);
  if (info === undefined || isIgnored(path)) return;
  if (info.kind === 'file') found.add(path);
  if (info.kind !== 'directory') return;
  for (const entry of await files.walk(path, (below) => !isIgnored(join(path, below)))) {
    const full = join(path, entry.path);
    if ((entry.info.kind === 'file' || entry.info.kind === 'link') && !isIgnored(full)) found.add(full);
  }
}
