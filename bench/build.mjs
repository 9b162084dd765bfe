// Builds: what an unchanged context costs to look at, and what many small images cost, unchanged, changed and from nothing;
// beside what a Docker Engine, BuildKit and Skaffold take for the same in the same minutes, where they are there.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const header =
  'apiVersion: skaffold/v4beta14\nkind: Config\nbuild:\n  tagPolicy:\n    envTemplate: {template: v1}\n  artifacts:\n';

/** 30,000 files in 3,000 directories, one image. */
function makeContext(directory) {
  for (let index = 0; index < 3000; index += 1) {
    const path = join(directory, 'src', `m${Math.floor(index / 55)}`, `d${index}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < 10; file += 1)
      writeFileSync(join(path, `file${file}.txt`), `content ${index} ${file}\n`.repeat(10));
  }
  writeFileSync(join(directory, 'Dockerfile'), 'FROM scratch\nCOPY . /app/\n');
  writeFileSync(join(directory, 'skaffold.yaml'), `${header}  - image: large\n`);
  return directory;
}

/** 50 images of 40 files each. */
function makeServices(directory) {
  let artifacts = '';
  for (let index = 0; index < 50; index += 1) {
    const name = `svc${index}`;
    mkdirSync(join(directory, name, 'src'), { recursive: true });
    for (let file = 0; file < 39; file += 1)
      writeFileSync(join(directory, name, 'src', `f${file}.txt`), `service ${index} file ${file}\n`.repeat(20));
    writeFileSync(join(directory, name, 'Dockerfile'), 'FROM scratch\nCOPY src /app/\nCMD ["/app/run"]\n');
    artifacts += `  - image: ${name}\n    context: ${name}\n`;
  }
  writeFileSync(join(directory, 'skaffold.yaml'), `${header}${artifacts}`);
  return directory;
}

/** Scenarios for the list of `run.mjs`; their store is their own. */
export function buildScenarios({ work, main, registry, has, only }) {
  if (!only.includes('build') && only !== '') return [];
  const cache = join(work, 'build-cache');
  const cold = join(work, 'cold-cache');
  const build = (directory, ...more) => [
    'env',
    `SLIPWAY_CACHE_DIR=${directory}`,
    process.execPath,
    main,
    'build',
    '-q',
    '--engine=embedded',
    ...more,
  ];
  const large = makeContext(join(work, 'large'));
  const services = makeServices(join(work, 'services'));
  const to = (name) => `--default-repo=${registry}/${name}`;
  let change = 0;
  let repository = 0;
  // Its last word changes from round to round.
  const fresh = build(cold, to('cold'));
  return [
    { name: 'build 30000 files unchanged', command: build(cache, to('large')), cwd: large, counts: true },
    { name: 'build 50 unchanged', command: build(cache, to('services')), cwd: services },
    {
      name: 'build 50, one changed',
      command: build(cache, to('services')),
      cwd: services,
      before: () => {
        change += 1;
        writeFileSync(join(services, 'svc7/src/f3.txt'), `change ${change}\n`);
      },
    },
    {
      name: 'build 50 from nothing',
      command: fresh,
      cwd: services,
      before: () => {
        repository += 1;
        rmSync(cold, { recursive: true, force: true });
        fresh[fresh.length - 1] = to(`cold-${repository}`);
      },
    },
    ...peers(services, registry, has),
  ];
}

/** The same 50 images by other tools. `run.mjs` hides daemons from everything else, so they are named here. */
function peers(cwd, registry, has) {
  const { DOCKER_HOST: docker, BUILDKIT_HOST: buildkit } = process.env;
  const withDocker = docker === undefined ? 'env -u DOCKER_HOST' : `env DOCKER_HOST=${docker}`;
  const hasDocker = has('docker') && spawnSync('sh', ['-c', `${withDocker} docker info`]).status === 0;
  const each = (line) => ['sh', '-ec', `for d in svc*; do ${line}; done`];
  const list = [];
  if (hasDocker)
    list.push({ name: 'docker, 50 images', command: each(`${withDocker} docker build -q "$d"`), cwd, rounds: 2 });
  if (has('buildctl') && buildkit !== undefined) {
    const flags = '--frontend dockerfile.v0 --local context="$d" --local dockerfile="$d"';
    list.push({
      name: 'buildctl, 50 images',
      command: each(`buildctl --addr ${buildkit} build ${flags}`),
      cwd,
      rounds: 2,
    });
  }
  if (hasDocker && has('skaffold')) {
    const line = `${withDocker} skaffold build -q --default-repo=${registry}/skaffold`;
    list.push({ name: 'skaffold, 50 images', command: ['sh', '-ec', line], cwd, rounds: 2 });
  }
  return list;
}

const limits = [
  ['build 30000 files unchanged', 'wall', 350],
  ['build 50 unchanged', 'wall', 300],
  ['build 50, one changed', 'wall', 400],
  ['build 50 from nothing', 'wall', 1500],
  ['build 50 from nothing', 'cpu', 1000],
];

/** What the figures have to be, as lines to print: `ok` says whether it is kept. */
export function judgeBuilds(rows, scenarios, environment) {
  const row = (name) => rows.find((candidate) => candidate.name === name);
  const verdicts = limits.flatMap(([name, kind, limit]) => {
    const figures = row(name);
    if (figures === undefined) return [];
    const value = figures[kind].min;
    return [{ text: `${name}, ${kind}: ${Math.round(value)} ms of ${limit} ms`, ok: value <= limit }];
  });
  for (const { name, command, cwd, counts } of scenarios) {
    if (counts !== true) continue;
    const text = spawnSync(command[0], [...command.slice(1), '-v', 'debug'], {
      cwd,
      env: environment,
      encoding: 'utf8',
    });
    const [, inputs = '0', read = 'unknown'] = /looked at (\d+) inputs and read (\d+) files/.exec(text.stderr) ?? [];
    verdicts.push({
      text: `${name}: ${inputs} inputs, ${read} files read`,
      ok: Number(inputs) > 30_000 && read === '0',
    });
  }
  const own = row('build 50 from nothing');
  for (const { name, wall } of rows) {
    const peer = /^(\w+), 50 images$/.exec(name)?.[1];
    if (peer !== undefined && own !== undefined)
      verdicts.push({
        text: `${peer} takes ${(wall.min / own.wall.min).toFixed(1)} times as long for 50 images`,
        ok: true,
      });
  }
  return verdicts;
}
