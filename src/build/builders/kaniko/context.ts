import { isAbsolute, join, relative } from 'node:path';
import { ToolError } from '../../../core/errors.ts';
import type { Artifact } from '../../../core/project.ts';

/**
 * The artifact with the directory that `contextSubPath` names as its workspace; others as they are.
 *
 * @throws `BUILD_USER_ERROR` for one outside the context.
 */
export function withContext<Spec extends { readonly contextSubPath?: string | undefined }>(
  artifact: Artifact<Spec>,
): Artifact<Spec> {
  const { workspace, spec, image } = artifact;
  const { contextSubPath = '' } = spec;
  if (contextSubPath === '') return artifact;
  // In configurations that others require it was made absolute.
  const directory = isAbsolute(contextSubPath) ? contextSubPath : join(workspace, contextSubPath);
  const inside = relative(workspace, directory);
  if (inside !== '..' && !inside.startsWith('../') && !isAbsolute(inside)) return { ...artifact, workspace: directory };
  const message = `build.artifacts.kaniko.contextSubPath of "${image}" is ${contextSubPath}, which is outside of its context ${workspace}`;
  throw new ToolError('BUILD_USER_ERROR', message, {
    suggestions: [{ code: 'FIX_CONTEXT', action: 'Name a directory below the context, relative to it' }],
  });
}
