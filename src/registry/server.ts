import { isAbsolute, resolve } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Context, IncomingHttpRequest, OutgoingHttpResponse } from '../core/ports.ts';
import { parseUsers, type Users } from './auth.ts';
import { createRegistry, type RegistryOptions } from './registry.ts';

export interface ServeOptions extends Omit<RegistryOptions, 'users' | 'onError'> {
  /** `HOST:PORT` or `:PORT`; port 0 picks a free one. */
  readonly address: string;
  /** File of users and passwords (see `parseUsers`); a relative path counts from the working directory. */
  readonly authFile?: string;
}

/** A registry that accepts connections. */
export interface RunningRegistry {
  readonly host: string;
  readonly port: number;
  /** Stops accepting connections and waits for requests being served and for background work. */
  close(): Promise<void>;
}

/**
 * Serves a registry over HTTP (no TLS) until it is closed. Every request is a debug log event, every failure of our
 * own side an error one. Throws `ADDRESS_IN_USE`, what reading the user file throws, and `FILE_WRITE_ERR` for the store.
 */
export async function serveRegistry(options: ServeOptions, ctx: Context): Promise<RunningRegistry> {
  const { address, authFile, ...rest } = options;
  const users = authFile === undefined ? undefined : await readUsers(authFile, ctx);
  const onError = (error: unknown, request: IncomingHttpRequest): void =>
    ctx.emit({ type: 'log', level: 'error', message: `${request.method} ${request.url}: ${describe(error)}` });
  const registry = await createRegistry({ ...rest, onError, ...(users === undefined ? {} : { users }) }, ctx.system);
  const handle = async (request: IncomingHttpRequest): Promise<OutgoingHttpResponse> => {
    const response = await registry.handle(request);
    ctx.emit({ type: 'log', level: 'debug', message: `${request.method} ${request.url} ${response.status}` });
    return response;
  };
  const socket = await ctx.system.listen.http(address, handle);
  return {
    host: socket.host,
    port: socket.port,
    close: async () => {
      await socket.close();
      await registry.close();
    },
  };
}

async function readUsers(authFile: string, ctx: Context): Promise<Users> {
  const path = isAbsolute(authFile) ? authFile : resolve(ctx.system.cwd, authFile);
  return parseUsers(await ctx.system.files.readText(path), authFile);
}

/** Our own failures in a sentence; anything else is a bug and comes with its stack. */
function describe(error: unknown): string {
  if (error instanceof ToolError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
