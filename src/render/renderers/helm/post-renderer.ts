import { join } from 'node:path';
import { apiVersionPrefix, latestVersion } from '../../../config/versions.ts';
import type { BuiltArtifact } from '../../../core/artifact.ts';
import { ToolError } from '../../../core/errors.ts';
import type { RenderRun } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import type { HelmVersion } from './call.ts';
import { asPlugin } from './plugin.ts';
import { type Flags, takeUserProgram } from './user-flags.ts';

/** What images are put in place with. */
interface Situation {
  /** Without images, nothing has to be done. */
  readonly builds: readonly BuiltArtifact[];
  readonly run: RenderRun;
  /** Where files may be written; they may hold secrets. */
  readonly directory: string;
  readonly version: HelmVersion;
}

/**
 * What puts images into helm's output, as the helm that is there takes it, and the flags for helm besides.
 *
 * @throws {ToolError} `NOT_SUPPORTED` for a helm without post-renderers, and for what cannot be done at the same time.
 */
export async function postRendering(
  flags: Flags,
  { builds, run, directory, version }: Situation,
  ctx: Context,
): Promise<{ readonly postRenderer: PostRenderer | undefined; readonly flags: Flags }> {
  if (builds.length === 0) return { postRenderer: undefined, flags };
  requirePostRenderers(version);
  const { program, flags: rest } = takeUserProgram(flags, version);
  const filter = await filterProgram(builds, run, directory, program, ctx);
  return { postRenderer: version[0] < 4 ? filter : await asPlugin(filter, directory, ctx), flags: rest };
}

function requirePostRenderers(version: HelmVersion): void {
  const [major, minor] = version;
  if (major > 3 || (major === 3 && minor >= 1)) return;
  throw new ToolError(
    'NOT_SUPPORTED',
    `helm ${version.join('.')} knows no --post-renderer, which puts images in place`,
    {
      suggestions: [{ code: 'UPGRADE_HELM', action: 'Install helm 3.1 or newer' }],
    },
  );
}

/** A program that puts images into what helm has rendered, before helm adds the chart's hooks to it. */
export interface PostRenderer {
  /** A path, or since Helm 4 the name of a plug-in. */
  readonly program: string;
  /** What it has to find in its environment. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * This program's own `filter` command as a post-renderer. Helm cannot give one arguments, so they travel in
 * `SKAFFOLD_CMDLINE`. It reads a configuration of its own, with nothing but the rules that say where images stand: the
 * profiles and modules of this run are in it already.
 *
 * @param directory where files for it may be written; they may hold secrets.
 * @param userProgram the post-renderer of the user, which comes first.
 * @throws {ToolError} `FILE_WRITE_ERR`; `NOT_SUPPORTED` where this program has no executable.
 */
async function filterProgram(
  builds: readonly BuiltArtifact[],
  run: RenderRun,
  directory: string,
  userProgram: string | undefined,
  ctx: Context,
): Promise<PostRenderer> {
  const { program, files } = ctx.system;
  if (program === undefined || (await files.stat(program)) === undefined) throw withoutProgram();
  const [artifacts, configuration] = [join(directory, 'builds.json'), join(directory, 'skaffold.yaml')];
  await files.writeAtomic(artifacts, JSON.stringify({ builds }), { mode: 0o600 });
  await files.writeAtomic(configuration, rulesOf(run), { mode: 0o600 });
  const words = [
    'filter',
    ...['--kube-context', run.kubeContext],
    ...(run.kubeconfig === undefined ? [] : ['--kubeconfig', run.kubeconfig]),
    ...['--filename', configuration],
    ...[...run.labels].map(([name, value]) => `--label=${listItem(`${name}=${value}`)}`),
    ...[...run.parameters].map(([name, value]) => `--set=${listItem(`${name}=${value}`)}`),
    ...['--build-artifacts', artifacts],
    ...(userProgram === undefined ? [] : ['--post-renderer', userProgram]),
  ];
  // Modules that the environment chooses are none of that configuration.
  const variables = { SKAFFOLD_FILENAME: configuration, SKAFFOLD_MODULE: '' };
  return { program, variables: { ...variables, SKAFFOLD_CMDLINE: words.map(shellWord).join(' ') } };
}

function rulesOf({ resourceSelector }: RenderRun): string {
  return JSON.stringify({ apiVersion: `${apiVersionPrefix}${latestVersion}`, kind: 'Config', resourceSelector });
}

/** One item of a list flag, which is read as a line of CSV. */
function listItem(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function withoutProgram(): ToolError {
  return new ToolError('NOT_SUPPORTED', 'manifests.helm: images cannot be set, for helm has no program to call back', {
    suggestions: [{ code: 'RUN_COMMAND', action: 'Render with the command line of an installed slipway' }],
  });
}
