import type { System } from '../../core/ports.ts';

/** A stream of the process, as far as it is used. */
export interface HostStream {
  write(text: string, done: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export type Signal = 'SIGINT' | 'SIGTERM';

/** The process: Node's `process` is one. Streams are looked at only when they are needed, which saves time at the start. */
export interface Host {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  readonly stdout: HostStream;
  readonly stderr: HostStream;
  on(signal: Signal, listener: () => void): unknown;
  exit(code: number): unknown;
}

/** Makes the outside world; called again when `skaffold.env` adds variables. */
export type CreateSystem = (env: Readonly<Record<string, string | undefined>>) => System;
