import { resolve } from 'node:path';
import type { HostMount } from '../../../core/containers.ts';
import { ToolError } from '../../../core/errors.ts';
import type { Artifact } from '../../../core/project.ts';
import { unsupportedField } from '../../../core/unsupported.ts';
import { places } from './lifecycle.ts';
import type { BuildpacksSpec, BuildpacksVolume } from './spec.ts';

/** Directories that belong to the build itself. */
const taken = [...Object.values(places), '/cnb'];

/**
 * `volumes` of an artifact. Buildpacks may not write to one unless it says `rw` (the pack command's rule).
 *
 * @param directory the working directory, which relative ones of this machine are seen from (Skaffold's rule).
 * @throws `BUILD_USER_ERROR` for a target that is missing, relative or part of the build; `NOT_SUPPORTED` for other options.
 */
export function hostMounts({ image, spec }: Artifact<BuildpacksSpec>, directory: string): readonly HostMount[] {
  return (spec.volumes ?? []).map((volume) => mountOf(volume, image, directory));
}

function mountOf({ host, target, options = '' }: BuildpacksVolume, image: string, directory: string): HostMount {
  const words = options.split(',').filter((word) => word !== '');
  const other = words.find((word) => word !== 'ro' && word !== 'rw');
  if (other !== undefined) {
    throw unsupportedField('build.artifacts.buildpacks.volumes.options', `"${other}" is not known`, 'Write ro or rw');
  }
  const problem = problemOf(target);
  if (problem === undefined) return { source: resolve(directory, host), target, readOnly: !words.includes('rw') };
  throw new ToolError('BUILD_USER_ERROR', `build.artifacts.buildpacks.volumes of "${image}": ${problem}`, {
    suggestions: [
      { code: 'FIX_VOLUMES', action: 'Give an absolute path of the container that is not part of the build' },
    ],
  });
}

function problemOf(target: string): string | undefined {
  if (!target.startsWith('/') || target.split('/').includes('..')) return `the target "${target}" is not absolute`;
  const place = taken.find((one) => `${target}/`.startsWith(`${one}/`) && !target.startsWith(`${places.platform}/`));
  if (place === undefined) return undefined;
  return `the target "${target}" lies in ${place}, which belongs to the build`;
}
