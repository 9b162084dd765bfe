// The golden tier: recorded cases that lie beside the project are run against dist/main.js, as a ratchet.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { heavyTools } from './go-tools.mjs';
import { staticBusybox, which } from './packages.mjs';
import { run, start } from './processes.mjs';
import { judge, readIds } from './ratchet.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const servicesScript = fileURLToPath(new URL('../services.mjs', import.meta.url));
const runner = join(root, '../shared/golden/skaffold/run.mjs');
const notPassingFile = join(root, 'test/golden/not-passing.txt');
const differencesFile = join(root, 'test/golden/deliberate-differences.txt');

/** Groups whose features are built; a new group starts with its failing cases in `not-passing.txt`. */
const groups = [
  'parse',
  'fix',
  'profiles',
  'inspect',
  'bad',
  'exec',
  'tags',
  'render',
  'build',
  'custom',
  'helm',
  'transform',
  'ko',
];

const groupPattern = `^(${groups.join('|')})$`;

export const goldenIsPresent = () => existsSync(runner);

/**
 * Runs the cases: those that need no tool of the heavy tier, or with `heavy` those that do.
 * @param {{ log: number, withDocker: boolean, shrink: boolean, onStart(child: object): void,
 *   heavy?: { path: string, missing: readonly { tool: string }[] } }} options `log`: a file descriptor for the runner's
 *   output; `shrink` takes ids that pass off `not-passing.txt`; `heavy`: the tools there are
 * @returns {Promise<{ passed: number, failed: number, complaints: string[] }>}
 */
export async function runGolden(options) {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-golden-'));
  try {
    const plain = await runPlain(directory, options);
    const results = [...plain, ...(options.withDocker ? await runDocker(directory, plain, options) : [])];
    if (options.shrink) shrinkList(new Set(results.filter(({ ok }) => ok).map(({ id }) => id)));
    const notPassing = new Set(readIds(readFileSync(notPassingFile, 'utf8')));
    const differences = new Set(readIds(readFileSync(differencesFile, 'utf8')));
    const { passed, complaints } = judge(results, notPassing, differences);
    return { passed, failed: complaints.length, complaints };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function shrinkList(passing) {
  const lines = readFileSync(notPassingFile, 'utf8').split('\n');
  writeFileSync(notPassingFile, lines.filter((line) => !passing.has(line.split(/\s/)[0])).join('\n'));
}

async function runPlain(directory, options) {
  const command = [process.execPath, runner, '--bin', `node ${join(root, 'dist/main.js')}`];
  return await cases(
    [...command, ...byNeeds(options, ['docker', 'registry']), '--jobs', '2'],
    join(directory, 'plain.json'),
    options,
  );
}

// These cases name localhost:5000. A network of their own keeps that port free, whatever else runs on the machine.
async function runDocker(directory, plain, options) {
  const ids = await dockerIds(directory, plain, options);
  if (ids.length === 0) return [];
  writeFileSync(join(directory, 'ids'), ids.join('\n'));
  const golden = [process.execPath, runner, '--bin', wrapper(directory), '--ids', join(directory, 'ids')];
  const services = [process.execPath, servicesScript, '--registry-port', '5000', '--'];
  const inside = `export DOCKER_HOST="$SLIPWAY_TEST_DOCKER_HOST"; echo "$DOCKER_HOST" > '${hostFile(directory)}'; exec "$@"`;
  return await cases(
    [...ownNetwork(), ...services, 'sh', '-c', inside, 'sh', ...golden],
    join(directory, 'docker.json'),
    options,
  );
}

// What is left of the tier's cases once those without a Docker Engine have run.
async function dockerIds(directory, plain, options) {
  const file = join(directory, 'list');
  const command = [process.execPath, runner, '--list', '--group', groupPattern, ...byNeeds(options, [])];
  await run(command, { logFile: file });
  const done = new Set(plain.map(({ id }) => id));
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.map((line) => line.split('\t')[0]).filter((id) => id !== '' && !done.has(id));
}

// Runner options that pick the tier's cases, without those that need something of `without`.
function byNeeds({ heavy }, without) {
  const absent = heavy === undefined ? heavyTools : heavy.missing.map(({ tool }) => tool);
  const skipped = [...without, ...absent];
  const only = heavy === undefined ? [] : ['--only-needs', heavyTools.join(',')];
  return [...only, ...(skipped.length === 0 ? [] : ['--skip-needs', skipped.join(',')])];
}

const hostFile = (directory) => join(directory, 'docker-host');

function ownNetwork() {
  const up = `${staticBusybox()} ip link set lo up && exec "$@"`;
  return which('unshare') === undefined ? [] : ['unshare', '--net', '--', 'sh', '-c', up, 'sh'];
}

// The runner gives the tool under test an environment of its own, which does not say where the Docker Engine is.
function wrapper(directory) {
  const file = join(directory, 'slipway');
  const host = `export DOCKER_HOST="\${DOCKER_HOST-$(cat '${hostFile(directory)}')}"`;
  writeFileSync(file, `#!/bin/sh\n${host}\nexec node '${join(root, 'dist/main.js')}' "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

async function cases(command, json, { log, onStart, heavy }) {
  const env = heavy === undefined ? process.env : { ...process.env, PATH: heavy.path };
  const child = start([...command, '--group', groupPattern, '--json', json], { env, output: log });
  onStart(child);
  await child.ended; // Its exit code says only whether all passed.
  if (!existsSync(json)) throw new Error('the golden runner wrote no results');
  return JSON.parse(readFileSync(json, 'utf8'));
}
