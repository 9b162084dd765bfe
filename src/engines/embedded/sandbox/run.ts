/** One command of RUN from its instruction to the layer it makes. */
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { RunInstruction } from '../../../dockerfile/types.ts';
import { formatPlatform, samePlatform } from '../../../image/platform.ts';
import { unsupported } from '../failure.ts';
import { readImageFile } from '../read-image-file.ts';
import { openSpool } from '../spool.ts';
import type { InstructionParts, Stage } from '../stage.ts';
import { runCommand } from './command.ts';
import { environmentOf } from './environment.ts';
import { openFileTool } from './file-tool.ts';
import type { Job, Runner } from './job.ts';
import type { SandboxKind } from './kinds.ts';
import type { PreparedMounts } from './mounts.ts';
import { prepareMounts, runMounts } from './prepare-mounts.ts';
import { makeRunDirectory } from './runs.ts';
import type { Ground, RunResult } from './types.ts';
import { openUnpackedLayers } from './unpacked.ts';
import { findRunUser, type RunUser } from './user.ts';

/** Runs an instruction. See `Sandbox.run`. */
export async function runInSandbox(
  { kind, directory }: Ground,
  stage: Stage,
  instruction: RunInstruction,
  parts: InstructionParts,
): Promise<RunResult> {
  const { ctx } = parts;
  refuse(stage, instruction, parts);
  const command = runCommand(stage, instruction);
  const tree = await stage.files.root();
  const spool = openSpool(ctx.system.files);
  const tool = await openFileTool(kind, ctx.signal);
  const run = await makeRunDirectory(join(directory, 'runs'), ctx.system.random.hex(6));
  const close = async (): Promise<void> => {
    await tool.remove(run);
    await spool.close();
  };
  try {
    const user = await findRunUser(stage.draft.config.User ?? '', readImageFile(tree, spool, parts));
    refuseUser(kind, user, stage);
    const scratch = join(run, 'unpack');
    mkdirSync(scratch);
    const root = join(directory, kind.storeName);
    const whiteouts = kind.overlay !== undefined;
    const unpacked = join(root, whiteouts ? 'layers' : 'plain');
    const layers = openUnpackedLayers({ root: unpacked, scratch, whiteouts, tool, library: parts.library });
    const cache = { root: join(root, 'caches'), scratch, tool, clock: ctx.system.clock, signal: ctx.signal };
    const mounts = await prepareMounts(runMounts(stage, instruction, parts), {
      ...{ stage, parts, layers, cache, spool, directory: run, hasOverlay: whiteouts },
      layersAt: relative(directory, unpacked),
    });
    try {
      const job: Job = {
        ...{ kind, directory, run, stage, instruction, parts, tree, tool, spool, layers, user, command },
        mounts,
        layersAt: relative(directory, unpacked),
        environment: withMounts(environmentOf(stage, user.home, parts), mounts),
      };
      return await finishing(await runnerOf(kind), job, close);
    } finally {
      await mounts.release();
    }
  } catch (error) {
    await close();
    throw error;
  }
}

async function finishing(runner: Runner, job: Job, close: () => Promise<void>): Promise<RunResult> {
  const { sources, upper } = await runner(job);
  return {
    sources,
    finish: async (layer) => {
      try {
        if (layer !== undefined && upper !== undefined) await job.layers.adopt(upper, layer);
      } finally {
        await close();
      }
    },
  };
}

async function runnerOf({ overlay }: SandboxKind): Promise<Runner> {
  if (overlay !== undefined) return (await import('./run-overlay.ts')).runOverlay;
  return (await import('./run-copied.ts')).runCopied;
}

function withMounts(environment: ReadonlyMap<string, string>, mounts: PreparedMounts): ReadonlyMap<string, string> {
  return new Map([...environment, ...mounts.environment]);
}

function refuse({ draft }: Stage, { security }: RunInstruction, { scope, request }: InstructionParts): void {
  const { os, architecture } = draft;
  if (security === 'insecure') {
    throw unsupported(
      'RUN --security=insecure is not supported by the embedded engine, whose sandbox gives no rights over the machine',
      'Remove it, or build with --engine=buildkit',
    );
  }
  const network = request.network ?? '';
  if (!['', 'default', 'bridge', 'host', 'none'].includes(network)) {
    throw unsupported(
      `the embedded engine has no network "${network}" for RUN`,
      'Use host or none for build.artifacts.docker.network, or build with --engine=docker',
    );
  }
  if (samePlatform({ os, architecture }, scope.buildPlatform)) return;
  throw unsupported(
    `RUN for ${formatPlatform({ os, architecture })} needs an emulator, and this machine is ${formatPlatform(scope.buildPlatform)}`,
    'Build with --engine=docker or --engine=buildkit, which may have one',
  );
}

function refuseUser({ ids, name }: SandboxKind, { uid, gid }: RunUser, { draft }: Stage): void {
  if (ids === 'all' || (uid === 0 && gid === 0)) return;
  throw unsupported(
    `RUN as "${draft.config.User ?? ''}" needs more than one user, and the sandbox "${name}" has root alone here`,
    'Install uidmap with a line for this user in /etc/subuid and /etc/subgid, or build as root, or with --engine=docker',
  );
}
