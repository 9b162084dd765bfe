import type { ToolError } from '../core/errors.ts';
import { expandWord } from './expand.ts';
import { DockerfileProblem, wordError } from './problem.ts';
import type { Variables } from './shell-words.ts';
import type { ArgInstruction, Dockerfile, EscapeCharacter, FromInstruction, Instruction } from './types.ts';

/** What a build passes to a Dockerfile from outside. */
export interface ScopeOptions {
  /** `--build-arg` values, final. */
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly escape: EscapeCharacter;
  /** Where the build runs, and what the image is for. */
  readonly buildPlatform: ScopePlatform;
  readonly targetPlatform: ScopePlatform;
  /** The stage that was asked for by name; `default` when none was. */
  readonly targetStage?: string;
}

/** Structurally `Platform`. */
export interface ScopePlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/**
 * The variables that FROM sees: the platform arguments (`TARGETPLATFORM`, `BUILDARCH` and their family) and the ARGs
 * before the first FROM. Build arguments replace both.
 *
 * @throws {ToolError} `DOCKERFILE_PARSE_ERR` when a default cannot be expanded.
 */
export function globalArguments(dockerfile: Dockerfile, options: ScopeOptions): Variables {
  const variables = platformArguments(options);
  for (const instruction of dockerfile.instructions) {
    if (instruction.kind !== 'ARG') break;
    for (const { name, value } of instruction.arguments) {
      const given =
        buildArgument(options, name) ??
        (value === undefined ? undefined : expandWord(value, variables, options.escape));
      if (given !== undefined) variables.set(name, given);
    }
  }
  return variables;
}

function platformArguments(options: ScopeOptions): Map<string, string> {
  const variables = new Map([
    ...platformFamily('BUILD', options.buildPlatform),
    ...platformFamily('TARGET', options.targetPlatform),
    ['TARGETSTAGE', options.targetStage ?? 'default'] as const,
  ]);
  for (const name of variables.keys()) variables.set(name, buildArgument(options, name) ?? variables.get(name) ?? '');
  return variables;
}

function platformFamily(
  prefix: string,
  { os, architecture, variant = '' }: ScopePlatform,
): (readonly [string, string])[] {
  return [
    [`${prefix}PLATFORM`, [os, architecture, variant].filter((part) => part !== '').join('/')],
    [`${prefix}OS`, os],
    [`${prefix}OSVERSION`, ''],
    [`${prefix}ARCH`, architecture],
    [`${prefix}VARIANT`, variant],
  ];
}

function buildArgument({ buildArgs }: ScopeOptions, name: string): string | undefined {
  return Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined;
}

/**
 * The image and platform a FROM names, variables expanded.
 *
 * @throws {ToolError} `DOCKERFILE_PARSE_ERR` also when nothing is left of one of them.
 */
export function expandFrom(
  from: FromInstruction,
  globals: Variables,
  escapeCharacter: EscapeCharacter,
): FromInstruction {
  const image = expandWord(from.image, globals, escapeCharacter);
  if (image === '') throw emptyWord(from.image, 'the base image is empty', from);
  if (from.platform === undefined) return { ...from, image };
  const platform = expandWord(from.platform, globals, escapeCharacter);
  if (platform === '') throw emptyWord(from.platform, 'the platform is empty', from);
  return { ...from, image, platform };
}

function emptyWord(word: string, message: string, { line }: FromInstruction): ToolError {
  const suggestion =
    'Give its variables values: with ARG before the first FROM, or with build.artifacts.docker.buildArgs';
  return wordError(word, new DockerfileProblem(message, suggestion), line);
}

/** The names an ARG instruction of a stage sets, with their values: what to add to the stage's variables. */
export type ArgumentValues = readonly { readonly name: string; readonly value: string | undefined }[];

/**
 * What an ARG inside a stage gives its names: the build argument, else its default (which sees the stage's variables and
 * the names before it), else the value of the same name before the first FROM, else nothing.
 *
 * @throws {ToolError} `DOCKERFILE_PARSE_ERR` when a default cannot be expanded.
 */
export function stageArguments(
  instruction: ArgInstruction,
  stage: Variables,
  globals: Variables,
  options: ScopeOptions,
): ArgumentValues {
  const variables = new Map(stage);
  return instruction.arguments.map(({ name, value }) => {
    const byDefault = (): string | undefined =>
      value === undefined ? globals.get(name) : expandWord(value, variables, options.escape);
    const given = buildArgument(options, name) ?? byDefault();
    if (given !== undefined) variables.set(name, given);
    return { name, value: given };
  });
}

/** Names that RUN sees without any ARG, in either case. They do not reach the image. */
const proxyNames = new Set(['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy', 'all_proxy']);

/** The proxy settings among the build arguments: environment of RUN, though no ARG declares them. */
export function proxyArguments(buildArgs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(buildArgs).filter(([name]) => proxyNames.has(name.toLowerCase())));
}

/** Every name that some ARG declares, wherever it stands. */
export function declaredArguments(instructions: readonly Instruction[]): ReadonlySet<string> {
  return new Set(
    instructions.flatMap((instruction) =>
      instruction.kind === 'ARG' ? instruction.arguments.map(({ name }) => name) : [],
    ),
  );
}

/** An image that a Dockerfile takes from outside itself. */
export interface ExternalBase {
  readonly image: string;
  /** `--platform` of its FROM, expanded. */
  readonly platform?: string;
}

/**
 * The images a Dockerfile needs from elsewhere, in the order they are named, each once: FROMs that name neither `scratch` nor
 * an earlier stage, and `COPY --from`s that name no stage. All stages count.
 *
 * @throws {ToolError} `DOCKERFILE_PARSE_ERR` when a name cannot be expanded.
 */
export function externalBases(dockerfile: Dockerfile, options: ScopeOptions): readonly ExternalBase[] {
  const globals = globalArguments(dockerfile, options);
  const stages = new Set<string>(['scratch']);
  const bases = new Map<string, ExternalBase>();
  const add = (base: ExternalBase): void => void bases.set(`${base.platform ?? ''} ${base.image}`, base);
  for (const instruction of dockerfile.instructions) {
    if (instruction.kind === 'FROM') {
      const { image, platform, name } = expandFrom(instruction, globals, options.escape);
      if (!stages.has(image.toLowerCase())) add(platform === undefined ? { image } : { image, platform });
      if (name !== undefined) stages.add(name);
    }
    for (const from of copiedOrMounted(instruction))
      if (!stages.has(from.toLowerCase()) && !/^\d+$/.test(from)) add({ image: from });
  }
  return [...bases.values()];
}

/** The stages and images that COPY takes from, and that `RUN --mount` shows; neither expands variables there. */
function copiedOrMounted(instruction: Instruction): readonly string[] {
  if (instruction.kind === 'COPY') return instruction.from === undefined ? [] : [instruction.from];
  if (instruction.kind !== 'RUN') return [];
  return instruction.mounts.flatMap((mount) => /(?:^|,)\s*"?from=([^",]+)/i.exec(mount)?.[1] ?? []);
}
