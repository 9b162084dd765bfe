import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { BuildOutcome } from '../../../../src/core/artifact.ts';
import type { Event } from '../../../../src/core/events.ts';
import type { ImageName } from '../../../../src/core/names.ts';
import type { DockerfileBuild, ImageEngine } from '../../../../src/core/plugins.ts';
import type { Context, Files, Http } from '../../../../src/core/ports.ts';
import { dockerfileInputs } from '../../../../src/dockerfile/inputs.ts';
import { createEmbeddedEngine, type EmbeddedEngineOptions } from '../../../../src/engines/embedded/index.ts';
import type { ImageDocument } from '../../../../src/image/oci.ts';
import { openStore, type Store } from '../../../../src/store/store.ts';
import { createSystem } from '../../../../src/system/node.ts';
import { type FakeRegistry, fakeRegistry } from './fake-registry.ts';
import { flattenImage } from './flatten.ts';

/** Content of a workspace: text, or a file with a mode, a link, an empty directory. */
export type WorkspaceEntry =
  | string
  | Uint8Array
  | { readonly text: string; readonly mode: number }
  | { readonly link: string }
  | { readonly directory: number };

export interface Harness {
  readonly engine: ImageEngine;
  readonly registry: FakeRegistry;
  readonly ctx: Context;
  readonly events: Event[];
  readonly workspace: string;
  readonly storeDirectory: string;
  readonly store: Store;
  /** Paths that were read, relative to the workspace where they lie in it. */
  readonly reads: string[];
  write(files: Readonly<Record<string, WorkspaceEntry>>): void;
  request(changes?: Partial<DockerfileBuild>): Promise<DockerfileBuild>;
  build(changes?: Partial<DockerfileBuild>): Promise<Built>;
  /** Lines printed so far. */
  output(): string;
}

export interface Built {
  readonly outcome: Extract<BuildOutcome, { at: 'store' }>;
  /** One line for each entry: `mode uid:gid path [-> target]`; directories end with a slash. */
  readonly tree: readonly string[];
  /** Content hashes by path. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly document: ImageDocument;
}

export interface HarnessOptions extends EmbeddedEngineOptions {
  readonly http?: Http;
  readonly env?: Readonly<Record<string, string>>;
  readonly registry?: FakeRegistry;
  /** Replaces ports of the system, such as `files`. */
  readonly wrapFiles?: (files: Files) => Files;
}

/** An engine on the real file system below a temporary directory, with a registry in memory. */
export function harness(files: Readonly<Record<string, WorkspaceEntry>>, options: HarnessOptions = {}): Harness {
  const home = mkdtempSync(join(tmpdir(), 'slipway-embedded-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const workspace = join(home, 'workspace');
  const storeDirectory = options.storeDirectory ?? join(home, 'store');
  const registry = options.registry ?? fakeRegistry();
  const events: Event[] = [];
  const reads: string[] = [];
  const system = createSystem({ env: options.env ?? {}, cwd: home });
  const counted = countReads(system.files, workspace, reads);
  const clock = { ...system.clock, now: () => new Date(Date.now() + 60_000) };
  const real = {
    ...system,
    clock,
    registry,
    files: options.wrapFiles?.(counted) ?? counted,
    ...(options.http === undefined ? {} : { http: options.http }),
  };
  const ctx: Context = { system: real, emit: (event) => void events.push(event), signal: new AbortController().signal };
  const engine = createEmbeddedEngine({ ...options, storeDirectory });
  const store = openStore(storeDirectory, ctx);
  writeWorkspace(workspace, files);
  const request = async (changes: Partial<DockerfileBuild> = {}): Promise<DockerfileBuild> =>
    requestOf(workspace, changes, ctx);
  return {
    engine,
    registry,
    ctx,
    events,
    workspace,
    storeDirectory,
    store,
    reads,
    write: (more) => writeWorkspace(workspace, more),
    request,
    build: async (changes) => {
      const outcome = await engine.build(await request(changes), ctx);
      return describe(outcome, store, ctx);
    },
    output: () => events.map((event) => (event.type === 'output' ? event.text : '')).join(''),
  };
}

/** Old enough for fingerprints to be trusted. */
const longAgo = new Date('2020-01-01T00:00:00Z');

function writeWorkspace(workspace: string, files: Readonly<Record<string, WorkspaceEntry>>): void {
  mkdirSync(workspace, { recursive: true });
  for (const [name, entry] of Object.entries(files)) {
    const path = join(workspace, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof entry === 'string' || entry instanceof Uint8Array) {
      writeFileSync(path, entry);
      chmodSync(path, 0o644);
    } else if ('link' in entry) symlinkSync(entry.link, path);
    else if ('directory' in entry) {
      mkdirSync(path, { recursive: true });
      chmodSync(path, entry.directory);
    } else {
      writeFileSync(path, entry.text);
      chmodSync(path, entry.mode);
    }
    if (!(typeof entry === 'object' && 'link' in entry)) utimesSync(path, longAgo, longAgo);
    for (let parent = dirname(path); parent.length > workspace.length; parent = dirname(parent)) {
      if (!(typeof entry === 'object' && 'directory' in entry)) chmodSync(parent, 0o755);
    }
  }
}

function countReads(files: Files, workspace: string, reads: string[]): Files {
  const note = (path: string): string => {
    if (path.startsWith(`${workspace}/`)) reads.push(path.slice(workspace.length + 1));
    return path;
  };
  return {
    ...files,
    read: (path) => files.read(note(path)),
    readText: (path) => files.readText(note(path)),
    readIfExists: (path) => files.readIfExists(note(path)),
    readStream: (path, range) => files.readStream(note(path), range),
  };
}

async function requestOf(workspace: string, changes: Partial<DockerfileBuild>, ctx: Context): Promise<DockerfileBuild> {
  const dockerfile = changes.dockerfile ?? join(workspace, 'Dockerfile');
  const buildArgs = changes.buildArgs ?? {};
  const context =
    changes.context ?? (await dockerfileInputs({ workspace, dockerfile, buildArgs, readOnBuild: async () => [] }, ctx));
  return {
    image: 'app' as ImageName,
    workspace,
    dockerfile,
    dockerfileName: 'Dockerfile',
    target: undefined,
    platform: { os: 'linux', architecture: 'amd64' },
    noCache: false,
    pullParent: false,
    cacheFrom: [],
    network: undefined,
    addHosts: [],
    squash: false,
    tag: 'registry.test/app:v1',
    built: new Map(),
    ...changes,
    context,
    buildArgs,
  };
}

async function describe(outcome: BuildOutcome, store: Store, ctx: Context): Promise<Built> {
  if (outcome.at !== 'store') throw new Error('not in the store');
  const image = await flattenImage(outcome.digest, store, ctx);
  if (image === undefined) throw new Error('the store does not have the image');
  const tree = image.entries.map(({ path, kind, mode, uid, gid, target }) => {
    const name = kind === 'directory' ? `${path}/` : path;
    return `${mode.toString(8).padStart(4, '0')} ${uid}:${gid} ${name}${target === undefined ? '' : ` -> ${target}`}`;
  });
  const hashes = new Map(
    image.entries.flatMap(({ path, sha256 }) => (sha256 === undefined ? [] : [[path, sha256] as const])),
  );
  return { outcome, tree, hashes, document: image.document };
}
