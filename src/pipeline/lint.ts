/** What is worth changing in a project although it is valid: the rules of `skaffold lint`. */
import type { DockerSpec } from '../build/builders/docker/spec.ts';
import { failWith, hasErrors } from '../config/failure.ts';
import { checkConfigs } from '../config/load.ts';
import type { LoadOptions } from '../config/options.ts';
import { resolveModule } from '../config/resolve.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Context } from '../core/ports.ts';
import type { Artifact, Module } from '../core/project.ts';
import { createPorts, lintConfiguration } from './lint/configuration.ts';
import { lintDockerfile } from './lint/dockerfile.ts';
import { lintManifest, localManifests } from './lint/manifests.ts';
import type { LintFinding } from './lint/rules.ts';

/**
 * Applies all rules: first those for configurations, then those for Dockerfiles, then those for manifests, each in the
 * order of the modules. Nothing is built, and neither a cluster, a daemon nor a registry is asked.
 *
 * @throws {ToolError} for a configuration that is not valid (as `loadProject`), a Dockerfile that is missing or cannot
 * be read, and manifests that are not YAML.
 */
export async function lintProject(load: LoadOptions, ctx: Context): Promise<readonly LintFinding[]> {
  const { configs, findings, isValidated } = await checkConfigs(load, ctx);
  if (hasErrors(findings)) throw failWith(findings, isValidated ? 'CONFIG_VALIDATION_ERR' : 'CONFIG_FILE_PARSING_ERR');
  const takePort = createPorts();
  const modules: Module[] = [];
  const manifests: (readonly Manifest[])[] = [];
  const found: (readonly LintFinding[])[] = [];
  for (const loaded of configs) {
    const module = resolveModule(loaded, ctx.system.cwd);
    const own = await localManifests(module, ctx);
    found.push(await lintConfiguration(loaded, own, takePort, ctx));
    modules.push(module);
    manifests.push(own);
  }
  for (const artifact of dockerArtifacts(modules)) found.push(await lintDockerfile(artifact, load.command, ctx));
  return [...found.flat(), ...manifests.flat().flatMap((manifest) => lintManifest(manifest, ctx))];
}

/** One artifact for each Dockerfile in its context, however many images are built of it. */
function dockerArtifacts(modules: readonly Module[]): readonly Artifact<DockerSpec>[] {
  const artifacts = modules.flatMap((module) => module.artifacts.filter(({ type }) => type === 'docker'));
  const byFile = new Map<string, Artifact<DockerSpec>>();
  for (const artifact of artifacts as readonly Artifact<DockerSpec>[]) {
    const key = JSON.stringify([artifact.workspace, artifact.spec.dockerfile]);
    if (!byFile.has(key)) byFile.set(key, artifact);
  }
  return [...byFile.values()];
}
