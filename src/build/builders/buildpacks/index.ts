import { createHash } from 'node:crypto';
import { withPrefix } from '../../../core/errors.ts';
import type { Builder } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { listedFiles } from '../listed-files.ts';
import { buildWithLifecycle } from './build.ts';
import { findImages } from './images.ts';
import { lifecycleImageOf } from './plan.ts';
import { type ProjectDescriptor, readDescriptor } from './project-descriptor.ts';
import type { BuildpacksSpec } from './spec.ts';
import { buildVariables } from './variables.ts';
import { hostMounts } from './volumes.ts';

/**
 * Applications that Cloud Native Buildpacks build, by the lifecycle of a builder image: in containers of a Docker Engine, or
 * in the sandbox of the embedded engine. No pack command is needed.
 */
export const buildpacks: Builder<BuildpacksSpec> = {
  type: 'buildpacks',

  inputs({ workspace, spec }, _parts, ctx) {
    const { paths = ['.'], ignore = [] } = spec.dependencies ?? {};
    return listedFiles(workspace, paths, ignore, ctx.system.files);
  },

  async parameters(request, ctx) {
    const { artifact, runMode } = request;
    const { spec } = artifact;
    const descriptor = await descriptorOf(artifact, ctx);
    const { builder, runImage } = await findImages(request, descriptor, ctx);
    const variables = [...(await buildVariables(artifact, descriptor, runMode, ctx))];
    return {
      builder: builder.identity,
      runImage: runImage.identity,
      runImageName: runImage.name,
      ...Object.fromEntries(variables.map(([name, value]) => [`env ${name}`, hashOf(value)])),
      buildpacks: JSON.stringify(spec.buildpacks ?? []),
      projectDescriptor: JSON.stringify({ ...descriptor, env: [] }),
      volumes: JSON.stringify(hostMounts(artifact, ctx.system.cwd)),
      lifecycle: spec.trustBuilder === true ? '' : lifecycleImageOf(builder, ctx),
      sourceDateEpoch: ctx.system.env['SOURCE_DATE_EPOCH'] ?? '',
    };
  },

  async build(request, ctx) {
    try {
      return await buildWithLifecycle(request, await descriptorOf(request.artifact, ctx), ctx);
    } catch (error) {
      throw withPrefix(`building buildpacks artifact "${request.artifact.image}"`, error);
    }
  },
};

function descriptorOf({ workspace, spec }: Artifact<BuildpacksSpec>, ctx: Context): Promise<ProjectDescriptor> {
  return readDescriptor(workspace, spec.projectDescriptor || 'project.toml', ctx);
}

/** Values may be secrets, and keys are written down. */
function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}
