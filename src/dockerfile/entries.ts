/**
 * What the image of a target is really made of: only the stages it needs, with the directories whose modes reach the image. This
 * is what tells whether an image has to be built again; the list of {@link dockerfileInputs} is what engines are sent.
 */
import { join, relative } from 'node:path';
import type { InputEntry } from '../core/plugins.ts';
import type { Context, FileInfo, Files } from '../core/ports.ts';
import { type DockerfileInputsRequest, type ExistingSources, readIgnoreRules, readSources } from './inputs.ts';
import { keptBelow } from './kept-files.ts';
import { splitDockerfile } from './parse.ts';
import { stagesOfTarget } from './reach.ts';
import { sortByText } from './text.ts';

/** Whose entries are asked for. */
export interface DockerfileEntriesRequest extends DockerfileInputsRequest {
  /** A stage by name or number; empty for the last one. */
  readonly target: string;
}

/**
 * Lists them: what COPY and ADD of the target's stages take, the Dockerfile, and as a note the ignore file.
 *
 * @returns entries relative to the workspace, sorted by path.
 * @throws {ToolError} as {@link dockerfileInputs}.
 */
export async function dockerfileEntries(
  request: DockerfileEntriesRequest,
  ctx: Context,
): Promise<readonly InputEntry[]> {
  const { files } = ctx.system;
  const { workspace, dockerfile, buildArgs, target } = request;
  const nameOf = (path: string): string => relative(workspace, path).replaceAll('\\', '/');
  const own = nameOf(dockerfile);
  const bytes = await files.readIfExists(dockerfile);
  if (bytes === undefined) return [{ path: own, info: undefined, role: 'instructions' }];
  const text = new TextDecoder().decode(bytes);
  const ignore = await readIgnoreRules(request, files);
  const needed = stagesOfTarget(splitDockerfile(text, { file: dockerfile }), buildArgs, target);
  const instructions = (await readSources(text, request, ctx)).filter(({ stage }) => needed(stage));
  const found = await contentsOf(instructions, workspace, ignore?.rules, files);
  // The Dockerfile is sent to engines even where it is ignored, and a COPY of all finds it there.
  if (isCovered(own, instructions)) found.set(own, await files.lstat(dockerfile));
  found.delete('.dockerignore');
  const entries: InputEntry[] = [...found].map(([path, info]) => ({ path, info, role: 'content' }));
  entries.push({ path: own, info: await files.stat(dockerfile), role: 'instructions' });
  if (ignore !== undefined)
    entries.push({ path: nameOf(ignore.path), info: await files.stat(ignore.path), role: 'note' });
  return sortByText(entries, ({ path }) => path);
}

async function contentsOf(
  instructions: readonly ExistingSources[],
  workspace: string,
  ignore: Parameters<typeof keptBelow>[2],
  files: Files,
): Promise<Map<string, FileInfo | undefined>> {
  const found = new Map<string, FileInfo | undefined>();
  for (const source of new Set(instructions.flatMap(({ paths }) => paths))) {
    const { kept, parents } = await keptBelow(source, workspace, ignore, files);
    for (const { path, info } of kept) found.set(path, info);
    for (const { path, info } of parents) found.set(path, info);
  }
  for (const { paths, keepsParents } of instructions) {
    if (!keepsParents) continue;
    for (const above of new Set(paths.flatMap(directoriesAbove)))
      found.set(above, await files.lstat(join(workspace, above)));
  }
  return found;
}

/** The directory itself and all above it but the context. */
function directoriesAbove(path: string): readonly string[] {
  const names = path.split('/').filter((name) => name !== '');
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

function isCovered(path: string, instructions: readonly ExistingSources[]): boolean {
  return instructions.some(({ paths }) =>
    paths.some((source) => source === '' || source === path || path.startsWith(`${source}/`)),
  );
}
