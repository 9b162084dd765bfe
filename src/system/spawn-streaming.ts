import type { ChildProcess } from 'node:child_process';
import { execa } from 'execa';
import type { SpawnOptions } from './spawn.ts';

/** Starts a program whose output is passed on as it comes. Loading execa costs about 30 ms, so short calls do without it. */
export function spawnStreaming(file: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = execa(file, args, {
    env: options.env,
    extendEnv: false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
    stdin: options.hasInput ? 'pipe' : 'ignore',
  });
  const plain = child as unknown as ChildProcess;
  // What fails before there is a process (too long a command line) is told by the promise only.
  void child.then((result) => plain.pid === undefined && plain.emit('error', result.cause ?? result));
  return plain;
}
