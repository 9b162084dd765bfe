import { join } from 'node:path';
import { ToolError } from '../../../core/errors.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import type { JibSpec } from './spec.ts';

/** The build tool of a project, and the program that starts it: the project's own wrapper where it has one. */
export interface JibTool {
  readonly kind: 'maven' | 'gradle';
  readonly program: string;
}

const marks: Readonly<Record<JibTool['kind'], readonly string[]>> = {
  gradle: [
    'build.gradle',
    'build.gradle.kts',
    'gradle.properties',
    'settings.gradle',
    'settings.gradle.kts',
    'gradlew',
  ],
  maven: ['pom.xml', '.mvn', 'mvnw'],
};

const programs = { gradle: 'gradle', maven: 'mvn' } as const;
const wrappers = { gradle: 'gradlew', maven: 'mvnw' } as const;

/**
 * Finds the tool: the configuration names it, else files of the context tell.
 *
 * @throws `BUILD_USER_ERROR` where nothing tells.
 */
export async function jibTool({ image, spec, workspace }: Artifact<JibSpec>, ctx: Context): Promise<JibTool> {
  const { files } = ctx.system;
  const isThere = async (name: string): Promise<boolean> => (await files.stat(join(workspace, name))) !== undefined;
  const isMarked = async (kind: JibTool['kind']): Promise<boolean> =>
    (await Promise.all(marks[kind].map(isThere))).includes(true);
  const named = spec.type?.toLowerCase();
  const kind =
    named === 'maven' || named === 'gradle'
      ? named
      : (await isMarked('gradle'))
        ? 'gradle'
        : (await isMarked('maven'))
          ? 'maven'
          : undefined;
  if (kind === undefined) throw unknownTool(image, workspace);
  const wrapper = join(workspace, wrappers[kind]);
  return { kind, program: (await files.stat(wrapper))?.kind === 'file' ? wrapper : programs[kind] };
}

function unknownTool(image: string, workspace: string): ToolError {
  return new ToolError(
    'BUILD_USER_ERROR',
    `jib artifact "${image}": there is neither a Maven nor a Gradle build in ${workspace}`,
    {
      suggestions: [
        { code: 'FIX_CONTEXT', action: 'Correct the context of the artifact, or name type: maven or gradle' },
      ],
    },
  );
}

/**
 * Runs the tool in the context and gives what it prints.
 *
 * @throws `COMMAND_NOT_FOUND`, `COMMAND_FAILED` with the last of what it said.
 */
export async function runJib(
  { program }: JibTool,
  args: readonly string[],
  { image, workspace }: Artifact<JibSpec>,
  onOutput: ((stream: 'stdout' | 'stderr', text: string) => void) | undefined,
  ctx: Context,
): Promise<string> {
  const options = { cwd: workspace, signal: ctx.signal, ...(onOutput === undefined ? {} : { onOutput }) };
  const result = await ctx.system.exec.run(program, args, options).catch((error: unknown) => {
    if (!(error instanceof ToolError) || error.code !== 'COMMAND_NOT_FOUND') throw error;
    throw new ToolError('COMMAND_NOT_FOUND', `jib artifact "${image}" is built by ${program}, which is not in PATH`, {
      suggestions: [{ code: 'INSTALL_TOOL', action: `Install ${program}, or add the project's wrapper script` }],
    });
  });
  if (result.exitCode === 0) return result.stdout;
  const said = tellingLines(`${result.stdout}\n${result.stderr}`).join('\n');
  throw new ToolError('COMMAND_FAILED', `${program} failed with exit status ${result.exitCode}: ${said}`, {
    exitCode: result.exitCode,
    suggestions: [{ code: 'FIX_BUILD', action: `Run "${program} ${args.join(' ')}" in ${workspace}` }],
  });
}

/** Colours of Maven, which it uses for errors whatever it is told. */
const colours = /\u001b\[[0-9;]*m/g;

/** Maven puts what went wrong first and advice on its own options last; Gradle says it after `What went wrong`. */
function tellingLines(output: string): readonly string[] {
  const lines = output
    .replace(colours, '')
    .split('\n')
    .map((line) => line.trimEnd());
  const errors = lines.filter(
    (line) => /^\[ERROR\] \S/.test(line) && !/re-run Maven|Re-run Maven|For more info|\[Help/.test(line),
  );
  const wrong = lines.findIndex((line) => /What went wrong/.test(line));
  if (errors.length > 0) return errors.slice(0, 5);
  return (wrong < 0 ? lines.filter((line) => line !== '').slice(-8) : lines.slice(wrong + 1, wrong + 6)).filter(
    (line) => line !== '',
  );
}
