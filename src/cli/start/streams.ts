import type { Input, Io, Output } from '../invocation.ts';
import type { Host, HostStream } from './host.ts';

/** How text is shown, from flags that every command takes. */
export interface Display {
  readonly forceColors: boolean;
  /** Put date and time in front of every piece that is written. */
  readonly timestamps: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}

/** The process's streams, with what was written but has not left yet. */
export interface Streams {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly stdin: Input;
  /** Resolves when everything written so far has left the process, or never will. */
  flush(): Promise<void>;
}

type OnLost = (error: NodeJS.ErrnoException) => void;

interface Stream {
  write(text: string): void;
  readonly isTTY: boolean;
  /** False for a terminal without a size, as some CI systems and `docker exec -t` make them. */
  readonly hasSize: boolean;
  readonly columns: number;
  readonly rows: number;
}

/** @param onLost called once when standard output takes no more: `EPIPE` where its reader has gone away, `ENOSPC`, … */
export function openStreams(host: Host, onLost: OnLost): Streams {
  const pending = new Set<Promise<void>>();
  return {
    stdout: openStream(() => host.stdout, pending, onLost),
    stderr: openStream(
      () => host.stderr,
      pending,
      () => undefined,
    ),
    stdin: openInput(() => host.stdin),
    flush: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

function openStream(get: () => HostStream, pending: Set<Promise<void>>, onLost: OnLost): Stream {
  let stream: HostStream | undefined;
  let isLost = false;
  const opened = (): HostStream => {
    if (stream === undefined) {
      stream = get();
      stream.on('error', (error) => {
        if (isLost) return;
        isLost = true;
        onLost(error);
      });
    }
    return stream;
  };
  return {
    write: (text) => {
      if (isLost || text === '') return;
      const target = opened();
      const written = new Promise<void>((resolve) => {
        target.write(text, () => resolve());
      }).finally(() => pending.delete(written));
      pending.add(written);
    },
    get isTTY() {
      return get().isTTY === true;
    },
    get hasSize() {
      return get().columns !== 0;
    },
    get columns() {
      return get().columns || 80;
    },
    get rows() {
      return get().rows || 24;
    },
  };
}

function openInput(get: () => Host['stdin']): Input {
  let text: Promise<string> | undefined;
  return {
    get isTTY() {
      return get().isTTY === true;
    },
    text: () => {
      text ??= readAll(get());
      return text;
    },
    lines: () => linesOf(get()),
  };
}

async function* linesOf(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of stream) {
    rest += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/\r$/, '');
  }
  if (rest !== '') yield rest;
  return undefined;
}

async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  return Buffer.concat(pieces).toString('utf8');
}

/** The streams as commands see them. */
export function createIo(streams: Streams, display: Display): Io {
  return { stdin: streams.stdin, stdout: decorate(streams.stdout, display), stderr: decorate(streams.stderr, display) };
}

function decorate(stream: Stream, display: Display): Output {
  return {
    write: (text) => stream.write(display.timestamps && text !== '' ? `${timestamp(display.now())} ${text}` : text),
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    get redraws() {
      return stream.isTTY && stream.hasSize && display.env['TERM'] !== 'dumb';
    },
    get colour() {
      return display.forceColors || (stream.isTTY && wantsColour(display.env));
    },
  };
}

/** Whether a terminal with this environment shows colours (https://no-color.org; `TERM=dumb` has none). */
function wantsColour(env: Display['env']): boolean {
  return (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

/** `2006-01-02 15:04:05` in local time, as Skaffold's `--timestamps` writes it. */
function timestamp(date: Date): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}
