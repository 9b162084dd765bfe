import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock, Files } from '../../../src/core/ports.ts';
import { createRegistry, type Registry, type RegistryOptions } from '../../../src/registry/registry.ts';
import { createFiles } from '../../../src/system/files.ts';
import { random } from '../../../src/system/random.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly codes: readonly string[];
}

/** The body of a request: text, pieces, or pieces whose reading fails in the end as a cut connection does. */
export type Body = string | AsyncIterable<Uint8Array>;

export interface Harness {
  readonly registry: Registry;
  readonly store: string;
  call(method: string, url: string, options?: { headers?: Record<string, string>; body?: Body }): Promise<Answer>;
  /** All files below the store, sorted. */
  files(): readonly string[];
}

/** A clock that moves only when told to. It starts at the machine's time, as files do. */
export function manualClock(): Clock & { advance(milliseconds: number): void } {
  let passed = 0;
  const start = Date.now();
  return {
    now: () => new Date(start + passed),
    monotonic: () => passed,
    sleep: async () => undefined,
    advance: (milliseconds) => {
      passed += milliseconds;
    },
  };
}

function temporaryStore(): string {
  const store = mkdtempSync(join(tmpdir(), 'slipway-store-'));
  onTestFinished(() => rmSync(store, { recursive: true, force: true }));
  return store;
}

export async function openRegistry(
  options: Partial<RegistryOptions> = {},
  ports: { readonly clock?: Clock; readonly files?: (real: Files) => Files } = {},
): Promise<Harness> {
  const store = options.store ?? temporaryStore();
  const real = createFiles(tmpdir());
  const files = ports.files?.(real) ?? real;
  const registry = await createRegistry({ ...options, store }, { files, clock: ports.clock ?? manualClock(), random });
  return {
    registry,
    store,
    call: async (method, url, { headers = {}, body = '' } = {}) => {
      const response = await registry.handle({
        method,
        url,
        headers,
        body: typeof body === 'string' ? pieces(body) : body,
      });
      const text = await textOf(response.body);
      const isError = response.status >= 400 && text !== '';
      const codes = isError ? (JSON.parse(text) as { errors: { code: string }[] }).errors.map(({ code }) => code) : [];
      return { status: response.status, headers: response.headers, text, codes };
    },
    files: () =>
      readdirSync(store, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(store.length + 1))
        .sort(),
  };
}

export async function* pieces(...texts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) if (text !== '') yield Buffer.from(text);
}

/** Pieces, then the error that a connection that is cut makes. */
export async function* cutAfter(...texts: readonly string[]): AsyncIterable<Uint8Array> {
  yield* pieces(...texts);
  throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}

async function textOf(body: Uint8Array | AsyncIterable<Uint8Array> | undefined): Promise<string> {
  if (body === undefined) return '';
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts).toString();
}
