import { join, resolve } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { type RunningRegistry, serveRegistry } from '../../registry/server.ts';
import { cacheDirectory } from '../../store/location.ts';
import type { Invocation } from '../invocation.ts';

/**
 * `registry serve`: serves until it is told to stop. Standard output gets one line, the address as `HOST:PORT`, once
 * connections are accepted; everything for people goes to standard error.
 */
export async function run({ options, io, ctx }: Invocation<'registry serve'>): Promise<number> {
  const { addr, authFile } = options;
  if (authFile === '') throw new ToolError('USAGE', '--auth-file needs the name of a file');
  const { system } = ctx;
  const store = options.store === '' ? join(cacheDirectory(system), 'registry') : resolve(system.cwd, options.store);
  const running = await serveRegistry({ address: addr, store, ...(authFile === undefined ? {} : { authFile }) }, ctx);
  try {
    io.stderr.write(`Serving a registry on http://${addressOf(running)} from ${store}\n`);
    if (authFile === undefined && !isLoopback(running.host)) warnOpen(ctx);
    io.stdout.write(`${addressOf(running)}\n`);
    await stopped(ctx.signal);
  } finally {
    await running.close();
  }
  return 0;
}

function addressOf({ host, port }: RunningRegistry): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function isLoopback(host: string): boolean {
  return host === '::1' || host === '::ffff:127.0.0.1' || host.startsWith('127.');
}

function warnOpen({ emit }: Context): void {
  const message = 'everybody who can reach this address may push and delete; use --auth-file, and a proxy with TLS';
  emit({ type: 'log', level: 'warning', message });
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
