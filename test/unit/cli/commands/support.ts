import { run } from '../../../../src/cli/run.ts';
import type { FakeProgram } from '../../../support/fake-exec.ts';
import { type FakeFiles, fakeFiles } from '../../../support/fake-files.ts';
import { fakeSystem } from '../../../support/fake-system.ts';
import { fakeHost } from '../host.ts';

export interface CommandRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Every file afterwards, by absolute path. */
  readonly files: Readonly<Record<string, string>>;
}

export interface CommandOptions {
  /** Files by path; relative ones lie in the working directory `/work`. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Somebody sits at a terminal and types what `stdin` holds. */
  readonly isTTY?: boolean;
  readonly programs?: Readonly<Record<string, FakeProgram>>;
}

/** Runs one command line in this process, on a file system in memory; the home directory is the fake system's. */
export async function runCommandLine(args: readonly string[], options: CommandOptions = {}): Promise<CommandRun> {
  const files: FakeFiles = fakeFiles({
    '/work/.keep': '',
    ...Object.fromEntries(
      Object.entries(options.files ?? {}).map(([path, text]) => [path.startsWith('/') ? path : `/work/${path}`, text]),
    ),
  });
  const host = fakeHost({
    args,
    ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    ...(options.isTTY === undefined ? {} : { isTTY: options.isTTY }),
  });
  const code = await run(host, (env) => ({
    ...fakeSystem({ env: { ...stringsOf(env), ...options.env }, cwd: '/work', programs: options.programs ?? {} }),
    files,
  }));
  return { code, ...host.written, files: files.snapshot() };
}

function stringsOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
