import type { BuiltArtifact } from '../core/artifact.ts';
import type { Manifest } from '../core/manifest.ts';
import type { RenderRun } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { Module, Project } from '../core/project.ts';
import { replaceImages } from '../manifest/images.ts';
import { setLabels } from '../manifest/labels.ts';
import { setNamespace } from '../manifest/namespace.ts';
import { combineRules, createSelector, type ResourceSelector, type SelectorRules } from '../manifest/selector.ts';
import { type Bundle, bundlesOf, prepare, validateManifests } from './bundles.ts';
import { annotatedText, documentsText, documentText } from './document-text.ts';
import { type RenderHookSettings, runPostHooks, runPreHooks } from './hooks.ts';
import { warnOfLimits } from './kpt/limits.ts';
import { parseLabels, readParameters } from './parameters.ts';
import { pinPlaceholders } from './placeholders.ts';
import { deployedReleases } from './renderers/helm/deployed.ts';
import { pinHooks } from './renderers/helm/hooks.ts';
import { helm } from './renderers/helm/index.ts';
import { rendererFor } from './renderers/index.ts';
import { readSelectorRules } from './selector-rules.ts';

/** What the command line asks of a render. */
export interface RenderOptions {
  /** `--label`: `name=value`, or a name alone for an empty value. */
  readonly labels: readonly string[];
  /** `--namespace`; undefined where it was not given. */
  readonly namespace: string | undefined;
  /** `--offline`: no namespace is set. */
  readonly offline: boolean;
  /** `--set`: `name=value` for parameters of manifests. */
  readonly setValues: readonly string[];
  /** `--set-value-file`: a file of such values; `setValues` win. */
  readonly setValueFile: string | undefined;
  /** `--resource-selector-rules-file`. */
  readonly resourceSelectorRulesFile: string | undefined;
  /**
   * `--pin`: `rules` replaces images where Skaffold's rules name them and warns about others, `all` replaces those too.
   */
  readonly pin: 'rules' | 'all';
  /** `--annotate-source`: a comment with its source in front of every document. */
  readonly annotateSource: boolean;
}

/** Where a render happens: what sources and hooks are told besides the options. */
export interface RenderSurroundings {
  /** `--kubeconfig`; undefined where it was not given. */
  readonly kubeconfig: string | undefined;
  readonly hooks: RenderHookSettings;
}

export interface Rendered {
  /** All manifests as one YAML text, separated by `---`; a single line break where there are none. */
  readonly text: string;
  /** In the order of the text. */
  readonly manifests: readonly Manifest[];
}

/**
 * Renders the manifests of a project: reads them from their sources, fills in parameters, and sets images, labels and
 * namespace, in Skaffold's order. Warnings are emitted as log events.
 *
 * @throws {ToolError} `MANIFEST_PARSE_ERR` with all findings, `NOT_SUPPORTED` for sources and passes this version does not
 * do, or whatever a source, a function or a hook fails with.
 */
export async function renderProject(
  project: Project,
  builds: readonly BuiltArtifact[],
  options: RenderOptions,
  surroundings: RenderSurroundings,
  ctx: Context,
): Promise<Rendered> {
  const { hooks } = surroundings;
  for (const module of project.modules) warnOfLimits(module, ctx);
  const rules = await readSelectorRules(project, options.resourceSelectorRulesFile, ctx);
  const passes: Passes = {
    builds,
    selector: createSelector(rules),
    pin: options.pin === 'all',
    namespace: options.offline ? undefined : options.namespace,
    run: await runOf(options, surroundings, rules, ctx),
  };
  for (const module of project.modules) await runPreHooks(module, hooks, ctx);
  const rendered = await renderModules(project.modules, passes, ctx);
  const manifests: Manifest[] = [];
  for (const { module, manifests: own } of rendered) {
    for (const manifest of await runPostHooks(module, own, hooks, ctx)) manifests.push(manifest);
  }
  return { text: documentsText(manifests, options.annotateSource ? annotatedText : documentText), manifests };
}

