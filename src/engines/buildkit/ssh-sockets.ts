import { resolve } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { unsupportedField } from '../../core/unsupported.ts';

/**
 * The sockets of SSH agents that a build may use, by id: `default` (or any id alone) is the caller's own agent, `ID=PATH`
 * another one.
 *
 * @throws `BUILD_USER_ERROR` when there is no such agent, `NOT_SUPPORTED` for the path of a key.
 */
export async function agentSockets(
  { ssh = '', image }: DockerfileBuild,
  ctx: Context,
): Promise<ReadonlyMap<string, string>> {
  if (ssh === '') return new Map();
  const [id = '', path] = ssh.split('=');
  const written = path ?? ctx.system.env['SSH_AUTH_SOCK'] ?? '';
  const socket = resolve(ctx.system.cwd, written);
  const info = written === '' ? undefined : await ctx.system.files.stat(socket);
  if (info?.kind === 'other') return new Map([[id, socket]]);
  if (info?.kind === 'file') {
    throw unsupportedField(
      'build.artifacts.docker.ssh',
      `the key ${written} of "${image}" is not read here, SSH agents only`,
      `Add it to an agent with \`ssh-add ${written}\` and write ${id}`,
    );
  }
  const problem = written === '' ? 'SSH_AUTH_SOCK is not set' : `${written} is not there`;
  throw new ToolError('BUILD_USER_ERROR', `build.artifacts.docker.ssh of ${image}: no SSH agent: ${problem}`, {
    suggestions: [{ code: 'START_SSH_AGENT', action: 'Start one with `eval $(ssh-agent)` and add keys with ssh-add' }],
  });
}
