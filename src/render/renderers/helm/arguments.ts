import { withPrefix } from '../../../core/errors.ts';
import type { RenderRun } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import { expandEnvTemplate } from '../../../go/env-template.ts';
import { absolutePath } from '../../paths.ts';
import { expandHome, refuseBucket } from './paths.ts';
import type { NamedRelease } from './release.ts';
import type { HelmSpec } from './spec.ts';

/** What `helm template` is told of one release besides its own fields. */
export interface TemplateParts {
  readonly flags: NonNullable<HelmSpec['flags']>;
  readonly run: RenderRun;
  /** Of the images, for templates. */
  readonly variables: Readonly<Record<string, string>>;
  /** The program that puts images into what helm has rendered; undefined for none. */
  readonly postRenderer: string | undefined;
  /** The file with `overrides`; undefined where there are none. */
  readonly overridesFile: string | undefined;
}

/** The arguments of `helm dependency build`, in Skaffold's order. */
export function dependencyArguments(
  { chart }: NamedRelease,
  flags: NonNullable<HelmSpec['flags']>,
  run: RenderRun,
): readonly string[] {
  return [...context(run), 'dep', 'build', chart, ...(flags.depBuild ?? []), ...(flags.global ?? []), ...access(run)];
}

/**
 * The arguments of `helm template` for a release, in Skaffold's order, which decides which value wins.
 *
 * @throws {ToolError} `TEMPLATE_ERR`; `NOT_SUPPORTED` for values this version cannot fetch.
 */
export async function templateArguments(
  release: NamedRelease,
  { flags, run, variables, postRenderer, overridesFile }: TemplateParts,
  ctx: Context,
): Promise<readonly string[]> {
  const { name, chart, namespace, written } = release;
  const { version = '', repo = '', packaged } = written;
  return [
    ...(written.useHelmSecrets === true ? ['secrets'] : []),
    ...context(run),
    ...['template', name, chart],
    ...(flags.template ?? []),
    ...option('--post-renderer', postRenderer),
    ...(await valueArguments(release, variables, ctx)),
    ...sorted(Object.fromEntries(run.parameters)).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
    ...option('-f', overridesFile),
    ...option('--version', packaged === undefined ? version : ''),
    ...option('--namespace', namespace),
    ...option('--repo', repo),
    ...(written.skipTests === true ? ['--skip-tests'] : []),
    ...(flags.global ?? []),
    ...access(run),
  ];
}

async function valueArguments(
  { name, written }: NamedRelease,
  variables: Readonly<Record<string, string>>,
  ctx: Context,
): Promise<readonly string[]> {
  const expand = async (text: string, field: string): Promise<string> => {
    try {
      return await expandEnvTemplate(text, variables, ctx, { mode: 'lenient' });
    } catch (error) {
      throw withPrefix(`release ${name}: ${field}`, error);
    }
  };
  const args = sorted(written.setValues).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  for (const [key, file] of sorted(written.setFiles)) args.push('--set-file', `${key}=${await filePath(file, ctx)}`);
  for (const [key, template] of sorted(written.setValueTemplates)) {
    const field = `setValueTemplates.${key}`;
    const value = await expand(template, field);
    // An image without a digest leaves the @ of TAG@DIGEST behind.
    args.push('--set', `${await expand(key, field)}=${value.endsWith('@') ? value.slice(0, -1) : value}`);
  }
  for (const file of written.valuesFiles ?? []) {
    refuseBucket(file, name);
    args.push('-f', await expand(expandHome(file, ctx), 'valuesFiles'));
  }
  return args;
}

/**
 * Skaffold puts quotes around a path with blanks, which helm takes for part of the name: a file that is there is named
 * as it is.
 */
async function filePath(file: string, ctx: Context): Promise<string> {
  const path = expandHome(file, ctx);
  const isPlain = !path.includes(' ') || (await ctx.system.files.stat(absolutePath(path, ctx))) !== undefined;
  return isPlain ? path : `"${path}"`;
}

/** Always given, also where it is empty. */
function context({ kubeContext }: RenderRun): readonly string[] {
  return ['--kube-context', kubeContext];
}

function access({ kubeconfig }: RenderRun): readonly string[] {
  return option('--kubeconfig', kubeconfig);
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined || value === '' ? [] : [name, value];
}

/** By the bytes of their keys, as Go sorts. */
function sorted(values: Readonly<Record<string, string>> | undefined): readonly (readonly [string, string])[] {
  return Object.entries(values ?? {}).sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}
