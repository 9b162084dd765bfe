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
import { type Execute, type InstructionParts, withHistory } from '../stage.ts';
import { openArchive, unpackInto } from '../unpack.ts';

/** ADD: as COPY, but archives of the context are unpacked and URLs are downloaded (Dockerfile reference, "ADD"). */
export const add: Execute<'ADD'> = async (stage, instruction, parts) => {
  checkSources(instruction);
  const plan = planCopy(stage, instruction);
  const downloads = new Map(
    instruction.sources.filter(isUrl).map((url) => [url, downloadOf(url, instruction.checksum, parts)] as const),
  );
  const describe = async (): Promise<unknown> => {
    const described: unknown[] = [];
    for (const source of instruction.sources) {
      const download = downloads.get(source);
      described.push(
        download === undefined ? await describeLocal([source], instruction, parts) : await download.describe(),
      );
    }
    return [
      describePlan(plan),
      instruction.unpack,
      described,
      await describeSources(heredocSources(instruction, parts), parts),
    ];
  };
  const hasLayer = await makeLayer(
    stage,
    {
      isLinked: instruction.link,
      descriptions: [describe],
      change: async (editor, spool) => {
        const sources = await allSources(instruction, downloads, parts);
        await copySources(sources, plan, editor, spool, parts, placeArchives(instruction, plan.destination, parts));
      },
    },
    parts,
  ).finally(() => Promise.all([...downloads.values()].map((download) => download.close())));
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

async function localSources(
  sources: readonly string[],
  instruction: AddInstruction,
  parts: InstructionParts,
): Promise<readonly CopySource[]> {
  return sourcesIn(await parts.context.root(), { ...instruction, sources }, 'the build context', parts);
}

async function describeLocal(
  sources: readonly string[],
  instruction: AddInstruction,
  parts: InstructionParts,
): Promise<unknown> {
  return describeSources(await localSources(sources, instruction, parts), parts);
}

/** In the order written; heredocs come last. */
async function allSources(
  instruction: AddInstruction,
  downloads: ReadonlyMap<string, Download>,
  parts: InstructionParts,
): Promise<readonly CopySource[]> {
  const found: CopySource[] = [];
  for (const source of instruction.sources) {
    const download = downloads.get(source);
    if (download !== undefined) found.push(await download.fetch());
    else for (const local of await localSources([source], instruction, parts)) found.push(local);
  }
  return [...found, ...heredocSources(instruction, parts)];
}

/** Archives of the context are unpacked unless `--unpack=false`; downloaded ones only with `--unpack`. */
function placeArchives({ unpack }: AddInstruction, destination: string, parts: InstructionParts): PlaceOtherwise {
  return async (source, editor, spool, owner) => {
    const isLocal = source.node.origin?.at === 'context';
    if (unpack === false || (unpack === undefined && !isLocal)) return false;
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
