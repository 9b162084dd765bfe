import { basename, dirname, join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Context } from '../core/ports.ts';
import { isInstruction } from '../dockerfile/instructions.ts';
import { splitDockerfile } from '../dockerfile/parse.ts';
import { findJib } from './jib.ts';
import type { FoundBuilder, InitOptions } from './types.ts';

/** What can build images, in the order of the files. Where Jib builds a directory, it is not looked for below. */
export async function findBuilders(
  files: readonly string[],
  options: Pick<InitOptions, 'detect' | 'buildpacksBuilder'>,
  ctx: Context,
): Promise<readonly FoundBuilder[]> {
  const found: FoundBuilder[] = [];
  const all = new Set(files);
  let jibDirectory: string | undefined;
  for (const path of files) {
    const jib = isWithin(path, jibDirectory) ? [] : await findJib(path, options.detect, ctx);
    if (jib.length > 0) jibDirectory = dirname(path);
    found.push(...(jib.length > 0 ? jib : await otherBuilders(path, all, options, ctx)));
  }
  return found;
}

function isWithin(path: string, directory: string | undefined): boolean {
  return directory === '.' || (directory !== undefined && path.startsWith(`${directory}/`));
}

async function otherBuilders(
  path: string,
  all: ReadonlySet<string>,
  { detect, buildpacksBuilder }: Pick<InitOptions, 'detect' | 'buildpacksBuilder'>,
  ctx: Context,
): Promise<readonly FoundBuilder[]> {
  const found: FoundBuilder[] = [];
  if (detect.ko && basename(path) === 'go.mod') found.push({ name: 'Ko', path });
  if (await isDockerfile(path, ctx)) found.push({ name: 'Docker', path });
  if (detect.buildpacks && isForBuildpacks(path, all)) {
    found.push({ name: 'Buildpacks', path, builder: buildpacksBuilder });
  }
  return found;
}

/** A file with `dockerfile` in its name whose every line is an instruction. */
async function isDockerfile(path: string, { system }: Context): Promise<boolean> {
  if (!basename(path).toLowerCase().includes('dockerfile')) return false;
  try {
    const { nodes } = splitDockerfile(await system.files.readText(join(system.cwd, path)), { file: path });
    return nodes.every(({ keyword }) => isInstruction(keyword));
  } catch (error) {
    if (error instanceof ToolError && error.code === 'DOCKERFILE_PARSE_ERR') return false;
    throw error;
  }
}

const buildpacksFiles = new Set([
  'project.toml',
  'package.json',
  'go.mod',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
]);

function isForBuildpacks(path: string, all: ReadonlySet<string>): boolean {
  const name = basename(path);
  if (name === 'requirements.txt') return all.has(join(dirname(path), 'Procfile'));
  return buildpacksFiles.has(name) || name.endsWith('.csproj');
}
