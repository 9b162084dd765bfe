/** Which images changes between two states of a git repository touch, found out without building. */
import { relative, resolve } from 'node:path';
import { builders } from '../build/builders/index.ts';
import { keyPartsOf } from '../build/cache-key.ts';
import { changesBetween, type ExplainedState } from '../build/explain.ts';
import { entriesOf } from '../build/inputs.ts';
import { type BuildJob, requireSelection, selectArtifacts } from '../build/jobs.ts';
import type { BuildParts } from '../build/parts.ts';
import { keepOne, platformsOf } from '../build/platforms.ts';
import { loadProject } from '../config/load.ts';
import { ToolError } from '../core/errors.ts';
import type { Change, Explanation } from '../core/explanation.ts';
import type { ImageId, ImageName } from '../core/names.ts';
import type { BuiltDependency, ImageConfig, ImageEngine, InputEntry } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { Artifact, Project } from '../core/project.ts';
import { createEmbeddedEngine } from '../engines/embedded/index.ts';
import { parseReference } from '../image/reference.ts';
import type { InputRow } from '../store/build-inputs.ts';
import { contextOf } from './git-state/files.ts';
import { type Listing, listCommit, listWorkingTree, repositoryRoot } from './git-state/listing.ts';
import type { Session, SessionOptions } from './session.ts';

export interface AffectedOptions {
  /** The commit to compare with. */
  readonly since: string;
  /** The commit that is compared; undefined for the working tree. */
  readonly until: string | undefined;
  readonly load: SessionOptions['load'];
  readonly buildImages: readonly string[];
  readonly platforms: readonly string[];
  readonly onePlatform: boolean;
}

/**
 * Compares the inputs of every artifact at two states, and what each of them requires.
 *
 * Git knows of modes only whether a file can be executed, and nothing of empty directories: neither counts here. Files that git
 * ignores count at neither state. Base images are compared by name.
 *
 * @returns those that are touched, in the order of the configuration at the later state.
 * @throws `COMMAND_FAILED` where git does not know a state, and what loading the configuration throws.
 */
export async function affectedArtifacts(session: Session, options: AffectedOptions): Promise<readonly Explanation[]> {
  const { ctx } = session;
  const root = await repositoryRoot(ctx.system.cwd, ctx);
  const listings = await Promise.all([
    listCommit(root, options.since, ctx),
    options.until === undefined ? listWorkingTree(root, ctx) : listCommit(root, options.until, ctx),
  ]);
  const [before, now] = await Promise.all(listings.map((listing) => readState(listing, session, options)));
  if (now?.project === undefined)
    throw new ToolError('CONFIG_FILE_NOT_FOUND_ERR', `there is no ${options.load.filename}`);
  const selected = selectArtifacts(now.project, options.buildImages);
  requireSelection(selected, now.project, options.buildImages);
  const found = new Map<ImageName, Explanation>();
  for (const artifact of now.artifacts.values()) await explain(artifact, { before, now, found });
  return selected.flatMap(({ image }) => {
    const explanation = found.get(image);
    return explanation === undefined || explanation.status === 'found' ? [] : [explanation];
  });
}

/** One state of the repository. */
interface State {
  /** Undefined where the state has no configuration yet. */
  readonly project: Project | undefined;
  readonly artifacts: ReadonlyMap<ImageName, Artifact>;
  describe(artifact: Artifact): Promise<ExplainedState>;
}

interface Comparison {
  readonly before: State | undefined;
  readonly now: State;
  readonly found: Map<ImageName, Explanation>;
}

async function explain(artifact: Artifact, comparison: Comparison): Promise<Explanation> {
  const { before, now, found } = comparison;
  const { image } = artifact;
  const known = found.get(image);
  if (known !== undefined) return known;
  const old = before?.artifacts.get(image);
  const own =
    before === undefined || old === undefined
      ? undefined
      : changesBetween(await before.describe(old), await now.describe(artifact));
  const rebuilt: Change[] = [];
  for (const required of artifact.requires) {
    const base = now.artifacts.get(required.image);
    if (base !== undefined && (await explain(base, comparison)).status !== 'found')
      rebuilt.push({ kind: 'dependency-rebuilt', name: required.image });
  }
  const changes = [...(own ?? []), ...rebuilt];
  const status = own === undefined ? 'first-build' : changes.length === 0 ? 'found' : 'changed';
  const explanation: Explanation = { image, status, changes: own === undefined ? [] : changes };
  found.set(image, explanation);
  return explanation;
}

