import { isAbsolute, join, resolve } from 'node:path';
import { ToolError } from '../../../core/errors.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { parseKnownDockerfile } from '../../../dockerfile/parse.ts';
import type { Dockerfile } from '../../../dockerfile/types.ts';
import type { DockerSpec } from './spec.ts';

export interface LoadedDockerfile {
  /** Absolute. */
  readonly path: string;
  readonly parsed: Dockerfile;
}

/**
 * An artifact's Dockerfile: below the context if it is there, else relative to the working directory (Skaffold's order).
 *
 * @throws `BUILD_DOCKERFILE_NOT_FOUND` naming where it was looked for, `DOCKERFILE_PARSE_ERR`.
 */
export async function loadDockerfile(artifact: Artifact<DockerSpec>, ctx: Context): Promise<LoadedDockerfile> {
  const { dockerfile } = artifact.spec;
  const path = await locate(artifact.workspace, dockerfile, ctx);
  const bytes = await ctx.system.files.readIfExists(path);
  if (bytes === undefined) {
    throw new ToolError('BUILD_DOCKERFILE_NOT_FOUND', `reading dockerfile: open ${path}: no such file or directory`, {
      suggestions: [
        {
          code: 'FIX_SKAFFOLD_CONFIG_DOCKERFILE',
          action: `Create ${dockerfile}, or correct build.artifacts.${artifact.type}.dockerfile of ${artifact.image}`,
        },
      ],
    });
  }
  return { path, parsed: parseKnownDockerfile(new TextDecoder().decode(bytes), { file: path }) };
}

async function locate(workspace: string, dockerfile: string, ctx: Context): Promise<string> {
  if (isAbsolute(dockerfile)) return dockerfile;
  const inContext = join(workspace, dockerfile);
  if ((await ctx.system.files.stat(inContext)) !== undefined) return inContext;
  const inDirectory = resolve(ctx.system.cwd, dockerfile);
  return (await ctx.system.files.stat(inDirectory)) === undefined ? inContext : inDirectory;
}
