import { isAbsolute, join, relative, resolve } from 'node:path';
import { ToolError } from '../../../core/errors.ts';
import type { Builder, BuildRequest, DockerfileBuild, InputParts } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { declaredArguments, externalBases, parseDockerfile } from '../../../dockerfile/index.ts';
import { dockerfileInputs } from '../../../dockerfile/inputs.ts';
import { buildArguments } from './build-args.ts';
import type { DockerSpec } from './spec.ts';

/** Dockerfile artifacts, executed by whatever engine the run chose. */
export const docker: Builder<DockerSpec> = {
  type: 'docker',

  async inputs(artifact, parts, ctx) {
    const files = await contextOf(artifact, parts, ctx);
    return files.map((file) => resolve(artifact.workspace, file)).sort();
  },
};
