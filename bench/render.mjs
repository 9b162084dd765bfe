// Renders of many manifests: how the cost grows, what it is for real manifests, what an unchanged second render costs, and
// what other tools take for the same in the same minutes.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const digest = `sha256:${'ab'.repeat(32)}`;
const flags = ['render', '--build-artifacts=artifacts.json', '--digest-source=none', '--offline=true'];
/** Recorded inputs of real projects, where they lie beside this one. */
const corpus = fileURLToPath(new URL('../../shared/golden/skaffold/render', import.meta.url));

/** A Deployment of thirty lines with two images. */
function deployment(index) {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${index}
  namespace: team-${index % 20}
  labels:
    app: app-${index}
    tier: backend
spec:
  replicas: ${(index % 5) + 1}
  selector:
    matchLabels:
      app: app-${index}
  template:
    metadata:
      labels:
        app: app-${index}
    spec:
      containers:
      - name: main
        image: bench-web
        ports:
        - containerPort: 8080
        env:
        - name: LEVEL
          value: "info"
      - name: sidecar
        image: bench-proxy:v2
        args: ["--port", "9090"]
        resources:
          limits: {cpu: 500m, memory: 128Mi}
`;
}

function makeProject(directory, manifests) {
  mkdirSync(join(directory, 'k8s'), { recursive: true });
  for (const [name, text] of Object.entries(manifests)) writeFileSync(join(directory, 'k8s', name), text);
  const images = ['bench-web', 'bench-proxy'];
  writeFileSync(
    join(directory, 'skaffold.yaml'),
    `apiVersion: skaffold/v4beta11\nkind: Config\nbuild:\n  artifacts: [${images.map((image) => `{image: ${image}}`).join(', ')}]\nmanifests:\n  rawYaml: ["k8s/*.yaml"]\n`,
  );
  const builds = images.map((imageName) => ({ imageName, tag: `registry.example.com/${imageName}:v1@${digest}` }));
  writeFileSync(join(directory, 'artifacts.json'), JSON.stringify({ builds }));
  return directory;
}

function deployments(work, count) {
  const text = Array.from({ length: count }, (_, index) => deployment(index)).join('---\n');
  const directory = makeProject(join(work, `render-${count}`), { 'all.yaml': text });
  writeFileSync(
    join(directory, 'kustomization.yaml'),
    `resources: [k8s/all.yaml]\nimages: [{name: bench-web, newName: registry.example.com/bench-web, digest: "${digest}"}, {name: bench-proxy, newName: registry.example.com/bench-proxy, digest: "${digest}"}]\n`,
  );
  const overrides = ['bench-web', 'bench-proxy:v2'].map(
    (image) =>
      `- {image: "${image}", newImage: "registry.example.com/${image.split(':')[0]}@${digest}", preresolved: true}\n`,
  );
  writeFileSync(
    join(directory, 'kbld.yml'),
    `apiVersion: kbld.k14s.io/v1alpha1\nkind: Config\noverrides:\n${overrides.join('')}`,
  );
  return directory;
}

/** Manifests of real projects that render, several times over, and their size in bytes; undefined without a corpus. */
function realManifests(work) {
  if (!existsSync(corpus)) return undefined;
  const cases = readdirSync(corpus).filter((name) => name.startsWith('real-') && succeeds(join(corpus, name)));
  const copies = 4;
  const manifests = {};
  for (const name of cases) {
    const file = join(corpus, name, 'input', 'm.yaml');
    if (!existsSync(file)) continue;
    for (let copy = 0; copy < copies; copy += 1) manifests[`${name}-${copy}.yaml`] = readFileSync(file, 'utf8');
  }
  const directory = makeProject(join(work, 'render-real'), manifests);
  return { directory, bytes: sizeBelow(join(directory, 'k8s')) };
}

function succeeds(directory) {
  const file = join(directory, 'expected', 'exit');
  return !existsSync(file) || readFileSync(file, 'utf8').trim() === '0';
}

function sizeBelow(directory) {
  return readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
}

/**
 * Scenarios for the list of `run.mjs`. `rounds` bounds how often the long ones are run; those with `memory` are asked for
 * their largest resident set.
 */
export function renderScenarios({ work, main, environment, has }) {
  const command = [process.execPath, main, ...flags];
  const forget = () => rmSync(join(environment.XDG_CACHE_HOME, 'slipway'), { recursive: true, force: true });
  const render = (count, more = {}) => ({
    name: `render ${count}`,
    command,
    cwd: deployments(work, count),
    before: forget,
    bytes: statSync(join(work, `render-${count}`, 'k8s/all.yaml')).size,
    ...more,
  });
  const list = [
    render(2000),
    render(4000, { memory: true }),
    render(16_000, { rounds: 3 }),
    render(32_000, { rounds: 3 }),
  ];
  const real = realManifests(work);
  if (real !== undefined) {
    list.push({ name: 'render real', command, cwd: real.directory, before: forget, bytes: real.bytes });
  }
  // After `forget` of another scenario the store has to learn it again, outside the measured time.
  const [{ cwd }] = list;
  list.push({ name: 'render unchanged', command, cwd, learn: true });
  const peers = {
    'kustomize render 2000': ['kustomize', 'build', '.'],
    'kbld render 2000': ['kbld', '-f', 'k8s', '-f', 'kbld.yml'],
    'skaffold render 2000': ['skaffold', ...flags],
  };
  for (const [name, peer] of Object.entries(peers))
    if (has(peer[0])) list.push({ name, command: peer, cwd, rounds: 3 });
  return list;
}

/** What the figures have to be, as lines to print: `ok` says whether it is kept. */
export function judgeRenders(rows, scenarios) {
  const bare = rows.find(({ name }) => name === 'node -e 0');
  const row = (name) => rows.find((candidate) => candidate.name === name);
  const bytes = (name) => scenarios.find((scenario) => scenario.name === name)?.bytes;
  const verdicts = [];
  const judge = (text, value, limit, unit = '') =>
    verdicts.push({ text: `${text}: ${Number(value.toPrecision(3))}${unit} of ${limit}${unit}`, ok: value <= limit });
  if (row('render 2000')) judge('2,000 Deployments, CPU', row('render 2000').cpu.min, 450, ' ms');
  if (row('render 4000')) judge('4,000 Deployments, CPU', row('render 4000').cpu.min, 750, ' ms');
  if (row('render 32000') && row('render 16000'))
    judge('32,000 over 16,000, CPU', row('render 32000').cpu.min / row('render 16000').cpu.min, 2.4, 'x');
  const memory = row('render 4000')?.memory;
  if (memory !== undefined) judge('largest resident set at 4,000', memory / 1024, 250, ' MiB');
  if (row('render unchanged')) judge('unchanged second render, wall', row('render unchanged').wall.min, 150, ' ms');
  if (row('render real') && row('render 2000')) {
    const rate = (name) => (row(name).cpu.min - bare.cpu.min) / bytes(name);
    judge('real manifests over generated ones, CPU per byte', rate('render real') / rate('render 2000'), 2, 'x');
  }
  for (const { name, cpu } of rows) {
    const peer = /^(\w+) render 2000$/.exec(name)?.[1];
    if (peer !== undefined && peer !== 'render')
      verdicts.push({
        text: `${peer} takes ${(cpu.min / row('render 2000').cpu.min).toFixed(1)} times the CPU for 2,000 Deployments`,
        ok: true,
      });
  }
  return verdicts;
}
