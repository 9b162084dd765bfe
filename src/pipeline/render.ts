import { mergeArtifacts } from '../build/artifacts-file.ts';
import type { BuiltArtifact } from '../core/artifact.ts';
import { ToolError, withPrefix } from '../core/errors.ts';
import { parseReference, withDigest } from '../image/reference.ts';
import { parseSkaffoldReference } from '../image/skaffold-reference.ts';
import type { RenderHookSettings } from '../render/hooks.ts';
import {
  checkSources,
  type RenderOptions as ManifestOptions,
  type Rendered,
  type RenderSurroundings,
  renderProject,
} from '../render/index.ts';
import { type BuildOptions, runBuild } from './build.ts';
import type { Session } from './session.ts';
import { warnOfUnpinned } from './unpinned.ts';

export interface RenderOptions {
  /** Entries of `--build-artifacts`; undefined where the flag was not given. */
  readonly buildArtifacts: readonly BuiltArtifact[] | undefined;
  /** Entries of `--images`. */
  readonly images: readonly BuiltArtifact[];
  /** `--digest-source`: `remote`, `local`, `tag`, `none` or empty (by cluster). */
  readonly digestSource: string;
  readonly build: BuildOptions;
  readonly manifests: ManifestOptions;
  /** Told what render hooks print: `stdout` stands in front of the manifests, `stderr` beside them. Events by default. */
  readonly sayHook?: RenderHookSettings['say'];
}

/** What images a render uses, and how they were decided. */
export interface RenderResult extends Rendered {
  readonly builds: readonly BuiltArtifact[];
  /** The digest source that applied. */
  readonly digestSource: string;
}

/**
 * Renders all manifests of the project (Skaffold's `render`): images as given, tagged or built, then digests where
 * they are asked for.
 *
 * A reference that carries a digest already is taken as it is, without asking any registry.
 */
export async function runRender(session: Session, options: RenderOptions): Promise<RenderResult> {
  return renderPrepared(session, options, await prepareRender(session, options));
}

/** What is decided before manifests are read. */
export interface PreparedRender {
  readonly builds: readonly BuiltArtifact[];
  /** The digest source that applies. */
  readonly digestSource: string;
}

/** The first half of {@link runRender}: which images there are. */
export async function prepareRender(session: Session, options: RenderOptions): Promise<PreparedRender> {
  const digestSource = options.digestSource === '' ? (session.cluster.local ? 'tag' : 'remote') : options.digestSource;
  const given = options.buildArtifacts !== undefined || options.images.length > 0;
  const named = given ? givenBuilds(session, options) : await ownBuilds(session, digestSource, options.build);
  const builds = digestSource === 'remote' ? await resolveDigests(named, session) : named;
  return { builds, digestSource };
}

/** The second half of {@link runRender}: the manifests with these images. */
export async function renderPrepared(
  session: Session,
  options: RenderOptions,
  { builds, digestSource }: PreparedRender,
): Promise<RenderResult> {
  const surroundings = surroundingsOf(session, options);
  const rendered = await renderProject(session.project, builds, options.manifests, surroundings, session.ctx);
  warnOfUnpinned(rendered.text, { project: session.project, builds }, session.ctx);
  return { ...rendered, builds, digestSource };
}

function surroundingsOf(
  { defaultRepo, globalConfig, kube, ctx }: Session,
  { manifests, sayHook }: RenderOptions,
): RenderSurroundings {
  return {
    kubeconfig: kube.kubeconfig,
    hooks: {
      defaultRepo,
      multiLevelRepo: globalConfig.multiLevelRepo,
      kubeContext: kube.name,
      namespace: manifests.namespace ?? kube.namespace ?? '',
      say: sayHook ?? ((stream, text) => ctx.emit({ type: 'output', phase: 'Render', stream, text })),
    },
  };
}

function givenBuilds(session: Session, options: RenderOptions): readonly BuiltArtifact[] {
  const merged = mergeArtifacts(options.images, options.buildArtifacts ?? []);
  return merged.map((build) => ({ ...build, tag: session.rewrite(taggedWith(options.build.tag, build)) }));
}

/** `--tag` replaces the tag part and keeps the digest; without it an entry must bring its own (Skaffold's rules). */
function taggedWith(tag: string, { imageName, tag: reference }: BuiltArtifact): string {
  if (reference === '' && tag !== '') return `${imageName}:${tag}`;
  if (reference === '') {
    throw new ToolError('BUILD_USER_ERROR', `no tag provided for image [${imageName}]`, {
      suggestions: [
        { code: 'CHECK_BUILD_ARTIFACTS', action: 'Write the file with `build --file-output`, or give --tag' },
      ],
    });
  }
  if (tag === '') return reference;
  const { baseName, digest } = parseSkaffoldReference(reference);
  return `${baseName}:${tag}${digest === '' ? '' : `@${digest}`}`;
}

async function ownBuilds(
  session: Session,
  digestSource: string,
  build: BuildOptions,
): Promise<readonly BuiltArtifact[]> {
  if (digestSource === 'none') return [];
  const skip = digestSource === 'remote' || digestSource === 'tag' ? `--digest-source=${digestSource}` : undefined;
  if (skip === undefined) await checkSources(session.project, session.ctx);
  return runBuild(session, { ...build, skip });
}

/** One request per distinct reference, all at the same time. */
async function resolveDigests(builds: readonly BuiltArtifact[], session: Session): Promise<readonly BuiltArtifact[]> {
  const asked = new Map<string, Promise<string>>();
  const resolve = (tag: string): Promise<string> => {
    const known = asked.get(tag) ?? pinned(tag, session);
    asked.set(tag, known);
    return known;
  };
  return Promise.all(builds.map(async (build) => ({ ...build, tag: await resolve(build.tag) })));
}

async function pinned(tag: string, session: Session): Promise<string> {
  const reference = parseReference(tag);
  if (reference.digest !== undefined) return tag;
  const found = await session.ctx.system.registry.resolve(reference, session.ctx.signal).catch((error: unknown) => {
    throw withPrefix(`failed to resolve the digest of ${tag}`, error);
  });
  if (found !== undefined) return withDigest(tag, found.digest);
  throw new ToolError(
    'BUILD_REGISTRY_GET_DIGEST_ERR',
    `failed to resolve the digest of ${tag}: does the image exist remotely?`,
    {
      suggestions: [{ code: 'PUSH_IMAGE', action: 'Build and push it first, or render with --digest-source=tag' }],
    },
  );
}
