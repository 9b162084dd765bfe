import { join, resolve } from 'node:path';
import { builders } from '../build/builders/index.ts';
import { createBuildCache } from '../build/cache.ts';
import { buildAll, toBuiltArtifact } from '../build/index.ts';
import { type BuildJob, checkContexts, planJobs, requireSelection, selectArtifacts } from '../build/jobs.ts';
import { createMutedOutput } from '../build/muted-output.ts';
import type { BuildParts } from '../build/parts.ts';
import { asksForAll, keepOne, platformsOf, requireRegistry } from '../build/platforms.ts';
import { createSharedResults } from '../build/shared-results.ts';
import { createSkaffoldCache, ensureCacheFile, type SkaffoldCache } from '../build/skaffold-cache.ts';
import type { BuiltArtifact } from '../core/artifact.ts';
import { ToolError } from '../core/errors.ts';
import type { Explanation } from '../core/explanation.ts';
import type { ImageName, Platform } from '../core/names.ts';
import type { ImageEngine, InputParts } from '../core/plugins.ts';
import type { Artifact, Hooks, Module, Project } from '../core/project.ts';
import { unsupportedField } from '../core/unsupported.ts';
import { parsePlatforms } from '../image/platform.ts';
import { budgetOf } from '../store/budget.ts';
import { openBuildResults } from '../store/build-results.ts';
import type { KeptTree } from '../store/prune.ts';
import { chooseTags } from '../tag/choose.ts';
import { buildsInCluster, clusterSettingsOf, destinationsOf, refuseClusterSettings } from './cluster-build.ts';
import { dockerSettingsOf, refuseLocalSettings, requireKnownEnvironment } from './local-build.ts';
import type { Session } from './session.ts';

export interface BuildOptions {
  /** The command that is run: Skaffold's `SKAFFOLD_RUN_MODE`. */
  readonly runMode: string;
  readonly buildImages: readonly string[];
  /** `--tag`: taken for every artifact as it is; empty leaves it to the tag policy. */
  readonly tag: string;
  readonly platforms: readonly string[];
  /** `--disable-multi-platform-build`: of several platforms keep the host's, else the first. */
  readonly onePlatform: boolean;
  /** `--push`: undefined leaves it to the configuration, then to the cluster. */
  readonly push: boolean | undefined;
  /** `--build-concurrency`; below 0 leaves it to the configuration. */
  readonly concurrency: number;
  readonly cacheArtifacts: boolean;
  /** `--cache-file`: Skaffold's cache file; undefined for `~/.skaffold/cache`. */
  readonly cacheFile: string | undefined;
  /** `--mute-logs`: names of phases; `build` and `all` keep the output of builds in files. */
  readonly muteLogs: readonly string[];
  /** `--skip-tests`: what builders tell the tools they run. */
  readonly skipTests?: boolean;
  /** `--explain`: tell of every artifact why it is built, or where it was found. */
  readonly explains?: boolean;
  /** `--keep-going`: a failure stops only what needs what failed. */
  readonly keepsGoing?: boolean;
  /** `--shared-cache`: look for results in the registry, and leave them there; true where it is absent. */
  readonly sharedCache?: boolean;
  /** Why nothing is to be built, such as `--dry-run=true`: artifacts get their tags and no more. */
  readonly skip: string | undefined;
}

/**
 * Tags the artifacts and builds those that are not there yet (Skaffold's build phase).
 *
 * @returns one entry per selected artifact, in the order of the configuration.
 */
export async function runBuild(session: Session, options: BuildOptions): Promise<readonly BuiltArtifact[]> {
  const tagged = await tagSelected(session, options);
  if (options.skip !== undefined) {
    if (tagged.artifacts.length > 0) session.ctx.emit({ type: 'build-skipped', reason: options.skip });
    return tagged.artifacts.map((artifact) => tagOnly(artifact, tagged.references));
  }
  const { jobs, parts } = await prepareBuild(tagged, session, options);
  if (parts === undefined) return [];
  const results = await buildAll(jobs, parts, session.ctx);
  await keepBudget(session);
  return results.map(toBuiltArtifact);
}

