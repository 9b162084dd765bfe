import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Event } from '../../../../src/core/events.ts';
import type { Context } from '../../../../src/core/ports.ts';
import { type BuildOptions, explainBuild, runBuild } from '../../../../src/pipeline/build.ts';
import { openSession, type Session } from '../../../../src/pipeline/session.ts';
import { serveRegistry } from '../../../../src/registry/server.ts';
import { createSystem } from '../../../../src/system/node.ts';
import { seeded } from '../../../support/cli.ts';
import { createProject, type Edit, type Project } from './project.ts';

const edits = Number(process.env['SLIPWAY_EDITS'] ?? (process.env['SLIPWAY_SOAK'] === '1' ? 10_000 : 200));
const seed = Number(process.env['SLIPWAY_SEED'] ?? 6);

let home: string;
let registry: Awaited<ReturnType<typeof serveRegistry>>;
let address: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'slipway-exact-home-'));
  registry = await serveRegistry({ address: '127.0.0.1:0', store: join(home, 'registry') }, contextIn(home, 'server'));
  address = `127.0.0.1:${registry.port}`;
});
afterAll(async () => {
  await registry?.close();
  rmSync(home, { recursive: true, force: true });
});

interface Run extends Context {
  readonly events: Event[];
}

function contextIn(cwd: string, cache: string): Run {
  const events: Event[] = [];
  const env = { HOME: home, XDG_CACHE_HOME: join(home, cache), PATH: '/usr/bin:/bin', KUBECONFIG: '/nonexistent' };
  return {
    system: createSystem({ env, cwd }),
    emit: (event) => void events.push(event),
    signal: new AbortController().signal,
    events,
  };
}

const options: BuildOptions = {
  runMode: 'build',
  buildImages: [],
  tag: '',
  platforms: [],
  onePlatform: false,
  push: undefined,
  concurrency: -1,
  cacheArtifacts: true,
  cacheFile: undefined,
  muteLogs: [],
  skip: undefined,
};

async function inSession<T>(ctx: Context, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(
    {
      load: {
        filename: 'skaffold.yaml',
        profiles: [],
        modules: [],
        command: 'build',
        profileAutoActivation: true,
        propagateProfiles: true,
        kubeContext: undefined,
        kubeconfig: undefined,
      },
      defaultRepo: undefined,
      globalConfigFile: undefined,
      insecureRegistries: [],
      detectMinikube: false,
      engine: 'embedded',
    },
    ctx,
  );
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** A build; its reference holds the image's id. */
async function build(ctx: Context, more: Partial<BuildOptions> = {}): Promise<string> {
  return (await inSession(ctx, (session) => runBuild(session, { ...options, ...more })))[0]?.tag ?? '';
}

async function makeBase(content: string): Promise<string> {
  const { mkdirSync, writeFileSync } = await import('node:fs');
  const directory = join(home, `base-${content}`);
  mkdirSync(directory);
  writeFileSync(join(directory, 'Dockerfile'), `FROM scratch\nLABEL base=${content}\n`);
  writeFileSync(
    join(directory, 'skaffold.yaml'),
    `apiVersion: skaffold/v4beta14\nkind: Config\nbuild:\n  local: {push: true}\n  tagPolicy: {envTemplate: {template: ${content}}}\n  artifacts: [{image: ${address}/base}]\n`,
  );
  await build(contextIn(directory, 'bases'));
  return `${address}/base:${content}`;
}

interface Counts {
  stale: string[];
  needless: string[];
  misnamed: string[];
  built: number;
  found: number;
}

async function step(project: Project, edit: Edit, seen: Set<string>, counts: Counts, round: number): Promise<void> {
  const explained = await inSession(contextIn(project.directory, 'cache'), (session) => explainBuild(session, options));
  const run = contextIn(project.directory, 'cache');
  const image = await build(run);
  const oracle = await build(contextIn(project.directory, `oracle-${round}`), { cacheArtifacts: false });
  rmSync(join(home, `oracle-${round}`), { recursive: true, force: true });
  const isBuilt = run.events.some((event) => event.type === 'artifact-started');
  const note = `${round}: ${edit.what}: ${JSON.stringify(explained)}`;
  if (image !== oracle) counts.stale.push(note);
  if (isBuilt && seen.has(oracle)) counts.needless.push(note);
  if (isBuilt !== (explained[0]?.status !== 'found') || !isNamed(edit, explained[0]?.changes ?? [], isBuilt))
    counts.misnamed.push(note);
  seen.add(oracle);
  if (isBuilt) counts.built += 1;
  else counts.found += 1;
}

/** Every change is one that the edit made, and a build has at least one. */
function isNamed(
  { kinds, names }: Edit,
  changes: readonly { readonly kind: string; readonly name: string }[],
  isBuilt: boolean,
): boolean {
  if (isBuilt && changes.length === 0) return false;
  const anyKind = (kinds as readonly string[]).includes('*');
  return changes.every(
    ({ kind, name }) =>
      (anyKind || (kinds as readonly string[]).includes(kind)) && (names.includes('*') || names.includes(name)),
  );
}

test(`${edits} random edits: no stale image, no needless build, and the edit is named`, async () => {
  const random = seeded(seed);
  const project = createProject(random, [await makeBase('a'), await makeBase('b')]);
  const counts: Counts = { stale: [], needless: [], misnamed: [], built: 0, found: 0 };
  const seen = new Set<string>();
  await build(contextIn(project.directory, 'cache'));
  for (let round = 0; round < edits; round += 1) await step(project, project.edit(), seen, counts, round);
  project.remove();
  expect({ stale: counts.stale, needless: counts.needless, misnamed: counts.misnamed }).toEqual({
    stale: [],
    needless: [],
    misnamed: [],
  });
  expect(counts.built).toBeGreaterThan(edits / 4);
  expect(counts.found).toBeGreaterThan(0);
}, 3_600_000);
