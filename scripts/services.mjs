#!/usr/bin/env node
// Starts what the end-to-end tests need (a Docker Engine, two registries), runs a command with it, takes it down:
//   node scripts/services.mjs -- npx vitest run --project e2e test/e2e/compare.test.ts
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages } from './testing/packages.mjs';
import { start, watchSignals } from './testing/processes.mjs';
import { startServices } from './testing/services.mjs';

const { values, positionals: command } = parseArgs({
  // The port of the open registry; 0 picks a free one.
  options: { 'registry-port': { type: 'string', default: '0' } },
  allowPositionals: true,
});
if (command.length === 0) {
  console.error('usage: node scripts/services.mjs [--registry-port N] -- COMMAND [ARGUMENT...]');
  process.exit(2);
}

let child;
const interrupted = watchSignals(() => child?.stop());
const missing = await installPackages(join(tmpdir(), `slipway-packages-${process.pid}.log`));
if (missing !== undefined) {
  console.error(missing);
  process.exit(1);
}
const services = await startServices({ registryPort: Number(values['registry-port']) });
let exitCode = interrupted.exitCode;
if (exitCode === 0) {
  child = start(command, { env: { ...process.env, ...services.env }, output: 'inherit' });
  exitCode = await child.ended;
}
await services.stop();
process.exit(interrupted.exitCode || exitCode);
