import type { BuiltArtifact } from '../core/artifact.ts';
import type { ToolError } from '../core/errors.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Context } from '../core/ports.ts';
import type { Module, PluginEntry, Project } from '../core/project.ts';
import { unsupportedField } from '../core/unsupported.ts';
import { replaceImages } from '../manifest/images.ts';
import { setLabels } from '../manifest/labels.ts';
import { setNamespace } from '../manifest/namespace.ts';
import { createSelector, type ResourceSelector } from '../manifest/selector.ts';
import { applySetters } from '../manifest/setters.ts';
import { printNode } from '../yaml/print.ts';
import { parseLabels, readParameters } from './parameters.ts';
import { checkParameters, rendererFor } from './renderers/index.ts';
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
 * do, or whatever a source fails with.
 */
export async function renderProject(
  project: Project,
  builds: readonly BuiltArtifact[],
  options: RenderOptions,
  ctx: Context,
): Promise<Rendered> {
  project.modules.forEach(refuseUnsupported);
  const passes: Passes = {
    builds,
    selector: createSelector(await readSelectorRules(project, options.resourceSelectorRulesFile, ctx)),
    labels: parseLabels(options.labels),
    namespace: options.offline ? undefined : options.namespace,
    parameters: await readParameters(options, ctx),
  };
  const manifests: Manifest[] = [];
  for (const module of project.modules) {
    for (const entry of module.manifests) manifests.push(...(await renderEntry(entry, module, passes, ctx)));
  }
  return { text: joinDocuments(manifests), manifests };
}

/** What is done to all manifests, whatever they come from. */
interface Passes {
  readonly builds: readonly BuiltArtifact[];
  readonly selector: ResourceSelector;
  readonly labels: ReadonlyMap<string, string>;
  readonly namespace: string | undefined;
  readonly parameters: ReadonlyMap<string, string>;
}

async function renderEntry(
  { type, spec }: PluginEntry,
  module: Module,
  passes: Passes,
  ctx: Context,
): Promise<readonly Manifest[]> {
  const { builds, selector, labels, namespace, parameters } = passes;
  checkParameters(type, parameters);
  const read = await rendererFor(type).render(spec, module, builds, ctx);
  const filled = await applySetters(parameters, read);
  const labelled = setLabels(labels, selector)(replaceImages(builds, selector)(filled));
  if (namespace === undefined) return labelled;
  const { manifests, warnings } = setNamespace(namespace, selector, labelled);
  for (const { message } of warnings) ctx.emit({ type: 'log', level: 'warning', message });
  return manifests;
}

/** Every document ends with its line break, so that a block scalar at its end keeps what it had. */
function joinDocuments(manifests: readonly Manifest[]): string {
  if (manifests.length === 0) return '\n';
  return manifests.map(({ root }) => printNode(root)).join('---\n');
}

/** Refuses what would change the result, had it been done. */
function refuseUnsupported({ manifestTransforms, deploy }: Module): void {
  const { transform, validate, hooks } = manifestTransforms;
  if (transform.length > 0)
    throw refused('manifests.transform', 'Take it out, and pipe the output through kpt fn eval');
  if (validate.length > 0) throw refused('manifests.validate', 'Take it out, and check the output with kpt fn eval');
  if (hasHooks(hooks)) throw refused('manifests.hooks', 'Take them out, and run the commands before and after render');
  if (deploy.some(({ type }) => type === 'helm'))
    throw refused('deploy.helm', 'Render the releases with helm template');
}

function hasHooks(hooks: unknown): boolean {
  if (typeof hooks !== 'object' || hooks === null) return false;
  return Object.values(hooks).some((list) => Array.isArray(list) && list.length > 0);
}

function refused(field: string, action: string): ToolError {
  return unsupportedField(field, 'this version cannot do it in a render', action);
}
