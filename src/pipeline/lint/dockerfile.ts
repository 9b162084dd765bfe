import { join } from 'node:path';
import { buildArguments } from '../../build/builders/docker/build-args.ts';
import { loadDockerfile } from '../../build/builders/docker/dockerfile.ts';
import type { DockerSpec } from '../../build/builders/docker/spec.ts';
import type { Context } from '../../core/ports.ts';
import type { Artifact } from '../../core/project.ts';
import { type InstructionInputs, inputsByInstruction } from '../../dockerfile/inputs.ts';
import { declaredArguments } from '../../dockerfile/scope.ts';
import { shownPath } from '../../render/paths.ts';
import { explain, gitDirectory, type LintFinding, type LintRule, manyFiles } from './rules.ts';

const mostFiles = 1000;

/**
 * ID000004 and ID000005 of an artifact's Dockerfile, at its COPY and ADD instructions. Base images are not asked for
 * triggers: those are not in the file.
 *
 * @throws `BUILD_DOCKERFILE_NOT_FOUND`, `DOCKERFILE_PARSE_ERR`, and `BUILD_USER_ERROR` for sources that do not exist.
 */
export async function lintDockerfile(
  artifact: Artifact<DockerSpec>,
  runMode: string,
  ctx: Context,
): Promise<readonly LintFinding[]> {
  const { path, parsed } = await loadDockerfile(artifact, ctx);
  const aliases = new Map(artifact.requires.map(({ alias, image }) => [alias, image as string]));
  const declared = declaredArguments(parsed.instructions);
  const buildArgs = await buildArguments(artifact.spec, { runMode, declared, aliases, reference: undefined }, ctx);
  const { workspace } = artifact;
  const readOnBuild = async (): Promise<readonly string[]> => [];
  const instructions = await inputsByInstruction({ workspace, dockerfile: path, buildArgs, readOnBuild }, ctx);
  const lines = new TextDecoder().decode(await ctx.system.files.read(path)).split(/\r?\n/);
  const finding = (rule: LintRule, instruction: InstructionInputs, git = ''): LintFinding => {
    const { line, sources, destination } = instruction;
    const values = { src: sources.join(' '), dest: destination, gitDirectoryAbsPath: git };
    const shownFile = shownPath(path, ctx);
    return {
      rule,
      file: path,
      shownFile,
      explanation: explain(rule, values),
      line,
      column: 1,
      text: lines[line - 1] ?? '',
    };
  };
  return [
    ...instructions
      .filter(({ files }) => files.length > mostFiles)
      .map((instruction) => finding(manyFiles, instruction)),
    ...instructions.flatMap((instruction) => {
      const git = gitDirectoryIn(instruction.files);
      return git === undefined ? [] : [finding(gitDirectory, instruction, join(workspace, git))];
    }),
  ];
}

/** The first `.git` directory that one of the files lies in. */
function gitDirectoryIn(files: readonly string[]): string | undefined {
  for (const file of files) {
    const found = /^(?:.*?\/)?\.git(?=\/)/.exec(file);
    if (found !== null) return found[0];
  }
  return undefined;
}
