#!/usr/bin/env node
// Shows the whole way on a machine with nothing but Node: starts a registry, builds and pushes an example without a
// Docker daemon, renders its manifest pinned to the digest, and cleans up. Ctrl-C and failures clean up, too.
//   node scripts/quickstart.mjs [--keep]     --keep leaves the registry running until Ctrl-C
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = join(root, 'dist/main.js');
const example = join(root, 'examples/getting-started');
const work = mkdtempSync(join(tmpdir(), 'slipway-quickstart-'));
// State of its own and none of the user's settings: what is shown is the same everywhere.
const own = { SLIPWAY_CACHE_DIR: join(work, 'cache'), SLIPWAY_ENGINE: 'embedded' };
const inherited = Object.entries(process.env).filter(([name]) => !/^(SKAFFOLD|SLIPWAY)_/.test(name));
const env = { ...Object.fromEntries(inherited), ...own };

/** Processes that are running, so that they can be ended. */
const running = new Set();
let interrupted = 0;

function start(args, stdio) {
  if (interrupted !== 0) throw new Error('interrupted');
  const child = spawn(process.execPath, args, { cwd: example, env, stdio });
  const ended = new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  running.add(child);
  ended.then(() => running.delete(child));
  return { child, ended };
}

/** Runs the program and shows what it says; throws when it fails. */
async function slipway(...args) {
  console.log(`\n$ slipway ${args.map((arg) => arg.replace(`${work}/`, '')).join(' ')}`);
  const code = await start([program, ...args], ['ignore', 'inherit', 'inherit']).ended;
  if (code !== 0) throw new Error(`slipway ${args[0]} ended with exit code ${code}`);
}

/** Starts the registry on a free port; resolves with `HOST:PORT` once it accepts connections. */
async function startRegistry() {
  const args = ['registry', 'serve', '--addr', '127.0.0.1:0', '--store', join(work, 'registry')];
  console.log('$ slipway registry serve --addr 127.0.0.1:0 --store registry &');
  const { child, ended } = start([program, ...args], ['ignore', 'pipe', 'inherit']);
  const address = new Promise((resolve) => child.stdout.once('data', (text) => resolve(String(text).trim())));
  const found = await Promise.race([address, ended]);
  if (typeof found !== 'string') throw new Error('the registry did not start');
  return { address: found, ended };
}

/** Asks the registry for the image by tag and counts the digest over the bytes it serves. */
async function verify(reference) {
  const [, host, name, tag, digest] = /^([^/]+)\/(.+):([^:@]+)@(sha256:[0-9a-f]{64})$/.exec(reference) ?? [];
  if (digest === undefined) throw new Error(`"${reference}" is not of the form HOST/NAME:TAG@sha256:DIGEST`);
  const response = await fetch(`http://${host}/v2/${name}/manifests/${tag}`);
  if (!response.ok) throw new Error(`the registry answers ${response.status} for ${name}:${tag}`);
  const served = createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest('hex');
  if (`sha256:${served}` !== digest)
    throw new Error(`the registry serves sha256:${served} for ${name}:${tag}, not ${digest}`);
}

async function main() {
  const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
  if (!existsSync(program)) throw new Error('the program is not built; run npm install first');
  const [artifacts, rendered] = [join(work, 'artifacts.json'), join(work, 'rendered.yaml')];
  const registry = await startRegistry();
  await slipway('build', `--default-repo=${registry.address}`, '--push', `--file-output=${artifacts}`);
  const offline = ['--digest-source=none', '--offline'];
  await slipway('render', `--build-artifacts=${artifacts}`, ...offline, `--output=${rendered}`);
  const manifest = readFileSync(rendered, 'utf8');
  const image = JSON.parse(readFileSync(artifacts, 'utf8')).builds[0].tag;
  if (!manifest.includes(`image: ${image}\n`)) throw new Error(`the manifest does not name ${image}`);
  await verify(image);
  console.log(`\n${manifest}\nThe registry serves these bytes: ${image}\n`);
  console.log(`example    ${relative(process.cwd(), example) || '.'}`);
  console.log(`registry   http://${registry.address}, stored in ${join(work, 'registry')}`);
  console.log(`artifacts  ${artifacts}\nmanifest   ${rendered}\n`);
  if (!values.keep)
    return console.log('All of it is removed now; `npm run quickstart -- --keep` keeps it until Ctrl-C.');
  console.log('Ctrl-C ends the registry and removes all of it.');
  await registry.ended;
}

/** Ends every process and waits for it; a second signal need not be waited for. */
async function cleanUp() {
  const ending = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)));
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(ending);
  rmSync(work, { recursive: true, force: true });
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.on(signal, () => {
    interrupted = code;
    for (const child of running) child.kill('SIGTERM');
  });
}

let exitCode = 0;
try {
  await main();
} catch (error) {
  exitCode = 1;
  if (interrupted === 0) console.error(`quickstart: ${error.message}`);
} finally {
  await cleanUp();
}
process.exitCode = interrupted === 0 ? exitCode : interrupted;
