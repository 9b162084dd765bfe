/** Groups of containers without a daemon: programs of images run in the sandbox, over directories of this machine. */
import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerGroup, ContainerGroupRequest } from '../../../core/containers.ts';
import { ToolError } from '../../../core/errors.ts';
import type { Context } from '../../../core/ports.ts';
import { normalizePlatform } from '../../../image/platform.ts';
import type { Store } from '../../../store/store.ts';
import { unsupported } from '../failure.ts';
import { openLayerLibrary } from '../layer-library.ts';
import { openFileTool } from '../sandbox/file-tool.ts';
import { makeRunDirectory } from '../sandbox/runs.ts';
import type { Ground } from '../sandbox/types.ts';
import { openDirectories } from './directories.ts';
import { runProgram } from './program.ts';
import { takeImage } from './take.ts';

/** A registry of this process, for images that are not pushed anywhere. */
export interface ScratchRegistry {
  /** `HOST:PORT`. */
  readonly address: string;
  close(): Promise<void>;
}

/** Starts such a registry with its content below a directory. */
export type StartRegistry = (directory: string, ctx: Context) => Promise<ScratchRegistry>;

export interface ContainerParts {
  readonly store: Store;
  readonly ground: Ground;
  readonly startRegistry: StartRegistry;
}

/**
 * Opens a group. Nothing outlives it but directories that are kept, which one group uses at a time.
 *
 * @throws `DOCKERFILE_UNSUPPORTED` in a sandbox that knows one user only, or has no overlays.
 */
export async function openSandboxContainers(
  request: ContainerGroupRequest,
  { store, ground, startRegistry }: ContainerParts,
  ctx: Context,
): Promise<ContainerGroup> {
  refuse(ground, request, ctx);
  const tool = await openFileTool(ground.kind, ctx.signal);
  const own = await makeRunDirectory(join(ground.directory, 'runs'), ctx.system.random.hex(6));
  // What is left is removed also after the run was stopped.
  const remover = await openFileTool(ground.kind, new AbortController().signal);
  const closers: (() => Promise<void>)[] = [() => remover.remove(own)];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    await mkdir(join(own, 'registry'));
    const registry = await startRegistry(join(own, 'registry'), ctx);
    closers.push(() => registry.close());
    const directories = await openDirectories(request.directories, { ground, own, tool, ctx });
    closers.push(() => directories.release());
    const platform = normalizePlatform(request.platform ?? hostPlatform(ctx));
    const library = openLayerLibrary(store, ctx);
    const place = { request, ground, tool, remover, store, library, platform, directories };
    return {
      exportsTo: { registry: registry.address },
      run: (program) => runProgram(program, place, ctx),
      read: (path) => readOwnFile(directories.find(path)),
      take: (exported, reference) => takeImage(exported, reference, platform, store, ctx),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const hostPlatform = ({ system }: Context): { readonly os: string; readonly architecture: string } => ({
  ...{ os: 'linux', architecture: system.platform.architecture },
});

function refuse({ kind }: Ground, { platform }: ContainerGroupRequest, ctx: Context): void {
  const host = normalizePlatform(hostPlatform(ctx));
  const advice = 'Build as root, or with a line for this user in /etc/subuid and /etc/subgid, or with --engine=docker';
  if (kind.ids === 'one')
    throw unsupported(`the sandbox "${kind.name}" knows one user only here, and buildpacks need two`, advice);
  if (kind.overlay === undefined)
    throw unsupported(`the sandbox "${kind.name}" has no overlays, which containers need`, advice);
  if (platform === undefined || normalizePlatform(platform).architecture === host.architecture) return;
  throw new ToolError('NOT_SUPPORTED', `the embedded engine runs containers for linux/${host.architecture} only`, {
    suggestions: [{ code: 'USE_DOCKER_ENGINE', action: 'Build with --engine=docker, which may have an emulator' }],
  });
}

/** A program may have left anything under that name: links are not followed, and a large file is none of ours. */
async function readOwnFile(path: string | undefined): Promise<Uint8Array | undefined> {
  if (path === undefined) return undefined;
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const info = await file.stat();
      return info.isFile() && info.size < largestFile ? await file.readFile() : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

const largestFile = 16 * 1024 * 1024;
