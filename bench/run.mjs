#!/usr/bin/env node
// Times whole processes, as a user pays for them: CPU (user + system) and wall time, beside a bare `node -e 0`,
// all in one run on one machine. Rounds are interleaved, so that a busy moment hits every scenario alike.
//
//   npm run bench                    all scenarios, 15 rounds
//   npm run bench -- --rounds 5 --only render --json out.json
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildScenarios, judgeBuilds } from './build.mjs';
import { judgeRenders, renderScenarios } from './render.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'dist', 'main.js');
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);

/** The budgets over bare node, in milliseconds; undefined where a scenario has none of that kind. */
const budgets = {
  version: { cpu: 20 },
  'render tutorial': { cpu: 60 },
  'config of v4': { cpu: 40 },
  'config of v1beta': { cpu: 80 },
  'config of 300 modules': { cpu: 400 },
  'build unchanged': { wall: 150 },
  'build one file changed': { wall: 220 },
};

const work = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
const environment = {
  PATH: process.env.PATH,
  HOME: join(work, 'home'),
  XDG_CACHE_HOME: join(work, 'cache'),
  LANG: 'C.UTF-8',
  DOCKER_HOST: 'unix:///nonexistent/docker.sock',
};
mkdirSync(environment.HOME, { recursive: true });

