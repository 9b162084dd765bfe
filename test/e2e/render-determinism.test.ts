import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { type Workbench, workbench } from '../support/cli.ts';

const rounds = process.env['SLIPWAY_SOAK'] === '1' ? 1000 : 50;

/** Has every directory be listed in another order each time, as file systems may. */
const shuffledDirectories = `
const fs = require('node:fs');
const { readdirSync } = fs;
fs.readdirSync = (...args) => {
  const names = readdirSync(...args);
  for (let at = names.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [names[at], names[other]] = [names[other], names[at]];
  }
  return names;
};
require('node:module').syncBuiltinESMExports();
`;

const object = (name: string): string =>
  `kind: Deployment\napiVersion: apps/v1\nmetadata: {name: "${name}", labels: {é: x, Z: y, a10: z, a2: z}}\nspec: {template: {spec: {containers: [{image: app}, {image: other}]}}}\n`;

const files: Readonly<Record<string, string>> = {
  'shuffle.cjs': shuffledDirectories,
  'skaffold.yaml':
    'apiVersion: skaffold/v4beta14\nkind: Config\nmetadata: {name: main}\nrequires: [{path: lib}]\nbuild:\n  tagPolicy: {inputDigest: {}}\n  artifacts: [{image: app}, {image: other, context: lib}]\nmanifests:\n  rawYaml: ["k8s/*", "more/*.yaml"]\n',
  'lib/skaffold.yaml':
    'apiVersion: skaffold/v4beta14\nkind: Config\nmetadata: {name: lib}\nmanifests:\n  rawYaml: ["x*.yaml"]\n',
  'lib/x.yaml': object('x'),
  'lib/Dockerfile': 'FROM scratch\nCOPY . /\n',
  Dockerfile: 'FROM scratch\nCOPY k8s /\n',
  ...Object.fromEntries(
    ['b', 'a', 'Z', 'ä', 'i', 'I', 'ı', '10', '9', '_'].map((name) => [`k8s/${name}.yaml`, object(name)]),
  ),
  ...Object.fromEntries(['y', 'x'].map((name) => [`k8s/deep/${name}.yaml`, object(name)])),
  ...Object.fromEntries(['2', '1'].map((name) => [`more/${name}.yaml`, `${object(name)}---\n${object(`${name}b`)}`])),
};

function pick<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)] as Item;
}

/** One render somewhere else in the world; the hash of what it prints. */
async function renderSomewhere(bench: Workbench): Promise<string> {
  for (const directory of ['k8s', 'more', 'lib']) rmSync(bench.path(directory), { recursive: true, force: true });
  const names = Object.keys(files).sort(() => Math.random() - 0.5);
  bench.write(Object.fromEntries(names.map((name) => [name, files[name] ?? ''])));
  const locale = pick(['C', 'C.UTF-8', 'tr_TR.UTF-8', 'de_DE.UTF-8', 'zh_CN.UTF-8', '']);
  const args = ['render', '--digest-source=tag', '--offline=true'];
  const { code, stdout, stderr } = await bench.run(args, {
    env: {
      NODE_OPTIONS: `--require=${bench.path('shuffle.cjs')}`,
      TZ: pick(['UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia']),
      LC_ALL: locale,
      LANG: locale,
      UV_THREADPOOL_SIZE: pick(['1', '2', '16']),
    },
  });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout.split('---\n')).toHaveLength(17);
  return createHash('sha256').update(stdout).digest('hex');
}

test(`${rounds} renders of a project under any order, locale, time zone and concurrency give one hash`, async () => {
  const benches = Array.from({ length: Math.min(4, availableParallelism()) }, () => workbench());
  try {
    const hashes = new Set<string>();
    let left = rounds;
    const work = async (bench: Workbench): Promise<void> => {
      while (left-- > 0) hashes.add(await renderSomewhere(bench));
    };
    await Promise.all(benches.map(work));
    expect(hashes.size).toBe(1);
  } finally {
    for (const bench of benches) bench.remove();
  }
}, 1_200_000);
