import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** Folder → layer. A file may import its own folder and folders of a lower layer. */
const layers: Readonly<Record<string, number>> = {
  core: 0,
  go: 1,
  yaml: 1,
  dockerfile: 1,
  image: 1,
  config: 2,
  manifest: 2,
  graph: 2,
  hooks: 2,
  store: 2,
  system: 2,
  tag: 3,
  build: 3,
  engines: 3,
  render: 3,
  registry: 3,
  init: 3,
  pipeline: 4,
  report: 4,
  cli: 5,
};

/** Package → the only files that may import it. */
const packages: Readonly<Record<string, RegExp>> = {
  execa: /^system\//,
  dockerode: /^engines\/docker\//,
  '@grpc/grpc-js': /^engines\/buildkit\//,
  'smol-toml': /^build\/builders\/buildpacks\/toml\.ts$/,
  listr2: /^report\/listr\.ts$/,
  yaml: /^yaml\//,
};

/** Node modules without side effects outside the process: allowed everywhere. */
const pureNodeModules = new Set([
  'path',
  'crypto',
  'zlib',
  'stream',
  'stream/promises',
  'util',
  'buffer',
  'events',
  'url',
  'timers',
  'string_decoder',
]);

/** Files that may import other node modules, and why. */
const nodeExceptions: readonly { readonly files: RegExp; readonly why: string }[] = [
  { files: /^system\//, why: 'the edge itself' },
  { files: /^engines\//, why: 'engines speak their own protocols' },
  { files: /^main\.ts$/, why: 'the executable' },
];

const sources = (readdirSync('src', { recursive: true }) as string[]).filter((file) => /\.(ts|js)$/.test(file)).sort();
const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : 'top');
const layerOf = (file: string): number => (roomOf(file) === 'top' ? 6 : (layers[roomOf(file)] ?? Number.NaN));

function importsOf(file: string): string[] {
  const text = readFileSync(join('src', file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const statements =
    /^\s*(?:import|export)\s[^;'"]*?from\s*['"]([\w@./:-]+)['"]|^\s*import\s*['"]([\w@./:-]+)['"]|\bimport\(\s*['"]([\w@./:-]+)['"]/gm;
  return [...text.matchAll(statements)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function violations(): string[] {
  const found: string[] = [];
  for (const file of sources) {
    for (const specifier of importsOf(file)) {
      const complaint = specifier.startsWith('.') ? checkRelative(file, specifier) : checkPackage(file, specifier);
      if (complaint !== undefined) found.push(`${file} imports ${specifier}: ${complaint}`);
    }
  }
  return found;
}

function checkRelative(file: string, specifier: string): string | undefined {
  const target = normalize(join(dirname(file), specifier));
  if (target.startsWith('..')) return 'outside src';
  const [from, to] = [roomOf(file), roomOf(target)];
  if (from === to) return undefined;
  if (layerOf(target) >= layerOf(file))
    return `${from} (layer ${layerOf(file)}) may not use ${to} (layer ${layerOf(target)})`;
  if (layerOf(file) === 3 && to === 'system') return 'phases get ports through their context';
  if (from === 'report' && to !== 'core') return 'reporters know events only';
  return undefined;
}

function checkPackage(file: string, specifier: string): string | undefined {
  const bare = specifier.replace(/^node:/, '');
  if (specifier.startsWith('node:')) {
    if (pureNodeModules.has(bare) || nodeExceptions.some(({ files }) => files.test(file))) return undefined;
    return 'only system/ does I/O';
  }
  const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : (specifier.split('/')[0] ?? '');
  const allowed = packages[name];
  if (allowed === undefined) return 'no room is named for this package';
  return allowed.test(file) ? undefined : `only ${allowed.source} may`;
}

test('every source file lies in a known room', () => {
  expect(sources.length).toBeGreaterThan(5);
  expect(sources.filter((file) => Number.isNaN(layerOf(file)))).toEqual([]);
});

test('imports point to lower layers only, and side effects stay at the edge', () => {
  expect(violations()).toEqual([]);
});

test('the table in src/README.md is this one', () => {
  const rows = [...readFileSync('src/README.md', 'utf8').matchAll(/^\| `([a-z]+)` \| (\d) \|/gm)];
  expect(Object.fromEntries(rows.map(([, room, layer]) => [room, Number(layer)]))).toEqual(layers);
});
