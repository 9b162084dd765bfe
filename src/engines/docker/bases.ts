import { type ErrorCode, ToolError } from '../../core/errors.ts';
import type { ImageReference } from '../../core/names.ts';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { parseDockerfile } from '../../dockerfile/parse.ts';
import { expandFrom, globalArguments } from '../../dockerfile/scope.ts';
import type { Dockerfile, FromInstruction, Instruction } from '../../dockerfile/types.ts';
import { parseReference } from '../../image/reference.ts';

/** The request's Dockerfile, parsed. */
export async function readDockerfile(request: DockerfileBuild, ctx: Context): Promise<Dockerfile> {
  return parseDockerfile(await ctx.system.files.readText(request.dockerfile), { file: request.dockerfile });
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

/**
 * Refuses what the engine's own builder cannot do, by name and line: it would misread some of it, or fail half-way.
 *
 * @throws `DOCKERFILE_UNSUPPORTED`
 */
export function refuseBuildKitOnly(dockerfile: Dockerfile, request: DockerfileBuild): void {
  for (const instruction of dockerfile.instructions) {
    const [feature] = buildKitFeatures(instruction);
    if (feature !== undefined) throw unsupported(`${instruction.kind} ${feature}`, instruction.line, request);
  }
}

/** Features of an instruction that only BuildKit has. */
function buildKitFeatures(instruction: Instruction): readonly string[] {
  switch (instruction.kind) {
    case 'RUN':
      return present({
        '--mount': instruction.mounts.length > 0,
        '--network': instruction.network !== 'default',
        '--security': instruction.security !== 'sandbox',
        'with a heredoc': instruction.heredocs.length > 0,
      });
    case 'COPY':
      return present({ ...copyFeatures(instruction), '--parents': instruction.parents });
    case 'ADD':
      return present({
        ...copyFeatures(instruction),
        '--checksum': instruction.checksum !== undefined,
        '--keep-git-dir': instruction.keepGitDir === true,
        '--unpack': instruction.unpack !== undefined,
      });
    default:
      return [];
  }
}

function copyFeatures(instruction: Extract<Instruction, { kind: 'COPY' | 'ADD' }>): Readonly<Record<string, boolean>> {
  return {
    '--chmod': instruction.chmod !== undefined,
    '--link': instruction.link,
    '--exclude': instruction.exclude.length > 0,
    'with a heredoc': instruction.heredocs.length > 0,
  };
}

function present(features: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.keys(features).filter((name) => features[name]);
}

function unsupported(feature: string, line: number, request: DockerfileBuild): ToolError {
  const message = `${request.dockerfileName}:${line}: ${feature} needs BuildKit, which --engine=docker does not use yet`;
  return new ToolError('DOCKERFILE_UNSUPPORTED', message, {
    suggestions: [
      { code: 'USE_EMBEDDED_ENGINE', action: 'Build with --engine=embedded, or write the instruction without it' },
    ],
  });
}
