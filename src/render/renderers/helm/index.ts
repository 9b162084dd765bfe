import { join } from 'node:path';
import { ToolError } from '../../../core/errors.ts';
import type { Manifest } from '../../../core/manifest.ts';
import type { Renderer } from '../../../core/plugins.ts';
import type { Context, ExecResult } from '../../../core/ports.ts';
import type { Module } from '../../../core/project.ts';
import { schedule } from '../../../graph/schedule.ts';
import { dependencyArguments, type TemplateParts, templateArguments } from './arguments.ts';
import { helmVersion, runHelm } from './call.ts';
import { imageVariables } from './image-variables.ts';
import { helmInputs } from './inputs.ts';
import { readOutput } from './output.ts';
import { withOverrides } from './overrides.ts';
import { type PostRenderer, postRendering } from './post-renderer.ts';
import { type NamedRelease, nameRelease } from './release.ts';
import type { HelmSpec } from './spec.ts';
import { isVendored } from './vendored.ts';

/** How many releases are rendered at the same time. */
const concurrency = 4;

/** `manifests.helm`: what `helm template` prints for each release, with helm's own images put in place by `filter`. */
export const helm: Renderer<HelmSpec> = {
  type: 'helm',
  placesImages: true,

  async check(ctx) {
    await helmVersion(ctx);
  },

  inputs: ({ releases = [] }, _module, ctx) => helmInputs(releases, ctx),

  async render({ releases: written = [], flags = {} }, module, builds, ctx, run): Promise<readonly Manifest[]> {
    if (written.length === 0) return [];
    const version = await helmVersion(ctx);
    const releases: NamedRelease[] = [];
    for (const release of written) releases.push(await nameRelease(release, run, ctx));
    const directory = await ctx.system.files.temporaryDirectory('slipway-helm-');
    try {
      const { postRenderer, flags: rest } = await postRendering(flags, { builds, run, directory, version }, ctx);
      const parts = { flags: rest, run, variables: imageVariables(builds), postRenderer, directory, module };
      await buildDependencies(releases, parts, ctx);
      return await renderAll(releases, parts, ctx);
    } finally {
      await ctx.system.files.remove(directory);
    }
  },
};

interface Parts extends Omit<TemplateParts, 'postRenderer' | 'overridesFile'> {
  readonly postRenderer: PostRenderer | undefined;
  /** For files of this run alone. */
  readonly directory: string;
  readonly module: Module;
}

/**
 * One after the other, since charts may depend on each other, and each chart once: this writes into charts. Offline
 * nothing is fetched again that is there.
 */
async function buildDependencies(
  releases: readonly NamedRelease[],
  { flags, run }: Parts,
  ctx: Context,
): Promise<void> {
  const built = new Set<string>();
  for (const release of releases) {
    const { chart, isLocal, written } = release;
    if (!isLocal || written.skipBuildDependencies === true || built.has(chart)) continue;
    built.add(chart);
    if (run.offline && (await isVendored(chart, ctx))) continue;
    const result = await runHelm(dependencyArguments(release, flags, run), ctx);
    if (result.exitCode !== 0) throw dependenciesFailed(release, result);
  }
}

/** Side by side; the result is in the order of the releases. */
async function renderAll(releases: readonly NamedRelease[], parts: Parts, ctx: Context): Promise<readonly Manifest[]> {
  const options = { concurrency, signal: ctx.signal };
  const work = (release: NamedRelease, _results: unknown, signal: AbortSignal): Promise<readonly Manifest[]> =>
    renderRelease(release, releases.indexOf(release), parts, { ...ctx, signal });
  return (await schedule(releases, () => [], work, options)).flat();
}

async function renderRelease(
  release: NamedRelease,
  index: number,
  parts: Parts,
  ctx: Context,
): Promise<readonly Manifest[]> {
  const { name, chart, written } = release;
  const { postRenderer, run, module } = parts;
  const file = join(parts.directory, `overrides-${index}.yaml`);
  const result = await withOverrides(written.overrides, file, ctx, async (overridesFile) => {
    const more = { ...parts, postRenderer: postRenderer?.program, overridesFile };
    return runHelm(await templateArguments(release, more, ctx), ctx, postRenderer?.variables);
  });
  if (result.exitCode !== 0) throw templateFailed(release, result);
  if (result.stderr.trim() !== '') ctx.emit({ type: 'log', level: 'info', message: result.stderr.trim() });
  const origin = { module: module.name, source: `helm template ${name} ${chart}`, text: result.stdout };
  return readOutput(origin, postRenderer === undefined && run.labels.size === 0);
}

function dependenciesFailed({ name, chart }: NamedRelease, { exitCode, stderr }: ExecResult): ToolError {
  const message = `building helm dependencies of the chart ${chart} of release ${name} failed: ${stderr.trim()}`;
  return new ToolError('COMMAND_FAILED', message, {
    exitCode,
    suggestions: [
      {
        code: 'CHECK_CHART',
        action: `Check the chart and its dependencies with "helm dependency build", or set skipBuildDependencies`,
      },
    ],
  });
}

function templateFailed({ name, chart, written }: NamedRelease, { stderr }: ExecResult): ToolError {
  const message = `helm cannot render release ${name} of chart ${chart}: ${stderr.trim()}`;
  const templates = Object.entries(written.setValues ?? {}).flatMap(([key, value]) =>
    (value.match(/\{\{[^{}]*\}\}/g) ?? []).map((template) => ({ key, template })),
  );
  return new ToolError('COMMAND_FAILED', message, {
    suggestions: templates.map(({ key, template }) => ({
      code: 'USE_VALUE_TEMPLATES',
      action: `Move ${key} from setValues to setValueTemplates to have ${template} filled in`,
    })),
  });
}
