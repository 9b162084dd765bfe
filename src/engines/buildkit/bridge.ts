/**
 * Connections that gRPC cannot make by itself (through `kubectl exec`, or within a Docker Engine's API), given to it as a
 * socket in a directory that nobody else may enter.
 */
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';

export interface Bridge {
  /** What gRPC is to connect to. */
  readonly target: string;
  /** Why the last connection could not be made. */
  problem(): ToolError | undefined;
  close(): Promise<void>;
}

/** Starts one. Nothing is opened before gRPC connects. */
export async function startBridge(open: () => Promise<Duplex>, ctx: Context): Promise<Bridge> {
  const directory = await ctx.system.files.temporaryDirectory('slipway-buildkit-');
  const path = join(directory, 'socket');
  const opened = new Set<Duplex>();
  let problem: ToolError | undefined;
  const server = createServer((local) => {
    local.on('error', () => local.destroy());
    open().then(
      (remote) => {
        opened.add(remote);
        // Either side that ends or breaks takes the other along.
        pipeline(local, remote, local)
          .catch((error: unknown) => {
            if (error instanceof ToolError) problem = error;
          })
          .finally(() => {
            opened.delete(remote);
            remote.destroy();
            local.destroy();
          });
      },
      (error: unknown) => {
        if (error instanceof ToolError) problem = error;
        local.destroy();
      },
    );
  });
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(path, resolve));
  return {
    target: `unix:${path}`,
    problem: () => problem,
    close: async () => {
      for (const remote of opened) remote.destroy();
      server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
