import { join, relative } from 'node:path';
import { ToolError, withPrefix } from '../core/errors.ts';
import type { Context, Files } from '../core/ports.ts';
import type { IgnoreRules } from './ignore.ts';
import { keptBelow } from './kept-files.ts';
import { parseDockerfile, splitDockerfile } from './parse.ts';
import { type ReachedSources, reachedSources } from './reach.ts';
import { matchSources, type SourceTree, sourcePath } from './sources.ts';
import { compareText, sortByText } from './text.ts';

/** Whose inputs are asked for. */
export interface DockerfileInputsRequest {
  /** Absolute directory of the build context. */
  readonly workspace: string;
  /** Absolute path of the Dockerfile. */
  readonly dockerfile: string;
  /** Build arguments with their final values; null ones count as not given. */
  readonly buildArgs: Readonly<Record<string, string | null>>;
  /** The ONBUILD triggers of a base image that no stage of the Dockerfile makes. */
  readonly readOnBuild: (image: string) => Promise<readonly string[]>;
}

/**
 * The files of the context that a Dockerfile can reach through COPY, ADD and `RUN --mount` in any of its stages, without what the ignore file
 * (`<Dockerfile>.dockerignore`, else `.dockerignore`) leaves out: what is sent to an engine, hashed and watched, by Skaffold's rules.
 * Directories stand in the list only when they are empty, links as themselves. The Dockerfile is always in it, `.dockerignore` never.
 *
 * @returns paths relative to the workspace, `/`-separated, sorted by code point. A Dockerfile outside the context has `../` in front.
 * Of a missing Dockerfile only its own path is returned.
 * @throws {ToolError} `DOCKERFILE_PARSE_ERR`; `BUILD_USER_ERROR` for an instruction none of whose sources exist, and for a bad ignore file.
 */
export async function dockerfileInputs(request: DockerfileInputsRequest, ctx: Context): Promise<readonly string[]> {
  const { files } = ctx.system;
  const own = relative(request.workspace, request.dockerfile).replaceAll('\\', '/');
  const bytes = await files.readIfExists(request.dockerfile);
  if (bytes === undefined) return [own];
  const ignore = await readIgnoreRules(request, files);
  const instructions = await readSources(new TextDecoder().decode(bytes), request, ctx);
  const found = new Set<string>();
  for (const source of new Set(instructions.flatMap(({ paths }) => paths))) {
    for (const path of await filesBelow(source, request.workspace, ignore?.rules, files)) found.add(path);
  }
  found.add(own);
  found.delete('.dockerignore');
  return sortByText([...found], (path) => path);
}

/** What one COPY or ADD takes from the context. */
export interface InstructionInputs extends Pick<ReachedSources, 'line' | 'sources' | 'destination'> {
  /** As {@link dockerfileInputs} gives them, the Dockerfile only where it is among them. */
  readonly files: readonly string[];
}

/**
 * The files of the context that each COPY and ADD can reach, in the order of the Dockerfile; ONBUILD triggers count where
 * `readOnBuild` gives some. None of a missing Dockerfile.
 *
 * @throws {ToolError} as {@link dockerfileInputs}.
 */
export async function inputsByInstruction(
  request: DockerfileInputsRequest,
  ctx: Context,
): Promise<readonly InstructionInputs[]> {
  const { files } = ctx.system;
  const bytes = await files.readIfExists(request.dockerfile);
  if (bytes === undefined) return [];
  const ignore = await readIgnoreRules(request, files);
  const result: InstructionInputs[] = [];
  for (const { paths, isMount, stage: _stage, keepsParents: _keeps, ...reached } of await readSources(
    new TextDecoder().decode(bytes),
    request,
    ctx,
  )) {
    if (isMount) continue;
    const found = await Promise.all(
      [...new Set(paths)].map((path) => filesBelow(path, request.workspace, ignore?.rules, files)),
    );
    const unique = new Set(found.flat());
    unique.delete('.dockerignore');
    result.push({ ...reached, files: [...unique].sort(compareText) });
  }
  return result;
}

export interface IgnoreFile {
  /** Absolute. */
  readonly path: string;
  readonly rules: IgnoreRules;
}

/** Reads the ignore file next to the Dockerfile if there is one, else the context's. */
export async function readIgnoreRules(
  { dockerfile, workspace }: DockerfileInputsRequest,
  files: Files,
): Promise<IgnoreFile | undefined> {
  for (const path of [`${dockerfile}.dockerignore`, join(workspace, '.dockerignore')]) {
    const bytes = await files.readIfExists(path);
    if (bytes === undefined) continue;
    const { parseIgnoreFile } = await import('./ignore.ts');
    return { path, rules: parseIgnoreFile(new TextDecoder().decode(bytes), path) };
  }
  return undefined;
}

/** The sources of an instruction, as far as they exist. */
export interface ExistingSources extends ReachedSources {
  /** Those of the context that exist, relative to it; empty for the context itself. */
  readonly paths: readonly string[];
}

/** What each COPY and ADD names. @throws {ToolError} as {@link dockerfileInputs}. */
export async function readSources(
  text: string,
  request: DockerfileInputsRequest,
  ctx: Context,
): Promise<readonly ExistingSources[]> {
  const tree = contextTree(request.workspace, ctx.system.files);
  try {
    const nodes = splitDockerfile(text, { file: request.dockerfile });
    if (nodes.directives.syntax === undefined) parseDockerfile(text, { file: request.dockerfile });
    const instructions = await reachedSources(nodes, request.buildArgs, request.readOnBuild);
    return await Promise.all(
      instructions.map(async (reached) => ({
        ...reached,
        paths: await existingSources(reached.sources, reached, request, tree),
      })),
    );
  } catch (error) {
    throw withPrefix(`parsing dockerfile "${request.dockerfile}"`, error);
  }
}

/** What one instruction's sources name. A path that exists is itself even if it looks like a pattern. */
async function existingSources(
  sources: readonly string[],
  { line, isMount }: ReachedSources,
  { dockerfile }: DockerfileInputsRequest,
  tree: SourceTree,
): Promise<readonly string[]> {
  const found = await Promise.all(
    sources.map(async (source) => {
      const path = sourcePath(source);
      return path === '' || (await tree.exists(path)) ? [path] : matchSources(source, tree);
    }),
  );
  if (isMount || sources.length === 0 || found.some((paths) => paths.length > 0)) return found.flat();
  throw new ToolError(
    'BUILD_USER_ERROR',
    `${dockerfile}:${line}: file pattern [${sources.join(' ')}] must match at least one file`,
    {
      suggestions: [
        {
          code: 'CHECK_DOCKERFILE_SOURCES',
          action: 'Check the paths of the instruction; they are relative to the build context',
        },
      ],
    },
  );
}

function contextTree(workspace: string, files: Files): SourceTree {
  return {
    list: async (directory) => {
      const path = join(workspace, directory);
      if ((await files.stat(path))?.kind !== 'directory') return undefined;
      return (await files.list(path)).map(({ name }) => name);
    },
    exists: async (path) => (await files.lstat(join(workspace, path))) !== undefined,
  };
}

/** The files at and below a path of the context that are not ignored, and the directories there that are empty. */
async function filesBelow(
  source: string,
  workspace: string,
  ignore: IgnoreRules | undefined,
  files: Files,
): Promise<readonly string[]> {
  return (await keptBelow(source, workspace, ignore, files)).kept.map(({ path }) => path);
}