/** What is kept on disk must not grow for ever; that it could not be looked after is no reason to fail. */
async function keepBudget(session: Session): Promise<void> {
  try {
    const store = await session.store();
    const trees = async (): Promise<readonly KeptTree[]> => {
      const { sandboxTrees } = await import('../engines/embedded/sandbox/upkeep.ts');
      return sandboxTrees(store.directory, false, session.ctx);
    };
    await store.keepBudget({ ...budgetOf(session.ctx.system.env), dryRun: false, trees });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    session.ctx.emit({ type: 'log', level: 'warning', message: `the store was not pruned: ${error.message}` });
  }
}

/**
 * Why each of the selected artifacts would be built, or where its image was found. Nothing is built, pushed or named.
 *
 * @returns one entry per selected artifact, in the order of the configuration.
 */
export async function explainBuild(session: Session, options: BuildOptions): Promise<readonly Explanation[]> {
  const wanted = selectArtifacts(session.project, options.buildImages);
  const tagged = await tagSelected(session, options, withRequired(wanted, session.project));
  const { jobs, parts } = await prepareBuild(tagged, session, options);
  if (parts?.cache === undefined) return [];
  const explanations = await parts.cache.explain(jobs, parts, session.ctx);
  await parts.cache.close(session.ctx);
  return explanations.filter(({ image }) => wanted.some((artifact) => artifact.image === image));
}

/** The artifacts and all that they require, in the order of the configuration. */
function withRequired(artifacts: readonly Artifact[], { modules }: Project): readonly Artifact[] {
  const all = modules.flatMap((module) => module.artifacts);
  const needed = new Set<Artifact>();
  const visit = (artifact: Artifact): void => {
    if (needed.has(artifact)) return;
    needed.add(artifact);
    for (const { image } of artifact.requires) all.filter((other) => other.image === image).forEach(visit);
  };
  artifacts.forEach(visit);
  return all.filter((artifact) => needed.has(artifact));
}

/** The artifacts of a command and what they are to be called. */
interface TaggedArtifacts {
  readonly artifacts: readonly Artifact[];
  readonly inputParts: InputParts;
  /** As the tag policy says, before they are moved into default repos. */
  readonly tags: ReadonlyMap<ImageName, string>;
  readonly references: ReadonlyMap<ImageName, string>;
}

async function tagSelected(
  session: Session,
  options: BuildOptions,
  artifacts: readonly Artifact[] = selectArtifacts(session.project, options.buildImages),
): Promise<TaggedArtifacts> {
  const { project, ctx } = session;
  requireSelection(artifacts, project, options.buildImages);
  await checkContexts(artifacts, ctx);
  // A platform that cannot be read fails a dry run too.
  parsePlatforms(options.platforms, hostOf(session));
  if (options.cacheArtifacts && options.cacheFile !== undefined)
    await ensureCacheFile(resolve(ctx.system.cwd, options.cacheFile), ctx);
  const inputParts = inputPartsOf(session, options);
  return { artifacts, inputParts, ...(await tagArtifacts(artifacts, session, options, inputParts)) };
}

async function tagArtifacts(
  artifacts: readonly Artifact[],
  session: Session,
  options: BuildOptions,
  parts: InputParts,
): Promise<Pick<TaggedArtifacts, 'tags' | 'references'>> {
  const { ctx, project } = session;
  ctx.emit({ type: 'tags-started', count: artifacts.length });
  const inputsOf = (artifact: Artifact): Promise<readonly string[]> => inputsOfArtifact(artifact, parts, session);
  const chosen = await chooseTags({ artifacts, modules: project.modules, customTag: options.tag, inputsOf }, ctx);
  const tags = new Map<ImageName, string>();
  const references = new Map<ImageName, string>();
  for (const { image, tag, fallback } of chosen) {
    const reference = session.rewrite(tag);
    tags.set(image, tag);
    references.set(image, reference);
    ctx.emit({ type: 'tag-chosen', image, reference, ...(fallback === undefined ? {} : { fallback }) });
  }
  return { tags, references };
}

