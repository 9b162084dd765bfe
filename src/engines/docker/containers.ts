/** Groups of containers in a Docker Engine: shared directories are volumes, nothing of this machine is mounted unasked. */
import type { Readable } from 'node:stream';
import type { BuildOutcome } from '../../core/artifact.ts';
import type {
  ContainerGroup,
  ContainerGroupRequest,
  ContainerProgram,
  SharedDirectory,
} from '../../core/containers.ts';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { readTar } from '../../image/tar-reader.ts';
import type { DockerConnection } from './connection.ts';
import { type EngineContainer, ownLabels, removeContainer, runContainer } from './container.ts';
import { engineError, statusOf } from './errors.ts';
import { findImage } from './images.ts';

/**
 * Opens a group. Directories that are kept are volumes called `slipway-cache-…`, the others have names of their own and go
 * with the group.
 *
 * @throws `BUILD_DOCKER_SYSTEM_ERR` when the engine refuses a volume, a container or a mount.
 */
export async function openEngineContainers(
  docker: DockerConnection,
  request: ContainerGroupRequest,
  ctx: Context,
): Promise<ContainerGroup> {
  const prefix = `slipway-${ctx.system.random.hex(8)}`;
  const volumes = new Map<string, string>();
  const pending = new Map<string, NonNullable<SharedDirectory['content']>>();
  const temporary: string[] = [];
  let last: EngineContainer | undefined;
  const dropLast = async (): Promise<void> => {
    const container = last;
    last = undefined;
    if (container !== undefined) await removeContainer(container);
  };
  const close = async (): Promise<void> => {
    await dropLast();
    for (const name of temporary.splice(0)) await removeVolume(docker, name);
  };
  const run = async (program: ContainerProgram): Promise<number> => {
    await dropLast();
    const contents = program.directories.flatMap((path) => {
      const content = pending.get(path);
      pending.delete(path);
      return content === undefined ? [] : [content];
    });
    const keep = (container: EngineContainer): void => {
      last = container;
    };
    return runContainer(docker, { request, program, volumes, contents, keep }, ctx);
  };
  try {
    for (const directory of request.directories) {
      const name = directory.keptAs === undefined ? `${prefix}-${volumes.size}` : `slipway-cache-${directory.keptAs}`;
      if (directory.isCleared === true) await removeVolume(docker, name);
      if (directory.keptAs === undefined) temporary.push(name);
      await docker.client.createVolume({ Name: name, Labels: { ...ownLabels } });
      volumes.set(directory.path, name);
      if (directory.content !== undefined) pending.set(directory.path, directory.content);
    }
  } catch (error) {
    await close();
    throw engineError('creating a volume', error, docker.endpoint, ctx);
  }
  return {
    exportsTo: 'daemon',
    run,
    read: (path) => readFile(docker, last, path, ctx),
    take: (exported) => takeImage(docker, exported, ctx),
    close,
  };
}

/** A volume that is not there is fine. */
async function removeVolume(docker: DockerConnection, name: string): Promise<void> {
  try {
    await docker.client.getVolume(name).remove({ force: true });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

/** Ended containers can be looked into. */
async function readFile(
  docker: DockerConnection,
  container: EngineContainer | undefined,
  path: string,
  ctx: Context,
): Promise<Uint8Array | undefined> {
  if (container === undefined) return undefined;
  try {
    const archive = (await container.getArchive({ path })) as Readable;
    for await (const { entry, content } of readTar(archive, path)) {
      if (entry.kind !== 'file') continue;
      const pieces: Uint8Array[] = [];
      for await (const piece of content) pieces.push(Buffer.from(piece));
      return Buffer.concat(pieces);
    }
    return undefined;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw engineError(`reading ${path} of a container`, error, docker.endpoint, ctx);
  }
}

async function takeImage(docker: DockerConnection, name: string, ctx: Context): Promise<BuildOutcome> {
  const id = await findImage(docker, name, ctx);
  if (id !== undefined) return { at: 'daemon', id };
  throw new ToolError('BUILD_DOCKER_SYSTEM_ERR', `the Docker Engine has no image ${name} after it was exported there`, {
    suggestions: [{ code: 'BUILD_AGAIN', action: 'Build again, and check that nothing removes images meanwhile' }],
  });
}
