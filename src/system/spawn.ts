import { type ChildProcess, spawn } from 'node:child_process';

/** How a child is started: always as the leader of a process group of its own, so that the whole group can be stopped. */
export interface SpawnOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  /** Whether something will be written to its standard input; otherwise it reads an empty one. */
  readonly hasInput: boolean;
}

/** Starts a program whose output is collected and looked at when it has ended. */
export function spawnChild(file: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(file, args, {
    env: options.env,
    cwd: options.cwd,
    detached: true,
    windowsHide: true,
    stdio: [options.hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
}