/** Runs a command and returns { cpu, wall } in milliseconds; bash's `time` reads the child's rusage. */
function time(command, cwd) {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>"$0"';
  const errors = join(work, 'stderr');
  const run = spawnSync('bash', ['-c', script, errors, ...command], { cwd, env: environment, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${command.join(' ')} failed: ${readFileSync(errors, 'utf8')}`);
  const [wall, user, system] = run.stderr
    .trim()
    .split(/\s+/)
    .slice(-3)
    .map((seconds) => Number(seconds) * 1000);
  return { cpu: user + system, wall };
}

/** The largest resident set of a run in KiB, as the process itself tells at its end. */
function peakMemory(command, cwd) {
  const answer = join(work, 'memory');
  const hook = join(work, 'memory.cjs');
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(answer)}, String(process.resourceUsage().maxRSS)));\n`,
  );
  const [program, ...args] = command;
  execFileSync(program, ['--require', hook, ...args], { cwd, env: environment, stdio: 'ignore' });
  return Number(readFileSync(answer, 'utf8'));
}

function has(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

async function startRegistry() {
  const child = spawn(
    process.execPath,
    [main, 'registry', 'serve', '--addr', '127.0.0.1:0', '--store', join(work, 'registry')],
    {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const address = await new Promise((resolve, reject) => {
    child.stdout.once('data', (text) => resolve(String(text).trim().split('\n')[0]));
    child.once('exit', (code) => reject(new Error(`the registry ended with ${code}`)));
  });
  return { address, stop: () => child.kill('SIGTERM') };
}

/** A project of 200 files (2.7 MB) and one that changes from round to round. */
function makeProject() {
  const directory = join(work, 'project');
  mkdirSync(join(directory, 'files'), { recursive: true });
  for (let index = 0; index < 200; index += 1)
    writeFileSync(join(directory, 'files', `f${index}.txt`), `${index} `.repeat(4000));
  writeFileSync(join(directory, 'changing.txt'), 'start\n');
  writeFileSync(
    join(directory, 'Dockerfile'),
    'FROM scratch\nWORKDIR /app\nCOPY files files/\nCOPY changing.txt .\nENV A=b\nCMD ["/app/run"]\n',
  );
  writeFileSync(
    join(directory, 'skaffold.yaml'),
    'apiVersion: skaffold/v4beta14\nkind: Config\nbuild:\n  tagPolicy:\n    envTemplate: {template: v1}\n  artifacts:\n  - image: bench-app\n',
  );
  return directory;
}

/** Configurations to parse, upgrade, validate and resolve: one of today, an old one, and 300 modules with two artifacts each. */
function makeConfigurations() {
  const fixtures = join(root, 'test', 'fixtures', 'config', 'real');
  const write = (directory, text) => {
    mkdirSync(join(work, directory), { recursive: true });
    writeFileSync(join(work, directory, 'skaffold.yaml'), text);
    return join(work, directory);
  };
  const head = 'apiVersion: skaffold/v4beta11\nkind: Config\n';
  const module = (index) =>
    `${head}metadata: {name: m${index}}\nbuild:\n  artifacts:\n${[1, 2]
      .map(
        (n) =>
          `  - image: example.com/m${index}-${n}\n    docker:\n      dockerfile: Dockerfile\n      buildArgs: {A: "${n}"}\n`,
      )
      .join('')}manifests:\n  rawYaml: [k8s/*.yaml]\n`;
  const names = Array.from({ length: 300 }, (_, index) => index + 1);
  for (const index of names) write(join('modules', `m${index}`), module(index));
  const required = names.map((index) => `- {path: ./m${index}, configs: [m${index}]}\n`).join('');
  write(join('v4', 'payments'), `${head}metadata: {name: payments}\n`);
  return {
    v4: write(
      'v4',
      readFileSync(join(fixtures, 'shop.yaml'), 'utf8').replace('&target ', '').replace('*target', 'release'),
    ),
    v1beta: write('v1beta', readFileSync(join(fixtures, 'old.yaml'), 'utf8')),
    modules: write('modules', `${head}metadata: {name: all}\nrequires:\n${required}`),
  };
}

function scenarios(registry, project) {
  const tutorial = join(work, 'tutorial');
  cpSync(join(root, 'examples', 'getting-started'), tutorial, { recursive: true });
  const image = readFileSync(join(tutorial, 'skaffold.yaml'), 'utf8').match(/image:\s*(\S+)/)[1];
  const digest = `sha256:${'ab'.repeat(32)}`;
  writeFileSync(
    join(tutorial, 'artifacts.json'),
    JSON.stringify({ builds: [{ imageName: image, tag: `registry.example.com/p/${image}:v1@${digest}` }] }),
  );
  const build = [process.execPath, main, 'build', '-q', '--engine=embedded', `--default-repo=${registry}/bench`];
  const renderFlags = ['render', '--build-artifacts=artifacts.json', '--digest-source=none', '--offline=true'];
  const diagnose = [process.execPath, main, 'diagnose', '--yaml-only'];
  const configurations = makeConfigurations();
  let change = 0;
  const list = [
    { name: 'node -e 0', command: [process.execPath, '-e', '0'], cwd: work },
    { name: 'version', command: [process.execPath, main, 'version'], cwd: work },
    { name: 'render tutorial', command: [process.execPath, main, ...renderFlags], cwd: tutorial },
    { name: 'config of v4', command: diagnose, cwd: configurations.v4 },
    { name: 'config of v1beta', command: diagnose, cwd: configurations.v1beta },
    { name: 'config of 300 modules', command: diagnose, cwd: configurations.modules },
    { name: 'build unchanged', command: build, cwd: project },
    {
      name: 'build one file changed',
      command: build,
      cwd: project,
      before: () => {
        change += 1;
        writeFileSync(join(project, 'changing.txt'), `change ${change} ${process.pid}\n`);
      },
    },
  ];
  if (has('skaffold'))
    list.push({ name: 'skaffold render tutorial', command: ['skaffold', ...renderFlags], cwd: tutorial });
  list.push(...renderScenarios({ work, main, environment, has }));
  list.push(...buildScenarios({ work, main, registry, has, only: options.only }));
  return list.filter(({ name }) => name === 'node -e 0' || name.includes(options.only));
}

function summary(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[Math.floor(sorted.length / 2)] };
}

function report(results) {
  const bare = results.get('node -e 0');
  const rows = [...results].map(([name, samples]) => {
    const cpu = summary(samples.map((sample) => sample.cpu));
    const wall = summary(samples.map((sample) => sample.wall));
    const over = {
      cpu: cpu.min - summary(bare.map((s) => s.cpu)).min,
      wall: wall.min - summary(bare.map((s) => s.wall)).min,
    };
    return { name, cpu, wall, over, budget: budgets[name] };
  });
  const number = (value) => value.toFixed(0).padStart(6);
  console.log(
    `${'milliseconds, min (median)'.padEnd(28)}${'CPU'.padStart(16)}${'wall'.padStart(16)}${'over bare node'.padStart(22)}   budget`,
  );
  for (const { name, cpu, wall, over, budget } of rows) {
    const limit =
      budget === undefined
        ? ''
        : Object.entries(budget)
            .map(([kind, value]) => `${kind} ${value}: ${over[kind] <= value ? 'kept' : 'MISSED'}`)
            .join(', ');
    console.log(
      `${name.padEnd(28)}${number(cpu.min)} (${number(cpu.median)})  ${number(wall.min)} (${number(wall.median)})   cpu ${number(over.cpu)} wall ${number(over.wall)}   ${limit}`,
    );
  }
  return rows;
}

const registry = await startRegistry();
try {
  const project = makeProject();
  const list = scenarios(registry.address, project);
  const results = new Map(list.map(({ name }) => [name, []]));
  for (const { command, cwd, before, rounds: most = rounds } of list) {
    if (most < rounds) continue;
    before?.();
    time(command, cwd);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, command, cwd, before, learn, rounds: most = rounds } of list) {
      if (round >= most) continue;
      before?.();
      if (learn) execFileSync(command[0], command.slice(1), { cwd, env: environment, stdio: 'ignore' });
      // A changed build leaves the next unchanged one something to do; settle it outside the measured time.
      if (name === 'build unchanged')
        execFileSync(command[0], command.slice(1), { cwd, env: environment, stdio: 'ignore' });
      results.get(name).push(time(command, cwd));
    }
  }
  const rows = report(results);
  for (const { name, command, cwd, before, memory } of list) {
    if (memory !== true) continue;
    before?.();
    rows.find((row) => row.name === name).memory = peakMemory(command, cwd);
  }
  const verdicts = [...judgeRenders(rows, list), ...judgeBuilds(rows, list, environment)];
  for (const { text, ok } of verdicts) console.log(`${ok ? 'kept  ' : 'MISSED'} ${text}`);
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ node: process.version, rounds, rows }, undefined, 2)}\n`);
  const missed = rows.filter(
    ({ budget, over }) => budget !== undefined && Object.entries(budget).some(([kind, value]) => over[kind] > value),
  );
  if (options.check && (missed.length > 0 || verdicts.some(({ ok }) => !ok))) process.exitCode = 1;
} finally {
  registry.stop();
  rmSync(work, { recursive: true, force: true });
}
