/**
 * Named pipes for what a command prints: programs may open `/dev/stdout` again, which they cannot where it is a socket, as
 * the standard streams of node's own children are.
 */
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { CommandOutput } from './output.ts';
import { quote } from './quote.ts';

export interface OutputPipes {
  readonly stdout: Socket;
  readonly stderr: Socket;
  close(): void;
}

/** Makes a shell hold both pipes, as 6 and 7, and say `up`. */
export function openPipes(directory: string): string {
  const [out, err] = [quote(`${directory}/stdout`), quote(`${directory}/stderr`)];
  return `mkfifo ${out} ${err} && chmod 666 ${out} ${err} && exec 6<>${out} 7<>${err} && echo up >&3`;
}

/** Opens the other ends, once the shell holds its own. */
export function joinPipes(directory: string): OutputPipes {
  const stdout = readingEnd(join(directory, 'stdout'));
  const stderr = readingEnd(join(directory, 'stderr'));
  return {
    stdout,
    stderr,
    close: () => {
      stdout.destroy();
      stderr.destroy();
    },
  };
}

function readingEnd(path: string): Socket {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

/** Passes on what comes until the shell and everything below it has let go of the pipes. */
export async function readPipes({ stdout, stderr }: OutputPipes, output: CommandOutput): Promise<void> {
  await Promise.all([readPipe('stdout', stdout, output), readPipe('stderr', stderr, output)]);
  output.flush();
}

function readPipe(name: 'stdout' | 'stderr', pipe: Socket, output: CommandOutput): Promise<void> {
  pipe.setEncoding('utf8').on('data', (text: string) => output.take(name, text));
  return new Promise((resolve) => {
    pipe.once('close', () => resolve());
    pipe.once('error', () => resolve());
  });
}
