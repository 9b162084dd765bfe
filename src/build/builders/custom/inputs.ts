import { resolve } from 'node:path';
import { ToolError, withPrefix } from '../../../core/errors.ts';
import type { InputParts } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { docker } from '../docker/index.ts';
import { listedFiles } from '../listed-files.ts';
import { lastLine } from './last-line.ts';
import type { CustomDependencies, CustomSpec } from './spec.ts';

/**
 * The files a custom artifact says it is made of: those its Dockerfile reaches, those a command prints, or those its
 * patterns name.
 *
 * @returns absolute paths, sorted; a command may print paths outside the context and some that do not exist.
 * @throws `BUILD_USER_ERROR`, `COMMAND_FAILED`, `COMMAND_NOT_FOUND` or what reading the Dockerfile throws.
 */
export async function customInputs(
  artifact: Artifact<CustomSpec>,
  parts: InputParts,
  ctx: Context,
): Promise<readonly string[]> {
  const { dockerfile, command = '', paths = [], ignore = [] } = artifact.spec.dependencies ?? {};
  if (dockerfile !== undefined) return dockerfileFiles(artifact, dockerfile, parts, ctx);
  if (command !== '') return printedFiles(artifact, command, ctx);
  return listedFiles(artifact.workspace, paths, ignore, ctx.system.files);
}

/** The same files as those of a docker artifact with this Dockerfile. */
async function dockerfileFiles(
  artifact: Artifact<CustomSpec>,
  { path = '', buildArgs = {} }: NonNullable<CustomDependencies['dockerfile']>,
  parts: InputParts,
  ctx: Context,
): Promise<readonly string[]> {
  try {
    return await docker.inputs({ ...artifact, type: 'docker', spec: { dockerfile: path, buildArgs } }, parts, ctx);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'BUILD_DOCKERFILE_NOT_FOUND') throw error;
    const field = 'build.artifacts.custom.dependencies.dockerfile.path';
    throw new ToolError(error.code, error.message, {
      cause: error,
      suggestions: [{ code: 'FIX_SKAFFOLD_CONFIG_DOCKERFILE', action: `Correct ${field} of ${artifact.image}` }],
    });
  }
}

/** Skaffold cuts the command line at each blank: no shell reads it, and quotes mean nothing. */
async function printedFiles({ workspace }: Artifact, line: string, ctx: Context): Promise<readonly string[]> {
  const [file = '', ...args] = line.split(' ');
  try {
    const result = await ctx.system.exec.run(file, args, { cwd: workspace, signal: ctx.signal });
    if (result.exitCode !== 0) {
      throw new ToolError('COMMAND_FAILED', `exit status ${result.exitCode}${lastLine(result.stderr)}`, {
        exitCode: result.exitCode,
        suggestions: [
          { code: 'FIX_DEPENDENCIES_COMMAND', action: `Run the command in ${workspace} to see what it needs` },
        ],
      });
    }
    return parseList(result.stdout)
      .map((path) => resolve(workspace, path))
      .sort();
  } catch (error) {
    throw withPrefix(`getting dependencies from command: "${line}"`, error);
  }
}

function parseList(output: string): readonly string[] {
  const list = parseJson(output) ?? [];
  if (Array.isArray(list) && list.every((path): path is string => typeof path === 'string')) return list;
  throw noList('it is JSON of another kind');
}

function parseJson(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch (error) {
    throw noList((error as Error).message);
  }
}

function noList(problem: string): ToolError {
  return new ToolError('BUILD_USER_ERROR', `its output is no JSON list of paths: ${problem}`, {
    suggestions: [
      {
        code: 'FIX_DEPENDENCIES_COMMAND',
        action:
          'Let it print a list such as ["go.mod","main.go"] and nothing else; no shell runs it, so quotes reach it as they are',
      },
    ],
  });
}
