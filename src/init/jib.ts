import { dirname, join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Context, ExecResult } from '../core/ports.ts';
import type { BuilderName, FoundBuilder, InitOptions } from './types.ts';

/** How a build tool says what its Jib plugin is set up to build. */
interface Tool {
  readonly name: BuilderName;
  readonly program: string;
  /** The project's own copy of the program, beside the build file. */
  readonly wrapper: string;
  readonly arguments: readonly string[];
  /** Only build files with this text are asked. */
  readonly mention: string;
}

const maven: Tool = {
  name: 'Jib Maven Plugin',
  program: 'mvn',
  wrapper: 'mvnw',
  arguments: ['jib:_skaffold-init', '-q', '--batch-mode'],
  mention: 'jib-maven-plugin',
};

const gradle: Tool = {
  name: 'Jib Gradle Plugin',
  program: 'gradle',
  wrapper: 'gradlew',
  arguments: ['_jibSkaffoldInit', '-q', '--console=plain'],
  mention: 'com.google.cloud.tools.jib',
};

/**
 * The images that Jib builds from a build file: the file has to mention the plugin, and the plugin, run by its build
 * tool, has to confirm it. Nothing is found, with a warning, where the build tool cannot run.
 */
export async function findJib(
  path: string,
  detect: InitOptions['detect'],
  ctx: Context,
): Promise<readonly FoundBuilder[]> {
  const tool = detect.jib ? toolFor(path, detect) : undefined;
  if (tool === undefined) return [];
  const { files, cwd } = ctx.system;
  if (!(await files.readText(join(cwd, path))).includes(tool.mention)) return [];
  const answer = await ask(tool, join(cwd, dirname(path)), ctx);
  if (answer.exitCode === 0) return read(answer.stdout, tool, path);
  const message = `${path} is not asked for Jib: ${tool.program} ${tool.arguments.join(' ')} fails`;
  ctx.emit({ type: 'log', level: 'warning', message });
  return [];
}

function toolFor(path: string, detect: InitOptions['detect']): Tool | undefined {
  if (/(^|\/)pom\.[^./]+$/.test(path)) return maven;
  return detect.jibGradle && /build\.gradle(\.kts)?$/.test(path) ? gradle : undefined;
}

async function ask(
  tool: Tool,
  directory: string,
  { system, signal }: Context,
): Promise<Pick<ExecResult, 'exitCode' | 'stdout'>> {
  const wrapper = join(directory, tool.wrapper);
  const program = (await system.files.stat(wrapper))?.kind === 'file' ? wrapper : tool.program;
  try {
    return await system.exec.run(program, tool.arguments, { cwd: directory, signal });
  } catch (error) {
    if (error instanceof ToolError && error.code === 'COMMAND_NOT_FOUND') return { exitCode: 1, stdout: '' };
    throw error;
  }
}

/** The plugin prints a line of JSON per project; paths of Windows are not escaped in it. */
function read(output: string, { name }: Tool, path: string): readonly FoundBuilder[] {
  return [...output.matchAll(/BEGIN JIB JSON\r?\n(\{.*\})/g)].flatMap(([, json = '']) => {
    const answer = parse(json.replaceAll('\\', '\\\\'));
    return answer === undefined ? [] : [{ name, path, ...textField(answer, 'image'), ...textField(answer, 'project') }];
  });
}

function parse(json: string): object | undefined {
  try {
    return JSON.parse(json) as object;
  } catch {
    return undefined;
  }
}

function textField(value: object, name: 'image' | 'project'): Partial<Record<'image' | 'project', string>> {
  const text = (value as Readonly<Record<string, unknown>>)[name];
  return typeof text === 'string' && text !== '' ? { [name]: text } : {};
}
