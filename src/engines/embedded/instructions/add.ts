import type { AddInstruction } from '../../../dockerfile/types.ts';
import type { CopySource } from '../copy-sources.ts';
import {
  copySources,
  describePlan,
  describeSources,
  heredocSources,
  type PlaceOtherwise,
  planCopy,
  sourcesIn,
} from '../copy-step.ts';
import { type Download, downloadOf, isGitSource, isUrl, shownUrl } from '../download.ts';
import { buildError, unsupported } from '../failure.ts';
import { makeLayer } from '../layer-step.ts';
import type { Spool } from '../spool.ts';
import { type Execute, type InstructionParts, withHistory } from '../stage.ts';
import { openArchive, unpackInto } from '../unpack.ts';

/** ADD: as COPY, but archives of the context are unpacked and URLs are downloaded (Dockerfile reference, "ADD"). */
export const add: Execute<'ADD'> = async (stage, instruction, parts) => {
  checkSources(instruction);
  const plan = planCopy(stage, instruction);
  const downloads = instruction.sources.filter(isUrl).map((url) => downloadOf(url, instruction.checksum, parts));
  const local = async (): Promise<readonly CopySource[]> => localSources(instruction, parts);
  const describe = async (): Promise<unknown> => {
    const hashes: string[] = [];
    for (const download of downloads) hashes.push(await download.describe());
    return [describePlan(plan), instruction.unpack, hashes, await describeSources(await local(), parts)];
  };
  const hasLayer = await makeLayer(
    stage,
    {
      isLinked: instruction.link,
      descriptions: [describe],
      change: async (editor, spool) => {
        const unpack = placeArchives(plan.destination, parts);
        const fetched = await fetchAll(downloads, spool);
        await copySources(fetched, plan, editor, spool, parts, instruction.unpack === true ? unpack : undefined);
        await copySources(await local(), plan, editor, spool, parts, instruction.unpack === false ? undefined : unpack);
      },
    },
    parts,
  ).finally(() => Promise.all(downloads.map((download) => download.close())));
  return withHistory(stage, historyOf(instruction), hasLayer, parts);
};

function checkSources({ sources, checksum }: AddInstruction): void {
  const git = sources.find(isGitSource);
  if (git !== undefined) {
    throw unsupported(
      `ADD of the Git repository "${shownUrl(git)}" is not supported by the embedded engine`,
      'Check the repository out into the build context, or build with --engine=docker',
    );
  }
  if (checksum !== undefined && (sources.length !== 1 || !isUrl(sources[0] ?? ''))) {
    throw buildError('--checksum needs exactly one source, which is a URL', 'Give each URL an ADD of its own');
  }
}

async function localSources(instruction: AddInstruction, parts: InstructionParts): Promise<readonly CopySource[]> {
  const sources = instruction.sources.filter((source) => !isUrl(source));
  const root = await parts.contextTree();
  const found = sourcesIn(root, { ...instruction, sources }, 'the build context', parts);
  return [...found, ...heredocSources(instruction, parts)];
}

async function fetchAll(downloads: readonly Download[], spool: Spool): Promise<readonly CopySource[]> {
  const sources: CopySource[] = [];
  for (const download of downloads) sources.push(await download.fetch(spool));
  return sources;
}

function placeArchives(destination: string, parts: InstructionParts): PlaceOtherwise {
  return async (source, editor, spool, owner) => {
    const archive = await openArchive(source, parts.ctx.system.files);
    if (archive === undefined) return false;
    await unpackInto(editor, archive, destination, { owner, spool, madeAt: parts.epoch });
    return true;
  };
}

function historyOf({ chown, chmod, sources, heredocs, destination }: AddInstruction): string {
  const flags = [
    ...(chown === undefined ? [] : [`--chown=${chown}`]),
    ...(chmod === undefined ? [] : [`--chmod=${chmod}`]),
  ];
  return ['ADD', ...flags, ...sources.map(shownUrl), ...heredocs.map(({ name }) => `<<${name}`), destination].join(' ');
}
