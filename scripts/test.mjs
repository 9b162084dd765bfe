#!/usr/bin/env node
// Every test tier in order: build, checks, unit, contract, golden, end-to-end. Installs and starts what they need, and
// takes it down again. A tier that cannot run says why in one line; with CI set that is a failure.
//   node scripts/test.mjs [--soak] [--only build,checks,unit,contract,golden,e2e] [--shrink-golden]
// The heavy tier is for what needs helm, kustomize, BuildKit, the lifecycle of buildpacks, kubectl, kpt, go or mmdebstrap; it builds
// the first four from source:
//   node scripts/test.mjs --heavy [--only build,golden,heavy] [--shrink-golden]
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepareTools } from './testing/go-tools.mjs';
import { goldenIsPresent, runGolden } from './testing/golden.mjs';
import { heavyPrograms, installPackages } from './testing/packages.mjs';
import { start, watchSignals } from './testing/processes.mjs';
import { startServices } from './testing/services.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const logs = join(root, 'node_modules/.cache/slipway-tests');
const toolCache = join(root, 'node_modules/.cache/slipway-tools');
const { values: options } = parseArgs({
  options: {
    /** The large counts of the randomised tests. */
    soak: { type: 'boolean', default: false },
    heavy: { type: 'boolean', default: false },
    only: { type: 'string' },
    /** Takes golden cases that pass now off the list of those that do not. */
    'shrink-golden': { type: 'boolean', default: false },
  },
});

/** @type {{ passed: number, failed: number, notRun: string[] }} */
const totals = { passed: 0, failed: 0, notRun: [] };
let current;
const interrupted = watchSignals(() => current?.stop());

const tool = (path) => [process.execPath, join(root, 'node_modules', path)];
const usualTiers = [
  { name: 'build', run: () => step('build', [process.execPath, join(root, 'scripts/build.mjs')]) },
  { name: 'checks', run: checks },
  { name: 'unit', run: () => vitest('unit') },
  { name: 'contract', run: () => vitest('contract') },
  { name: 'golden', run: () => golden() },
  { name: 'e2e', run: () => withServices('e2e', {}) },
];
const heavyTiers = [
  { name: 'build', run: () => step('build', [process.execPath, join(root, 'scripts/build.mjs')]) },
  { name: 'golden', run: async () => golden(await tools()) },
  { name: 'heavy', run: async () => withServices('heavy', { PATH: (await tools()).path }) },
];
const tiers = options.heavy ? heavyTiers : usualTiers;

async function main() {
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  const wanted = options.only?.split(',') ?? tiers.map(({ name }) => name);
  const unknown = wanted.filter((name) => !tiers.some((tier) => tier.name === name));
  if (unknown.length > 0) return usage(`no tier is called ${unknown.join(', ')}`);
  for (const tier of tiers) {
    if (wanted.includes(tier.name) && interrupted.exitCode === 0) await tier.run();
  }
  if (interrupted.exitCode !== 0) return interrupted.exitCode;
  return summary();
}

function usage(message) {
  console.error(`${message}; tiers: ${tiers.map(({ name }) => name).join(', ')}`);
  return 2;
}