async function inputsOfArtifact(artifact: Artifact, parts: InputParts, session: Session): Promise<readonly string[]> {
  const builder = builders.get(artifact.type);
  if (builder !== undefined) return builder.inputs(artifact, parts, session.ctx);
  throw unsupportedField(
    `build.artifacts.${artifact.type}`,
    `the files of "${artifact.image}" cannot be listed, since this version has no such builder`,
    'Use another tag policy, or give --tag',
  );
}

function inputPartsOf(session: Session, options: BuildOptions): InputParts {
  const artifacts = new Map(
    session.project.modules.flatMap((module) =>
      module.artifacts.map((artifact) => [artifact.image, artifact] as const),
    ),
  );
  return {
    artifacts,
    runMode: options.runMode,
    imageConfig: async (reference, ctx) => (await session.engine()).imageConfig(reference, undefined, ctx),
  };
}

function tagOnly(artifact: Artifact, tags: ReadonlyMap<ImageName, string>): BuiltArtifact {
  const { image, runtimeType } = artifact;
  return { imageName: image, tag: tags.get(image) ?? image, ...(runtimeType === undefined ? {} : { runtimeType }) };
}

/** What images are built for where nothing else is said: this machine, or the Linux that containers run on here. */
function hostOf({ ctx }: Session): Platform {
  const { os, architecture } = ctx.system.platform;
  return { os: os === 'darwin' ? 'linux' : os, architecture };
}

/**
 * Whether to push, and for what (Skaffold: flag, then configuration, then cluster). What is built in a cluster is pushed
 * unless the flag says otherwise; Skaffold does not ask the flag there.
 */
function decide(
  artifact: Artifact,
  module: Module | undefined,
  session: Session,
  options: BuildOptions,
): Pick<BuildJob, 'push' | 'platforms' | 'allPlatforms'> {
  if (module !== undefined) {
    requireKnownEnvironment(module);
    refuseClusterSettings(module, session.ctx);
  }
  const isInCluster = module !== undefined && buildsInCluster(module);
  const push = options.push ?? (isInCluster ? true : (module?.build.push ?? session.cluster.push));
  const wanted = options.platforms.length > 0 ? options.platforms : (module?.build.platforms ?? []);
  const host = hostOf(session);
  const all = platformsOf(artifact, wanted, host);
  const platforms = options.onePlatform ? keepOne(all, host) : all;
  requireRegistry(platforms, push);
  return { push, platforms, allPlatforms: platforms.length === 0 && asksForAll([...wanted, ...artifact.platforms]) };
}

/** Everything decided; `parts` is undefined where there is nothing to build, and no engine is looked for. */
async function prepareBuild(
  { artifacts, inputParts, tags, references }: TaggedArtifacts,
  session: Session,
  options: BuildOptions,
): Promise<{ readonly jobs: readonly BuildJob[]; readonly parts: BuildParts | undefined }> {
  const { project } = session;
  const modules = new Map(
    project.modules.flatMap((module) => module.artifacts.map((artifact) => [artifact, module] as const)),
  );
  const jobs = planJobs(artifacts, references, (artifact) => ({
    ...decide(artifact, modules.get(artifact), session, options),
    copies: [...session.copiesOf(tags.get(artifact.image) ?? artifact.image), ...destinationsOf(artifact)],
  }));
  if (jobs.length === 0) return { jobs, parts: undefined };
  const parts = await partsOf(jobs, modules, inputParts, session, options);
  return { jobs, parts: { ...parts, references } };
}