/** What is done to all manifests, whatever they come from. */
interface Passes {
  readonly builds: readonly BuiltArtifact[];
  readonly selector: ResourceSelector;
  /** Whether images that no rule names are replaced too. */
  readonly pin: boolean;
  /** The namespace to set; undefined for none. */
  readonly namespace: string | undefined;
  readonly run: RenderRun;
}

async function runOf(
  options: RenderOptions,
  { kubeconfig, hooks }: RenderSurroundings,
  rules: readonly SelectorRules[],
  ctx: Context,
): Promise<RenderRun> {
  return {
    kubeContext: hooks.kubeContext,
    kubeconfig,
    namespace: options.namespace,
    parameters: await readParameters(options, ctx),
    labels: parseLabels(options.labels),
    offline: options.offline,
    resourceSelector: combineRules(rules),
  };
}

interface RenderedModule {
  readonly module: Module;
  readonly manifests: readonly Manifest[];
}

/**
 * What `manifests` of every module gives, then what `deploy.helm` adds. Modules keep their order, except that those with
 * nothing but `deploy.helm` come last (as in Skaffold).
 */
async function renderModules(
  modules: readonly Module[],
  passes: Passes,
  ctx: Context,
): Promise<readonly RenderedModule[]> {
  const rendered = new Map<Module, readonly Manifest[]>();
  for (const render of [renderModule, renderDeployed]) {
    for (const module of modules) {
      const manifests = await render(module, passes, ctx);
      if (manifests.length > 0) rendered.set(module, [...(rendered.get(module) ?? []), ...manifests]);
    }
  }
  return [...rendered].map(([module, manifests]) => ({ module, manifests }));
}

async function renderDeployed(module: Module, passes: Passes, ctx: Context): Promise<readonly Manifest[]> {
  const spec = deployedReleases(module);
  if (spec === undefined) return [];
  const withoutParameters = { ...passes, run: { ...passes.run, parameters: new Map<string, string>() } };
  return renderBundle({ entries: [{ type: helm.type, spec }], kind: undefined }, module, withoutParameters, ctx);
}

async function renderModule(module: Module, passes: Passes, ctx: Context): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const bundle of bundlesOf(module)) {
    for (const manifest of await renderBundle(bundle, module, passes, ctx)) manifests.push(manifest);
  }
  return manifests;
}

async function renderBundle(
  { entries, kind }: Bundle,
  module: Module,
  passes: Passes,
  ctx: Context,
): Promise<readonly Manifest[]> {
  const { builds, run } = passes;
  const read: Manifest[] = [];
  for (const { type, spec } of entries) {
    for (const manifest of await rendererFor(type).render(spec, module, builds, ctx, run)) read.push(manifest);
  }
  if (entries.some(({ type }) => rendererFor(type).placesImages)) {
    const pinned = pinHooks(pinPlaceholders(read, passes, ctx), passes, ctx);
    return setLabels(run.labels, passes.selector)(pinned);
  }
  if (kind === undefined) return finish(read, passes, ctx);
  const finished = finish(await prepare(kind, read, run.parameters, module, ctx), passes, ctx);
  await validateManifests(finished, module, ctx);
  return finished;
}

/** Images, labels and namespace. */
function finish(read: readonly Manifest[], passes: Passes, ctx: Context): readonly Manifest[] {
  const { builds, selector, namespace, run } = passes;
  const replaced = replaceImages(builds, selector)(pinPlaceholders(read, passes, ctx));
  const labelled = setLabels(run.labels, selector)(replaced);
  if (namespace === undefined) return labelled;
  const { manifests: placed, warnings } = setNamespace(namespace, selector, labelled);
  for (const { message } of warnings) ctx.emit({ type: 'log', level: 'warning', message });
  return placed;
}

/**
 * Looks whether the tools that the sources of a project need are there, so that nothing is built in vain.
 *
 * @throws {ToolError} `COMMAND_NOT_FOUND`, `COMMAND_FAILED`; `NOT_SUPPORTED` for sources this version does not know.
 */
export async function checkSources({ modules }: Project, ctx: Context): Promise<void> {
  const types = new Set(modules.flatMap(({ manifests }) => manifests.map(({ type }) => type)));
  if (modules.some((module) => deployedReleases(module) !== undefined)) types.add(helm.type);
  for (const type of types) await rendererFor(type).check?.(ctx);
}
