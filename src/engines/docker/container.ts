/** One container of a group, from its creation to its end. */
import { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import type { Container, ContainerCreateOptions, MountSettings } from 'dockerode';
import type { ContainerGroupRequest, ContainerProgram } from '../../core/containers.ts';
import type { Context } from '../../core/ports.ts';
import { formatPlatform } from '../../image/platform.ts';
import { parseReference } from '../../image/reference.ts';
import { cancelled } from '../cancelled.ts';
import type { DockerConnection } from './connection.ts';
import { engineError, statusOf } from './errors.ts';
import { inspectImage } from './images.ts';
import { pullImage } from './pull.ts';

/** Marks what is made here in the engine's lists. */
export const ownLabels: Readonly<Record<string, string>> = { 'dev.slipway': 'buildpacks' };

export type EngineContainer = Container;

/** What one container is to run, and over what. */
export interface ContainerJob {
  readonly request: ContainerGroupRequest;
  readonly program: ContainerProgram;
  /** Volumes by the paths they are seen at. */
  readonly volumes: ReadonlyMap<string, string>;
  /** Archives to unpack at its root before it starts. */
  readonly contents: readonly (() => AsyncIterable<Uint8Array>)[];
  /** Told of the container as soon as there is one: whoever knows it removes it. */
  readonly keep: (container: EngineContainer) => void;
}

/** Creates a container, fills it, runs it to its end. @returns its exit code. */
export async function runContainer(docker: DockerConnection, job: ContainerJob, ctx: Context): Promise<number> {
  const { program, request, contents, keep } = job;
  try {
    await provideImage(docker, program.image, request, ctx);
    if (ctx.signal.aborted) throw cancelled(ctx.signal);
    // A creation that is broken off could leave a container that nobody knows.
    const container = await docker.client.createContainer(containerOptions(docker, job));
    keep(container);
    for (const content of contents) await upload(container, content, ctx);
    return await follow(docker, container, request, ctx);
  } catch (error) {
    throw engineError(`running ${program.command[0]} of ${program.image}`, error, docker.endpoint, ctx);
  }
}

/** Removes a container, running or not. */
export async function removeContainer(container: EngineContainer): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

async function provideImage(
  docker: DockerConnection,
  image: string,
  { image: artifact, platform }: ContainerGroupRequest,
  ctx: Context,
): Promise<void> {
  if ((await inspectImage(docker, image, ctx)) !== undefined) return;
  const say = (text: string): void =>
    ctx.emit({ type: 'output', phase: 'Build', image: artifact, stream: 'stdout', text });
  await pullImage(docker, parseReference(image), platform, say, ctx);
}

function containerOptions(docker: DockerConnection, job: ContainerJob): ContainerCreateOptions {
  const { program, request } = job;
  const [file = '', ...args] = program.command;
  return {
    Image: program.image,
    Entrypoint: [file],
    Cmd: [...args],
    Env: Object.entries(program.env).map(([name, value]) => `${name}=${value}`),
    User: `${program.user.uid}:${program.user.gid}`,
    Labels: { ...ownLabels },
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      Mounts: mountsOf(docker, job),
      // A socket is out of reach for what SELinux confines.
      SecurityOpt: ['no-new-privileges', ...(program.reachesDaemon ? ['label=disable'] : [])],
      ...(program.network === 'local' || program.reachesDaemon ? { NetworkMode: 'host' } : {}),
    },
    ...(request.platform === undefined ? {} : { platform: formatPlatform(request.platform) }),
  };
}

function mountsOf(docker: DockerConnection, { program, volumes }: ContainerJob): MountSettings[] {
  const shared = program.directories.map((path) => ({
    Type: 'volume' as const,
    Source: volumes.get(path) ?? '',
    Target: path,
    VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: '', Options: {} } },
  }));
  const bind = (Source: string, Target: string, ReadOnly: boolean): MountSettings => ({
    ...{ Type: 'bind', Source, Target, ReadOnly },
  });
  const own = program.mounts.map(({ source, target, readOnly }) => bind(source, target, readOnly));
  const socket = program.reachesDaemon ? [bind(socketOf(docker), usualSocket, false)] : [];
  return [...shared, ...own, ...socket];
}

const usualSocket = '/var/run/docker.sock';

/** Where the engine itself finds its socket: Docker Desktop's is in a machine of its own, at the usual place. */
function socketOf({ endpoint: { transport } }: DockerConnection): string {
  const isOwn = transport.kind === 'unix' && !transport.path.includes('/.docker/');
  return isOwn ? transport.path : usualSocket;
}

async function upload(
  container: EngineContainer,
  content: () => AsyncIterable<Uint8Array>,
  ctx: Context,
): Promise<void> {
  const body = Readable.from(content(), { objectMode: false });
  let failure: Error | undefined;
  body.on('error', (error) => {
    failure = error;
  });
  try {
    await container.putArchive(body, { path: '/', abortSignal: ctx.signal });
  } catch (error) {
    throw failure ?? error;
  } finally {
    body.destroy();
  }
}

async function follow(
  docker: DockerConnection,
  container: EngineContainer,
  { image }: ContainerGroupRequest,
  ctx: Context,
): Promise<number> {
  const output = await container.attach({ stream: true, stdout: true, stderr: true, abortSignal: ctx.signal });
  const tell = (stream: 'stdout' | 'stderr'): Writable => {
    const decoder = new StringDecoder('utf8');
    return new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        const text = decoder.write(chunk);
        if (text !== '') ctx.emit({ type: 'output', phase: 'Build', image, stream, text });
        done();
      },
    });
  };
  docker.client.modem.demuxStream(output, tell('stdout'), tell('stderr'));
  const ended = finished(output, { writable: false }).catch(() => undefined);
  await container.start({ abortSignal: ctx.signal });
  const { StatusCode } = (await container.wait({ abortSignal: ctx.signal })) as { readonly StatusCode: number };
  await ended;
  return StatusCode;
}
