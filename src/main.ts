import { run } from './cli/run.ts';
import type { CreateSystem, Host } from './cli/start/host.ts';
import { createSystem } from './system/node.ts';

/**
 * Runs one command line on the real system; resolves with the exit code. `scripts/launcher.cjs` calls it with the process.
 *
 * @param host the global `process`, not `node:process`: importing that module opens all three standard streams, which
 * costs several milliseconds.
 */
export function main(host: Host): Promise<number> {
  const onThisMachine: CreateSystem = (env) => createSystem({ env, cwd: process.cwd(), program: host.argv[1] });
  return run(host, onThisMachine);
}