async function readState(listing: Listing, session: Session, options: AffectedOptions): Promise<State> {
  const ctx = contextOf(listing, session.ctx);
  const project = await loadProject(options.load, ctx).then(
    (loaded) => loaded.project,
    (error: unknown) => {
      if (error instanceof ToolError && error.code === 'CONFIG_FILE_NOT_FOUND_ERR') return undefined;
      throw error;
    },
  );
  const artifacts = new Map(
    (project?.modules ?? []).flatMap((module) =>
      module.artifacts.map((artifact) => [artifact.image, artifact] as const),
    ),
  );
  const parts = partsOf(artifacts, session);
  const describe = async (artifact: Artifact): Promise<ExplainedState> => {
    const job = jobOf(artifact, project, session, options);
    const [keyParts, entries] = await Promise.all([
      keyPartsOf(job, assumedDependencies(artifact), parts, ctx),
      entriesOf(job, parts, ctx),
    ]);
    return { ...keyParts, inputs: entries.map((entry) => rowOf(entry, artifact.workspace, listing)) };
  };
  return { project, artifacts, describe };
}

function partsOf(artifacts: ReadonlyMap<ImageName, Artifact>, session: Session): BuildParts {
  return {
    builders,
    engine: namingEngine,
    cache: undefined,
    inputParts: {
      artifacts,
      runMode: 'build',
      imageConfig: (reference, ctx) => configOrEverything(reference, session, ctx),
    },
    runMode: 'build',
    hooks: { defaultRepo: session.defaultRepo, multiLevelRepo: session.globalConfig.multiLevelRepo },
    moduleHooksOf: () => undefined,
    concurrency: 1,
    localContext: undefined,
  };
}

const emptyConfig: Omit<ImageConfig, 'id'> = {
  env: [],
  entrypoint: [],
  cmd: [],
  workingDir: '',
  user: '',
  onBuild: [],
  labels: {},
  exposedPorts: [],
  volumes: [],
  stopSignal: '',
  shell: [],
};

/** Builds nothing: images are compared by their names alone. */
const namingEngine: ImageEngine = {
  ...createEmbeddedEngine(),
  imageConfig: async (reference) => ({ ...emptyConfig, id: reference as ImageId }),
};

/** The configuration of a base image for its triggers. One that cannot be asked for may copy anything. */
async function configOrEverything(reference: string, session: Session, ctx: Context): Promise<ImageConfig> {
  try {
    return await (await session.engine()).imageConfig(reference, undefined, session.ctx);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const message = `the triggers of ${reference} are not known, so every file of the context counts: ${error.message}`;
    ctx.emit({ type: 'log', level: 'warning', message });
    return { ...emptyConfig, id: reference as ImageId, onBuild: ['COPY . /'] };
  }
}

function jobOf(
  artifact: Artifact,
  project: Project | undefined,
  session: Session,
  { platforms, onePlatform }: AffectedOptions,
): BuildJob {
  const module = project?.modules.find(({ artifacts }) => artifacts.includes(artifact));
  const { os, architecture } = session.ctx.system.platform;
  const host = { os: os === 'darwin' ? 'linux' : os, architecture };
  const wanted = platformsOf(artifact, platforms.length > 0 ? platforms : (module?.build.platforms ?? []), host);
  const tag = session.rewrite(artifact.image);
  return {
    artifact,
    tag,
    reference: parseReference(tag),
    push: false,
    platforms: onePlatform ? keepOne(wanted, host) : wanted,
  };
}

function assumedDependencies({ requires }: Artifact): ReadonlyMap<string, BuiltDependency> {
  return new Map(
    requires.map(({ alias, image }) => [
      alias,
      { image, tag: image, outcome: { at: 'registry', digest: 'sha256:unknown' } },
    ]),
  );
}

const roleLetters = { content: undefined, instructions: 'i', note: 'n' } as const;

function rowOf({ path, info, role }: InputEntry, workspace: string, { root, files }: Listing): InputRow {
  if (info === undefined) return [path, 'm', ''];
  const listed = files.get(relative(root, resolve(workspace, path)));
  const holds = listed?.identity ?? '';
  const letter = roleLetters[role];
  if (letter !== undefined) return [path, letter, holds];
  const mode = info.mode.toString(8);
  return info.kind === 'link' ? [path, 'l', holds] : [path, `${info.kind === 'directory' ? 'd' : 'f'}${mode}`, holds];
}
