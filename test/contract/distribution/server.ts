import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '../../../src/core/events.ts';
import type { Context, System } from '../../../src/core/ports.ts';
import { type ServeOptions, serveRegistry } from '../../../src/registry/server.ts';
import { clock } from '../../../src/system/clock.ts';
import { createFiles } from '../../../src/system/files.ts';
import { listen } from '../../../src/system/listen.ts';
import { random } from '../../../src/system/random.ts';
import type { RunningServer } from './suite.ts';

/** The ports a registry needs, for real, with changes. */
function registryContext(changes: Partial<System> = {}): Context & { readonly events: readonly Event[] } {
  const events: Event[] = [];
  const ports: Partial<System> = {
    files: createFiles(tmpdir()),
    clock,
    listen,
    random,
    cwd: process.cwd(),
    ...changes,
  };
  return {
    system: ports as System,
    emit: (event) => void events.push(event),
    signal: new AbortController().signal,
    events,
  };
}

/** Our registry on a free port over a fresh directory. */
export async function startRegistry(
  options: Partial<ServeOptions> = {},
  context: Context = registryContext(),
): Promise<RunningServer & { readonly store: string }> {
  const store = options.store ?? (await mkdtemp(join(tmpdir(), 'slipway-registry-')));
  const running = await serveRegistry({ address: '127.0.0.1:0', ...options, store }, context);
  return {
    url: `http://127.0.0.1:${running.port}`,
    store,
    stop: async () => {
      await running.close();
      if (options.store === undefined) await rm(store, { recursive: true });
    },
  };
}
