/** What it costs to look at the sources of every artifact. */
import { builders } from '../build/builders/index.ts';
import { checkContexts, selectArtifacts } from '../build/jobs.ts';
import type { ImageName } from '../core/names.ts';
import type { Builder, InputParts } from '../core/plugins.ts';
import type { Artifact } from '../core/project.ts';
import { unsupportedField } from '../core/unsupported.ts';
import { chooseTags } from '../tag/choose.ts';
import type { Session } from './session.ts';

/** Milliseconds that the same work took the first and the second time. */
export interface Timing {
  readonly first: number;
  readonly second: number;
}

export interface ArtifactReport {
  readonly image: ImageName;
  /** The builder's key, such as `docker`. */
  readonly type: string;
  /** How many files can change the image. */
  readonly inputs: number;
  /** Bytes of the tar archive that a Docker Engine would be sent; undefined for other builders. */
  readonly contextBytes: number | undefined;
  readonly listing: Timing;
  readonly modificationTimes: Timing;
}

/**
 * Tags every artifact, which events tell, then lists its files and their modification times, twice. Nothing is built.
 *
 * @returns one report per artifact, in the order of the configuration.
 */
export async function diagnoseArtifacts(session: Session, runMode: string): Promise<readonly ArtifactReport[]> {
  const { project, ctx } = session;
  const artifacts = selectArtifacts(project, []);
  await checkContexts(artifacts, ctx);
  const parts: InputParts = {
    artifacts: new Map(artifacts.map((artifact) => [artifact.image, artifact])),
    runMode,
    imageConfig: async (reference, context) => (await session.engine()).imageConfig(reference, undefined, context),
  };
  await tellTags(artifacts, parts, session);
  const reports: ArtifactReport[] = [];
  for (const artifact of artifacts) reports.push(await diagnoseArtifact(artifact, parts, session));
  return reports;
}

async function tellTags(artifacts: readonly Artifact[], parts: InputParts, session: Session): Promise<void> {
  const { ctx, project } = session;
  ctx.emit({ type: 'tags-started', count: artifacts.length });
  const inputsOf = async (artifact: Artifact): Promise<readonly string[]> =>
    builderOf(artifact).inputs(artifact, parts, ctx);
  const chosen = await chooseTags({ artifacts, modules: project.modules, customTag: '', inputsOf }, ctx);
  for (const { image, tag, fallback } of chosen) {
    const reference = session.rewrite(tag);
    ctx.emit({ type: 'tag-chosen', image, reference, ...(fallback === undefined ? {} : { fallback }) });
  }
}

function builderOf(artifact: Artifact): Builder {
  const builder = builders.get(artifact.type);
  if (builder !== undefined) return builder;
  throw unsupportedField(
    `build.artifacts.${artifact.type}`,
    `the files of "${artifact.image}" cannot be listed, since this version has no such builder`,
    'Ask for the configuration alone with --yaml-only',
  );
}

async function diagnoseArtifact(artifact: Artifact, parts: InputParts, session: Session): Promise<ArtifactReport> {
  const { ctx } = session;
  const { files, clock } = ctx.system;
  const timed = async <Result>(work: () => Promise<Result>): Promise<readonly [Result, number]> => {
    const start = clock.monotonic();
    return [await work(), clock.monotonic() - start];
  };
  const list = (): Promise<readonly string[]> => builderOf(artifact).inputs(artifact, parts, ctx);
  const [inputs, firstListing] = await timed(list);
  const [, secondListing] = await timed(list);
  const look = (): Promise<readonly (number | undefined)[]> =>
    Promise.all(inputs.map(async (file) => (await files.stat(file))?.modifiedAt));
  const [, firstLook] = await timed(look);
  const [, secondLook] = await timed(look);
  return {
    image: artifact.image,
    type: artifact.type,
    inputs: inputs.length,
    contextBytes: artifact.type === 'docker' ? await archiveBytes(artifact.workspace, inputs, session) : undefined,
    listing: { first: firstListing, second: secondListing },
    modificationTimes: { first: firstLook, second: secondLook },
  };
}

const block = 512;

/** The size of a tar archive: a header per entry, content in whole blocks, two empty blocks at the end. */
async function archiveBytes(workspace: string, inputs: readonly string[], { ctx }: Session): Promise<number> {
  let blocks = 2;
  for (const file of inputs) {
    const info = await ctx.system.files.lstat(file);
    const name = file.startsWith(`${workspace}/`) ? file.slice(workspace.length + 1) : file;
    blocks += 1 + extendedHeader(name);
    if (info?.kind === 'file') blocks += Math.ceil(info.size / block);
  }
  return blocks * block;
}

/** A name beyond the 100 bytes of a header is written in front of it, as a header and the name in whole blocks. */
function extendedHeader(name: string): number {
  const bytes = Buffer.byteLength(name);
  return bytes <= 100 ? 0 : 1 + Math.ceil(bytes / block);
}