function summary() {
  const missing = process.env.CI ? totals.notRun.length : 0;
  if (missing > 0) console.log(`CI is set: a tier that did not run is a failure (${totals.notRun.join(', ')})`);
  const failed = totals.failed + missing;
  console.log(`\n${totals.passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function checks() {
  await step('format and lint', [...tool('@biomejs/biome/bin/biome'), 'check', '.']);
  await step('types', [...tool('typescript/bin/tsc'), '--noEmit']);
  await step('unused files and exports', [...tool('knip/bin/knip.js')]);
}

/** Runs one program; its output is shown only when it fails. A failing one counts as one failed test. */
async function step(name, command, env = {}) {
  const logFile = join(logs, `${name.replaceAll(' ', '-')}.log`);
  const started = Date.now();
  const exitCode = await runLogged(command, logFile, env);
  if (interrupted.exitCode !== 0) return;
  report(name, exitCode === 0 ? 'ok' : 'FAILED', started);
  if (exitCode === 0) return;
  totals.failed += 1;
  showLog(logFile);
}

async function runLogged(command, logFile, env) {
  current = start(command, { cwd: root, env: { ...process.env, ...env }, output: openSync(logFile, 'w') });
  return await current.ended;
}

function report(name, result, started) {
  console.log(`${name.padEnd(26)} ${result.padEnd(30)} ${((Date.now() - started) / 1000).toFixed(1).padStart(7)} s`);
}

function showLog(logFile) {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n');
  console.log(
    [...lines.slice(-120), `(all of it: ${relative(root, logFile)})`].map((line) => `    ${line}`).join('\n'),
  );
}

/** One Vitest project; its tests are counted from Vitest's own report. */
async function vitest(project, env = {}) {
  const results = join(logs, `${project}.json`);
  const logFile = join(logs, `${project}.log`);
  const started = Date.now();
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const command = [...tool('vitest/vitest.mjs'), 'run', '--project', project, ...reporters];
  const exitCode = await runLogged(command, logFile, { ...(options.soak ? { SLIPWAY_SOAK: '1' } : {}), ...env });
  if (interrupted.exitCode !== 0) return;
  const { passed, failed } = countTests(results, exitCode);
  totals.passed += passed;
  totals.failed += failed;
  report(project, `${passed} passed, ${failed} failed`, started);
  if (failed > 0) showLog(logFile);
}

// A suite that cannot be loaded has no tests to count; neither has a run that dies. Skipped tests do not exist here.
function countTests(results, exitCode) {
  if (!existsSync(results)) return { passed: 0, failed: exitCode === 0 ? 0 : 1 };
  const report = JSON.parse(readFileSync(results, 'utf8'));
  const skipped = report.numPendingTests + report.numTodoTests;
  const failed = Math.max(report.numFailedTests + skipped, report.numFailedTestSuites > 0 || exitCode !== 0 ? 1 : 0);
  return { passed: report.numPassedTests, failed };
}

let preparedTools;
/** The tools of the heavy tier, built once a run; each that is missing is told. */
function tools() {
  preparedTools ??= prepare();
  return preparedTools;
}

async function prepare() {
  const onStart = (child) => {
    current = child;
  };
  const log = openSync(join(logs, 'tools.log'), 'w');
  const prepared = await prepareTools({ cache: toolCache, log, onStart });
  for (const { tool, reason } of prepared.missing) notRun(`heavy cases that need ${tool}`, reason);
  return prepared;
}

async function golden(heavy) {
  if (!goldenIsPresent()) return console.log('golden: no recorded cases beside the project');
  const reason = await servicesReason();
  if (reason !== undefined) notRun('golden cases that need a Docker Engine', reason);
  const logFile = join(logs, 'golden.log');
  const started = Date.now();
  const onStart = (child) => {
    current = child;
  };
  const parts = {
    log: openSync(logFile, 'w'),
    withDocker: reason === undefined,
    shrink: options['shrink-golden'],
    heavy,
    onStart,
  };
  const { passed, failed, complaints } = await runGolden(parts).catch((error) => failedGolden(error));
  if (interrupted.exitCode !== 0) return;
  totals.passed += passed;
  totals.failed += failed;
  report('golden', `${passed} passed, ${failed} failed`, started);
  for (const complaint of complaints) console.log(`    ${complaint}`);
  if (failed > 0) console.log(`    (details: ${relative(root, logFile)})`);
}

const failedGolden = (error) => ({ passed: 0, failed: 1, complaints: [error.message] });

/** A Vitest project whose tests talk to a Docker Engine and registries. */
async function withServices(project, env) {
  const reason = await servicesReason();
  if (reason !== undefined) return notRun(project, reason);
  const services = await startServices().catch((error) => error);
  if (services instanceof Error) return notRun(project, services.message);
  try {
    if (interrupted.exitCode === 0) await vitest(project, { ...services.env, ...env });
  } finally {
    await services.stop();
  }
}

/** Why the services cannot run here, after installing what can be installed; undefined when they can. */
async function servicesReason() {
  const missing = await installPackages(join(logs, 'packages.log'), options.heavy ? heavyPrograms : {});
  return missing ?? (process.getuid?.() === 0 ? undefined : 'only root can start dockerd');
}

function notRun(tier, reason) {
  totals.notRun.push(tier);
  console.log(`${tier}: not run: ${reason}`);
}

process.exit(await main());
