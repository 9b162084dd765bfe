import { type ErrorCode, ToolError } from '../core/errors.ts';
import type { ImageReference } from '../core/names.ts';
import type { DockerfileBuild } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import { parseKnownDockerfile } from '../dockerfile/parse.ts';
import { expandFrom, globalArguments } from '../dockerfile/scope.ts';
import type { Dockerfile, FromInstruction } from '../dockerfile/types.ts';
import { parseReference } from '../image/reference.ts';

/** The request's Dockerfile, parsed. */
export async function readDockerfile(request: DockerfileBuild, ctx: Context): Promise<Dockerfile> {
  return parseKnownDockerfile(await ctx.system.files.readText(request.dockerfile), { file: request.dockerfile });
}

/**
 * The images that a build may pull: what `FROM` and `COPY --from` name, variables expanded, stages left out. Whether a
 * reference is valid is for the engine to say.
 */
export function baseImages(dockerfile: Dockerfile, request: DockerfileBuild, ctx: Context): readonly ImageReference[] {
  const stages = new Set(['scratch']);
  const images: string[] = [];
  const resolve = fromResolver(dockerfile, request, ctx);
  for (const instruction of dockerfile.instructions) {
    if (instruction.kind === 'FROM') {
      images.push(resolve(instruction));
      if (instruction.name !== undefined) stages.add(instruction.name);
    }
    if (instruction.kind === 'COPY' && instruction.from !== undefined) images.push(instruction.from);
  }
  return images.filter((image) => !stages.has(image.toLowerCase()) && !/^\d+$/.test(image)).flatMap(parsed);
}

function fromResolver(
  dockerfile: Dockerfile,
  request: DockerfileBuild,
  ctx: Context,
): (from: FromInstruction) => string {
  const host = ctx.system.platform;
  const given = Object.entries(request.buildArgs).map(
    ([name, value]) => [name, value ?? ctx.system.env[name]] as const,
  );
  const buildArgs = Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  const globals = globalArguments(dockerfile, {
    buildArgs,
    escape: dockerfile.escape,
    buildPlatform: host,
    targetPlatform: request.platform ?? host,
  });
  return (from) => expandFrom(from, globals, dockerfile.escape).image;
}

function parsed(image: string): readonly ImageReference[] {
  try {
    return [parseReference(image)];
  } catch (error) {
    const invalid: ErrorCode = 'REFERENCE_INVALID';
    if (error instanceof ToolError && error.code === invalid) return [];
    throw error;
  }
}
