// The golden tier: recorded cases that lie beside the project are run against dist/main.js, as a ratchet.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { staticBusybox, which } from './packages.mjs';
import { start } from './processes.mjs';
import { judge, readIds } from './ratchet.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const servicesScript = fileURLToPath(new URL('../services.mjs', import.meta.url));
const runner = join(root, '../shared/golden/skaffold/run.mjs');
const notPassingFile = join(root, 'test/golden/not-passing.txt');
const differencesFile = join(root, 'test/golden/deliberate-differences.txt');

/** Groups whose features are built; a new group starts with its failing cases in `not-passing.txt`. */
const groups = ['parse', 'fix', 'profiles', 'inspect', 'bad', 'exec', 'tags', 'render', 'build', 'custom'];
/** Tools a tier cannot count on. */
const absentTools = ['kubectl', 'kustomize', 'helm', 'kpt', 'go'];

export const goldenIsPresent = () => existsSync(runner);

/**
 * Runs the cases.
 * @param {{ log: number, withDocker: boolean, shrink: boolean, onStart(child: object): void }} options `log`: a file
 *   descriptor for the runner's output; `shrink` takes ids that pass off `not-passing.txt`
 * @returns {Promise<{ passed: number, failed: number, complaints: string[] }>}
 */
export async function runGolden(options) {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-golden-'));
  try {
    const results = [
      ...(await runPlain(directory, options)),
      ...(options.withDocker ? await runDocker(directory, options) : []),
    ];
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
    [...command, '--skip-needs', ['docker', 'registry', ...absentTools].join(','), '--jobs', '2'],
    join(directory, 'plain.json'),
    options,
  );
}

// These cases name localhost:5000. A network of their own keeps that port free, whatever else runs on the machine.
async function runDocker(directory, options) {
  const golden = [
    process.execPath,
    runner,
    '--bin',
    wrapper(directory),
    '--only-needs',
    'docker',
    '--skip-needs',
    absentTools.join(','),
  ];
  const services = [process.execPath, servicesScript, '--registry-port', '5000', '--'];
  const inside = `export DOCKER_HOST="$SLIPWAY_TEST_DOCKER_HOST"; echo "$DOCKER_HOST" > '${hostFile(directory)}'; exec "$@"`;
  return await cases(
    [...ownNetwork(), ...services, 'sh', '-c', inside, 'sh', ...golden],
    join(directory, 'docker.json'),
    options,
  );
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

async function cases(command, json, { log, onStart }) {
  const child = start([...command, '--group', `^(${groups.join('|')})$`, '--json', json], { output: log });
  onStart(child);
  await child.ended; // Its exit code says only whether all passed.
  if (!existsSync(json)) throw new Error('the golden runner wrote no results');
  return JSON.parse(readFileSync(json, 'utf8'));
}
