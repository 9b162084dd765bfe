/** What of a Dockerfile build besides its files can change the image: base images by their ids, arguments, the target. */
import type { BuildRequest } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import {
  declaredArguments,
  type ExternalBase,
  expandFrom,
  externalBases,
  globalArguments,
  type ScopeOptions,
} from '../../../dockerfile/scope.ts';
import { partOfTarget, type TargetPart } from '../../../dockerfile/target-stages.ts';
import type { Dockerfile } from '../../../dockerfile/types.ts';
import { parsePlatform } from '../../../image/platform.ts';
import type { DockerSpec } from './spec.ts';

type Request = Omit<BuildRequest<DockerSpec>, 'push'>;

/** A Dockerfile, and what a build passes to it: arguments with their final values. */
export interface PlannedDockerfile {
  readonly parsed: Dockerfile;
  readonly scope: ScopeOptions;
}

/**
 * The parameters by name. Stages that the target does not need count for nothing, and neither do arguments that no ARG declares.
 *
 * @throws what asking for base images throws, and `DOCKERFILE_PARSE_ERR`.
 */
export async function imageParameters(
  request: Request,
  { parsed, scope }: PlannedDockerfile,
  ctx: Context,
): Promise<Readonly<Record<string, string>>> {
  const target = request.artifact.spec.target ?? '';
  const part = partOfTarget(parsed, target, scope);
  return {
    ...(await baseIds(request, part, scope, ctx)),
    ...argumentValues(request, part, scope),
    ...chosenStages(part, scope),
    ...sourceDate(request, ctx),
    target: part.isLast && !declaredArguments(part.instructions).has('TARGETSTAGE') ? '' : target,
  };
}

async function baseIds(
  request: Request,
  part: TargetPart,
  scope: ScopeOptions,
  ctx: Context,
): Promise<Readonly<Record<string, string>>> {
  const built = new Set([...request.dependencies.values()].map(({ tag }) => tag));
  const bases = externalBases(part, scope).filter(({ image }) => !built.has(image));
  const ids = await Promise.all(bases.map((base) => idsOf(base, request, scope, ctx)));
  return Object.fromEntries(bases.map(({ image }, index) => [`base ${image}`, ids[index] ?? '']));
}

/** The ids of a base image for all platforms that are built, unless its FROM names one. */
async function idsOf(
  { image, platform }: ExternalBase,
  { engine, platforms }: Request,
  scope: ScopeOptions,
  ctx: Context,
): Promise<string> {
  const own = platform === undefined ? platforms : [parsePlatform(platform, scope.buildPlatform)];
  const wanted = own.length === 0 ? [undefined] : own;
  const configs = await Promise.all(wanted.map((one) => engine.imageConfig(image, one, ctx)));
  return configs.map(({ id }) => id).join(' ');
}

/** Arguments that count although no ARG declares them: proxies, platforms, the source date, settings of the frontend. */
const predefined = /^(?:BUILDKIT_|BUILD|TARGET|SOURCE_DATE_EPOCH$|(?:https?|ftp|no|all)_proxy$)/i;

/**
 * The arguments that can change the image: those that a stage declares. What only a FROM uses counts by the image it leads to;
 * so does the reference of a required artifact. An argument before the first FROM may be the default of one that a stage declares.
 */
function argumentValues(
  { dependencies }: Request,
  part: TargetPart,
  scope: ScopeOptions,
): Readonly<Record<string, string>> {
  const { instructions, directives } = part;
  const given = scope.buildArgs;
  const named = (names: readonly string[], values: ReadonlyMap<string, string>): Readonly<Record<string, string>> =>
    Object.fromEntries(names.map((name) => [`arg ${name}`, values.get(name) ?? '']));
  if (directives.syntax !== undefined) return named(Object.keys(given), new Map(Object.entries(given)));
  const first = instructions.findIndex(({ kind }) => kind === 'FROM');
  const declared = declaredArguments(instructions.slice(Math.max(first, 0)));
  const values = new Map([...globalArguments(part, scope), ...Object.entries(given)]);
  const defaults = globalArguments(part, { ...scope, buildArgs: {} });
  const counts = (name: string): boolean =>
    declared.has(name)
      ? Object.hasOwn(given, name) || values.get(name) !== defaults.get(name)
      : Object.hasOwn(given, name) && predefined.test(name) && !dependencies.has(name);
  return named([...values.keys()].filter(counts), values);
}

/** The stages and platforms that FROMs name by variables: images from elsewhere count by their ids. */
function chosenStages(part: TargetPart, scope: ScopeOptions): Readonly<Record<string, string>> {
  const globals = globalArguments(part, scope);
  const froms = part.instructions.filter((instruction) => instruction.kind === 'FROM');
  const names = new Set(['scratch', ...froms.flatMap(({ name }) => name ?? [])]);
  const chosen = froms.flatMap((from) => {
    const { image, platform = '' } = expandFrom(from, globals, scope.escape);
    const stage = from.image.includes('$') && names.has(image.toLowerCase()) ? [image] : [];
    return [...stage, ...(from.platform?.includes('$') === true ? [platform] : [])];
  });
  return chosen.length === 0 ? {} : { from: chosen.join(' ') };
}

/** The embedded engine takes the time stamps of an image from the environment where no argument says them. */
function sourceDate({ engine }: Request, { system }: Context): Readonly<Record<string, string>> {
  const given = system.env['SOURCE_DATE_EPOCH'];
  return engine.name === 'embedded' && given !== undefined ? { sourceDate: given } : {};
}
