import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import type { BuildOutcome } from '../../../core/artifact.ts';
import { ToolError, withPrefix } from '../../../core/errors.ts';
import type { Platform } from '../../../core/names.ts';
import type { AssembledVariant, Builder, BuildRequest } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import { parsePlatform } from '../../../image/platform.ts';
import { parseReference } from '../../../image/reference.ts';
import { compile, compilerOptions } from './compile.ts';
import { koCompanions, koInputs } from './inputs.ts';
import { dataLayer, programDirectory, programLayer, programPath } from './layers.ts';
import { findPackage, type GoPackage } from './package.ts';
import { type KoSettings, koSettings } from './settings.ts';
import type { KoSpec } from './spec.ts';

/** What ko starts from where nobody says. */
const defaultBaseImage = 'cgr.dev/chainguard/static:latest';

/**
 * Go programs as images without a Dockerfile, as ko makes them: compiled by the `go` command of this machine, put on a
 * base image in this process. No ko binary, and where the image is pushed, no daemon.
 */
export const ko: Builder<KoSpec> = {
  type: 'ko',
  severalPlatforms: true,

  inputs: (artifact, _parts, ctx) => koInputs(artifact, ctx),

  async parameters({ artifact, platforms, reference, runMode }, ctx) {
    const settings = await koSettings(artifact, reference, ctx);
    const bases = [
      settings.fromImage,
      settings.file.defaultBaseImage,
      ...Object.values(settings.file.baseImageOverrides),
    ];
    const base = settings.fromImage ?? settings.file.defaultBaseImage ?? defaultBaseImage;
    const { file: _hashedBelow, directory, ...own } = settings;
    return {
      settings: JSON.stringify({ ...own, directory: relative(artifact.workspace, directory) }),
      debug: String(runMode === 'debug'),
      platforms: JSON.stringify(platforms),
      bases: JSON.stringify(bases),
      base: await servedDigest(base, ctx),
      companions: await hashOf(artifact.workspace, await koCompanions(artifact, ctx), ctx),
      goEnvironment: goEnvironment(ctx),
    };
  },

  async build(request, ctx) {
    try {
      return await buildProgram(request, ctx);
    } catch (error) {
      throw withPrefix(`could not build ko image "${request.artifact.image}"`, error);
    }
  },
};

async function buildProgram(request: BuildRequest<KoSpec>, ctx: Context): Promise<BuildOutcome> {
  requireRegistry(request);
  const settings = await koSettings(request.artifact, request.reference, ctx);
  const goPackage = await findPackage(settings, ctx);
  const platforms = chosenPlatforms(request, settings, ctx);
  const scratch = await ctx.system.files.temporaryDirectory('slipway-ko-');
  try {
    return await assemble(request, { settings, goPackage, platforms, scratch }, ctx);
  } finally {
    await ctx.system.files.remove(scratch);
  }
}

interface Plan {
  readonly settings: KoSettings;
  readonly goPackage: GoPackage;
  readonly platforms: readonly Platform[];
  readonly scratch: string;
}

async function assemble(request: BuildRequest<KoSpec>, plan: Plan, ctx: Context): Promise<BuildOutcome> {
  const { settings, goPackage, platforms } = plan;
  const { artifact, reference, tag, engine, push } = request;
  const { image } = artifact;
  const base = baseOf(settings, goPackage);
  const text = `Using base ${base} for ${goPackage.importPath}\n`;
  ctx.emit({ type: 'output', phase: 'Build', image, stream: 'stderr', text });
  const variants = await Promise.all(
    platforms.map((platform, index) => variantFor(request, plan, platform, join(plan.scratch, String(index)), ctx)),
  );
  return engine.assemble(
    {
      image,
      base,
      variants,
      author: 'github.com/ko-build/ko',
      entrypoint: [programPath(goPackage)],
      env: { KO_DATA_PATH: '/var/run/ko' },
      path: `/${programDirectory}`,
      labels: settings.labels,
      reference,
      tag,
      push,
    },
    ctx,
  );
}

async function variantFor(
  request: BuildRequest<KoSpec>,
  { settings, goPackage }: Plan,
  platform: Platform,
  output: string,
  ctx: Context,
): Promise<AssembledVariant> {
  const { artifact, runMode } = request;
  const options = compilerOptions(settings, goPackage);
  const { directory } = settings;
  const isDebug = runMode === 'debug';
  await compile({ image: artifact.image, directory, goPackage, options, platform, output, isDebug }, ctx);
  return { platform, layers: [await dataLayer(goPackage, ctx), programLayer(goPackage, output)] };
}

function baseOf({ fromImage, file }: KoSettings, { importPath }: GoPackage): string {
  return fromImage ?? file.baseImageOverrides[importPath.toLowerCase()] ?? file.defaultBaseImage ?? defaultBaseImage;
}

/** Without `--platform` and platforms of the artifact those of `.ko.yaml`, else this machine's processor with Linux. */
function chosenPlatforms(
  { allPlatforms, platforms, push }: BuildRequest<KoSpec>,
  { file }: KoSettings,
  ctx: Context,
): readonly Platform[] {
  if (allPlatforms) {
    throw new ToolError('NOT_SUPPORTED', 'ko artifacts cannot be built for --platform=all', {
      suggestions: [{ code: 'NAME_PLATFORMS', action: 'Name the platforms, separated by commas' }],
    });
  }
  const host = { os: 'linux', architecture: ctx.system.platform.architecture };
  const asked = platforms.length > 0 ? platforms : file.defaultPlatforms.map((text) => parsePlatform(text, host));
  if (asked.length === 0) return [host];
  return push ? asked : asked.slice(0, 1);
}

/** An image called `ko://…` has no place in a registry before a default repo gives it one. */
function requireRegistry({ push, tag }: BuildRequest<KoSpec>): void {
  if (!push || !tag.startsWith('ko://')) return;
  throw new ToolError(
    'BUILD_USER_ERROR',
    `a default repo must be set to push an image called with the ko:// prefix: ${tag}`,
    { suggestions: [{ code: 'ADD_DEFAULT_REPO', action: 'Set one with --default-repo' }] },
  );
}

/** What the base's name leads to now. A registry that cannot be reached now is told by the build, if there is one. */
async function servedDigest(base: string, ctx: Context): Promise<string> {
  try {
    return (await ctx.system.registry.resolve(parseReference(base), ctx.signal))?.digest ?? '';
  } catch (error) {
    if (error instanceof ToolError && error.code === 'REGISTRY_UNREACHABLE') return '';
    throw error;
  }
}

async function hashOf(root: string, paths: readonly string[], { system: { files } }: Context): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    const content = createHash('sha256').update((await files.readIfExists(path)) ?? '');
    hash.update(`${JSON.stringify(relative(root, path))} ${content.digest('hex')}\n`);
  }
  return hash.digest('hex');
}

/** Variables that change what the compiler makes. */
function goEnvironment({ system: { env } }: Context): string {
  const names = Object.keys(env).filter((name) => /^(?:GO[A-Z0-9]*|CGO_[A-Z_]+)$/.test(name) && name !== 'GOPATH');
  const relevant = names.filter((name) => !/^(?:GOCACHE|GOMODCACHE|GOPROXY|GOTMPDIR|GOENV|GOMAXPROCS)$/.test(name));
  return JSON.stringify(relevant.sort().map((name) => [name, env[name]]));
}
