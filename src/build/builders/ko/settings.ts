import { join } from 'node:path';
import { ToolError, withPrefix } from '../../../core/errors.ts';
import type { ImageReference } from '../../../core/names.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { expandEnvTemplate } from '../../../go/env-template.ts';
import { imageVariables } from '../image-variables.ts';
import { type KoFile, readKoFile } from './ko-file.ts';
import type { KoSpec } from './spec.ts';

/** How one artifact is compiled and what its image gets, templates expanded. */
export interface KoSettings {
  /** Absolute directory in which the compiler runs. */
  readonly directory: string;
  /** What `go build` is told to build, relative to `directory` or an import path. */
  readonly target: string;
  readonly env: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  readonly ldflags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Without the artifact's own, what `.ko.yaml` says. */
  readonly fromImage: string | undefined;
  readonly file: KoFile;
}

/**
 * Expands the templates of an artifact, and reads the `.ko.yaml` beside its module: what the artifact leaves out comes
 * from there, as with ko itself.
 *
 * @param reference the image that is being built, for `IMAGE_REPO`, `IMAGE_NAME` and `IMAGE_TAG`.
 * @throws `TEMPLATE_ERR` naming the field, `BUILD_USER_ERROR` for an `env` entry without `=` or a malformed `.ko.yaml`.
 */
export async function koSettings(
  { image, spec, workspace }: Artifact<KoSpec>,
  reference: ImageReference | undefined,
  ctx: Context,
): Promise<KoSettings> {
  const variables = imageVariables(reference);
  const expand = async (field: string, texts: readonly string[]): Promise<readonly string[]> => {
    try {
      return await Promise.all(
        texts.map((text) => expandEnvTemplate(plain(text), variables, ctx, { mode: 'lenient' })),
      );
    } catch (error) {
      throw withPrefix(`build.artifacts.ko.${field} of "${image}"`, error);
    }
  };
  const labels = Object.entries(spec.labels ?? {});
  const values = await expandLabels(labels, image, ctx);
  const directory = join(workspace, spec.dir ?? '');
  return {
    directory,
    target: image.startsWith('ko://') ? image.slice('ko://'.length) : relativeTarget(spec.main ?? ''),
    env: pairs(await expand('env', spec.env ?? []), image),
    flags: await expand('flags', spec.flags ?? []),
    ldflags: await expand('ldflags', spec.ldflags ?? []),
    labels: Object.fromEntries(labels.map(([name], index) => [name, values[index] ?? ''])),
    fromImage: spec.fromImage === '' ? undefined : spec.fromImage,
    file: await readKoFile(directory, ctx),
  };
}

async function expandLabels(
  labels: readonly (readonly [string, string])[],
  image: string,
  ctx: Context,
): Promise<readonly string[]> {
  try {
    return await Promise.all(labels.map(([, value]) => expandEnvTemplate(value, {}, ctx, { mode: 'lenient' })));
  } catch (error) {
    throw withPrefix(`build.artifacts.ko.labels of "${image}"`, error);
  }
}

/** ko's templates say `{{.Env.NAME}}` for what Skaffold's call `{{.NAME}}`; both are taken. */
function plain(template: string): string {
  return template.replace(/\{\{[\s\S]*?\}\}/g, (action) => action.replaceAll('.Env.', '.'));
}

/** A package of this module has to begin with a dot, or Go looks for it among the modules. */
function relativeTarget(main: string): string {
  if (main === '' || main === '.') return '.';
  return main.startsWith('.') || main.startsWith('/') ? main : `./${main}`;
}

function pairs(entries: readonly string[], image: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const entry of entries) {
    const sign = entry.indexOf('=');
    if (sign <= 0) {
      throw new ToolError('BUILD_USER_ERROR', `build.artifacts.ko.env of "${image}" has an entry without a value`, {
        suggestions: [{ code: 'FIX_ENV', action: 'Write each entry as NAME=VALUE' }],
      });
    }
    result[entry.slice(0, sign)] = entry.slice(sign + 1);
  }
  return result;
}
