/** The user's SSH agent for one command, behind a socket of ours: the command sees no other one. */
import { chmod, lchown, open } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';
import type { RunMount } from '../../../dockerfile/run-mount.ts';
import { buildError, unsupported } from '../failure.ts';
import type { BuildParts } from '../stage.ts';

export interface AgentSocket {
  readonly path: string;
  readonly close: () => Promise<void>;
}

/**
 * Opens a socket at a path that leads to the agent which `ssh` of the build names (`default` or `ID[=SOCKET]`).
 *
 * @returns Undefined where the build has no agent and the command does not require one.
 * @throws {ToolError} `BUILD_USER_ERROR` where it does.
 */
export async function openAgentSocket(
  mount: RunMount,
  path: string,
  parts: BuildParts,
): Promise<AgentSocket | undefined> {
  const agent = agentOf(mount.id ?? 'default', parts);
  if (agent === undefined) {
    if (!mount.required) return undefined;
    throw buildError(`no SSH agent "${mount.id ?? 'default'}" was given`, 'Set build.artifacts.docker.ssh');
  }
  if ((await parts.ctx.system.files.stat(agent))?.kind !== 'other') {
    throw unsupported(
      `${agent} is no socket of an SSH agent, and the embedded engine reads no keys itself`,
      'Load the key into ssh-agent, or build with --engine=docker or --engine=buildkit',
    );
  }
  const sockets = new Set<Socket>();
  const server = createServer((inside) => {
    const outside = connect(agent);
    for (const [from, to] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => sockets.delete(from));
      from.pipe(to);
    }
  });
  // By this name it is short enough wherever it lies.
  const directory = await open(dirname(path));
  const short = `/proc/self/fd/${directory.fd}/${basename(path)}`;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(short, resolve));
  await chmod(path, mount.mode ?? 0o600);
  if (process.getuid?.() === 0) await lchown(path, mount.uid ?? 0, mount.gid ?? 0);
  return {
    path,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve(directory.close()));
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function agentOf(id: string, { request, ctx }: BuildParts): string | undefined {
  const [name, socket] = (request.ssh ?? '').split('=', 2);
  if (name === '' || name !== id) return undefined;
  return socket ?? ctx.system.env['SSH_AUTH_SOCK'];
}