async function partsOf(
  jobs: readonly BuildJob[],
  modules: ReadonlyMap<Artifact, Module>,
  inputParts: InputParts,
  session: Session,
  options: BuildOptions,
): Promise<BuildParts> {
  const { ctx, cluster, defaultRepo, globalConfig } = session;
  const engine = await session.engine();
  refuseLocalSettings([...new Set(jobs.flatMap(({ artifact }) => modules.get(artifact) ?? []))]);
  const isMuted = options.muteLogs.some((phase) => phase === 'build' || phase === 'all');
  const cache = options.cacheArtifacts ? createBuildCache(openBuildResults(await session.store())) : undefined;
  const moduleHooksOf = (artifact: Artifact): Hooks | undefined => modules.get(artifact)?.build.hooks;
  return {
    builders,
    engine,
    muted: isMuted ? createMutedOutput() : undefined,
    cache,
    shared: cache !== undefined && options.sharedCache !== false ? sharedResults(ctx) : undefined,
    explains: options.explains ?? false,
    keepsGoing: options.keepsGoing ?? false,
    skaffoldCache: options.cacheArtifacts ? skaffoldCache(jobs, session, options) : undefined,
    inputParts,
    dockerSettingsOf: (artifact) => {
      const module = modules.get(artifact);
      return module === undefined ? undefined : dockerSettingsOf(module);
    },
    clusterSettingsOf: (artifact) => {
      const module = modules.get(artifact);
      return module === undefined ? undefined : clusterSettingsOf(module, session.kube.name);
    },
    runMode: options.runMode,
    skipTests: options.skipTests ?? false,
    hooks: { defaultRepo, multiLevelRepo: globalConfig.multiLevelRepo },
    moduleHooksOf,
    ...concurrencyFor(jobs, moduleHooksOf, concurrencyOf(session.project.modules, options.concurrency), engine.name),
    localContext: cluster.local ? cluster.context : undefined,
  };
}

function sharedResults({ system }: Session['ctx']): BuildParts['shared'] {
  return createSharedResults(system.env['SLIPWAY_SHARED_CACHE_KEY'] ?? '');
}

function skaffoldCache(
  jobs: readonly BuildJob[],
  { project, ctx }: Session,
  { cacheFile }: BuildOptions,
): SkaffoldCache {
  const { cwd, homeDirectory } = ctx.system;
  return createSkaffoldCache({
    file: cacheFile === undefined ? join(homeDirectory, '.skaffold', 'cache') : resolve(cwd, cacheFile),
    jobs: new Map(jobs.map((job) => [job.artifact.image, job])),
    testsOf: (image) => project.modules.flatMap(({ tests = [] }) => tests.filter((test) => test.image === image)),
  });
}

/** How many artifacts are built at once where nobody says: a build here mostly waits for a registry, one in a daemon computes. */
const unasked = { here: 8, elsewhere: 4 } as const;

/**
 * Where nothing is asked for, artifacts that only an engine works on are built side by side; commands of the user's, as hooks and
 * custom artifacts run them, may get in each other's way. What is told is Skaffold's number.
 */
function concurrencyFor(
  jobs: readonly BuildJob[],
  moduleHooksOf: BuildParts['moduleHooksOf'],
  asked: number | undefined,
  engine: ImageEngine['name'],
): Pick<BuildParts, 'concurrency' | 'shownConcurrency'> {
  if (asked !== undefined) return { concurrency: asked };
  const hasCommands = ({ artifact }: BuildJob): boolean =>
    artifact.type === 'custom' ||
    [artifact.hooks, moduleHooksOf(artifact)].some((hooks) => hooks !== undefined && hasHooks(hooks));
  return {
    concurrency: jobs.some(hasCommands) ? 1 : unasked[engine === 'embedded' ? 'here' : 'elsewhere'],
    shownConcurrency: 1,
  };
}

function hasHooks({ before, after }: Hooks): boolean {
  return before.length + after.length > 0;
}

/**
 * The flag where it is not negative; else the smallest of the configurations that name one, 0 (no limit) counting as
 * the largest (Skaffold's rule); undefined where nobody names one.
 */
export function concurrencyOf(modules: readonly Module[], flag: number): number | undefined {
  if (flag >= 0) return flag;
  const named = modules.flatMap((module) => module.build.concurrency ?? []);
  const limited = named.filter((concurrency) => concurrency > 0);
  if (limited.length > 0) return Math.min(...limited);
  return named.length > 0 ? 0 : undefined;
}
