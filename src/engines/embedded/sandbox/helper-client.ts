/** The other end of `helper.ts`: hands it trees and takes trees from it, as tar over its standard streams. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { ToolError } from '../../../core/errors.ts';
import { readTar } from '../../../image/tar-reader.ts';
import type { Spool } from '../spool.ts';
import type { Change } from './changes.ts';
import type { FileTool } from './file-tool.ts';
import type { SandboxKind } from './kinds.ts';
import { hostEnvironment } from './process.ts';
import { visibleAttribute } from './tar-stream.ts';

type Ask = (args: readonly string[], input?: AsyncIterable<Uint8Array>) => Promise<void>;

/** The parts of a tool that need the sandbox's ids. `handle` starts a program with them. */
export function helperTool(
  handle: readonly string[],
  { ids }: SandboxKind,
  signal: AbortSignal,
): Omit<FileTool, 'modifiedAt'> {
  const ask: Ask = async (args, input) => {
    for await (const _ of start(handle, args, signal, input));
  };
  const read = (by: readonly string[], args: readonly string[], spool: Spool): Promise<Iterable<Change>> =>
    changesIn(start(by, args, signal), spool);
  return {
    extract: (stream, directory, whiteouts) => ask(['extract', directory, ids, String(whiteouts)], stream),
    changes: (directory, pid, spool) => read(joining(pid), ['changes', directory, `/proc/${pid}/cwd`], spool),
    snapshot: (directory, file) => ask(['snapshot', directory, file]),
    changesSince: (directory, file, except, spool) =>
      read(handle, ['changes-since', directory, file, ...except], spool),
    remove: (path) => ask(['remove', path]),
    move: async (from, to) => {
      try {
        await rename(from, to);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
        await ask(['move', from, to]);
      }
    },
    sizes: async (paths) => {
      const chunks: Uint8Array[] = [];
      const input = Readable.from([Buffer.from(JSON.stringify(paths))]);
      for await (const chunk of start(handle, ['sizes'], signal, input)) chunks.push(chunk);
      return JSON.parse(Buffer.concat(chunks).toString('utf8')) as number[];
    },
  };
}

/** Starts a program in the user namespace of a process: only from there can it be looked into. */
const joining = (pid: string): readonly string[] => [
  ...['setpriv', '--pdeathsig', 'KILL', '--'],
  ...['nsenter', '--user', '--preserve-credentials', '--target', pid, '--'],
];

/** Runs the helper and passes its output on; its complaint becomes the error. */
async function* start(
  handle: readonly string[],
  args: readonly string[],
  signal: AbortSignal,
  input?: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const [file = '', ...rest] = [...handle, process.execPath, helperFile(), ...args];
  const env = hostEnvironment(process.env['PATH']);
  const child = spawn(file, rest, { env, signal, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const code = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (status) => resolve(status ?? 128));
  });
  const feeding = feed(child.stdin, input);
  yield* child.stdout as AsyncIterable<Uint8Array>;
  const [status] = await Promise.all([code, feeding]);
  signal.throwIfAborted();
  if (status !== 0)
    throw new ToolError('COMMAND_FAILED', `the files of a sandbox cannot be handled: ${complaint.trim()}`);
}

/** What the helper does not read is no failure of its own: its exit code tells. */
async function feed(stdin: NodeJS.WritableStream, input: AsyncIterable<Uint8Array> | undefined): Promise<void> {
  let failure: unknown;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* input ?? [];
    } catch (error) {
      failure = error;
    }
  }
  await pipeline(Readable.from(watched(), { objectMode: false }), stdin).catch(() => undefined);
  if (failure !== undefined) throw failure;
}

async function changesIn(stream: AsyncIterable<Uint8Array>, spool: Spool): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for await (const { entry, content } of readTar(stream, 'what a sandbox changed')) {
    const { attributes, ...plain } = entry;
    const names = attributes?.[visibleAttribute];
    const visible =
      names === undefined ? {} : { visible: JSON.parse(Buffer.from(names, 'base64').toString()) as string[] };
    const stored = entry.kind === 'file' && entry.size > 0 ? { content: await spool.add(content, entry.size) } : {};
    changes.push({ entry: plain, ...visible, ...stored });
  }
  return changes;
}

/** The helper is a program of its own, built beside this one. */
function helperFile(): string {
  for (let directory = ownDirectory(); ; directory = dirname(directory)) {
    const found = [join(directory, name), join(directory, 'dist', name)].find((file) => existsSync(file));
    if (found !== undefined) return found;
    if (directory === dirname(directory)) break;
  }
  throw new ToolError('NOT_SUPPORTED', `${name} is not beside the program`, {
    suggestions: [{ code: 'INSTALL_AGAIN', action: 'Install Slipway again; from its sources, run npm run build' }],
  });
}

const name = 'sandbox-helper.js';

function ownDirectory(): string {
  return typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
}
