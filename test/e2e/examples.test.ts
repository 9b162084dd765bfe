import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { createClient, sha } from '../contract/distribution/client.ts';
import { program } from '../support/cli.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const names = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** A copy of an example as a person has it: committed, tagged, and with `slipway` on the path. */
interface Copy {
  readonly directory: string;
  /** Runs a command of the path in the example; its standard output. */
  run(command: string, args: readonly string[]): string;
  start(command: string, args: readonly string[]): ChildProcess;
  read(file: string): string;
  remove(): void;
}

function copyOf(name: string): Copy {
  const home = mkdtempSync(join(tmpdir(), 'slipway-example-'));
  const directory = join(home, name);
  const bin = join(home, 'bin');
  cpSync(join(root, 'examples', name), directory, { recursive: true });
  mkdirSync(bin);
  symlinkSync(program, join(bin, 'slipway'));
  const env = {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: home,
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
    KUBECONFIG: join(home, 'no-kubeconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const run = (command: string, args: readonly string[]): string => {
    const result = spawnSync(command, args, { cwd: directory, env, encoding: 'utf8', timeout: 120_000 });
    if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.status} ${result.stderr}`);
    return result.stdout;
  };
  run('git', ['init', '--quiet']);
  run('git', ['add', '--all']);
  run('git', [
    '-c',
    'user.name=Example',
    '-c',
    'user.email=example@example.com',
    'commit',
    '--quiet',
    '--message',
    'The example',
  ]);
  run('git', ['tag', 'v1']);
  return {
    directory,
    run,
    start: (command, args) => spawn(command, args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'inherit'] }),
    read: (file) => readFileSync(join(directory, file), 'utf8'),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** The commands of a README's `sh` blocks, in order. */
function shellBlocks(readme: string): readonly string[] {
  return [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
}

function placeholders(config: string): readonly string[] {
  const { build } = parse(config) as { build: { artifacts: { image: string }[] } };
  return build.artifacts.map(({ image }) => image);
}

/** The text of every `image:` of a container. */
function imagesIn(manifests: string): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown, key?: string): void => {
    if (key === 'containers' && Array.isArray(value)) found.push(...value.map(({ image }) => image));
    else if (typeof value === 'object' && value !== null)
      for (const [name, child] of Object.entries(value)) visit(child, name);
  };
  for (const document of parseAllDocuments(manifests)) visit(document.toJS());
  return found;
}

test('there are examples', () => {
  expect(names).toEqual(expect.arrayContaining(['getting-started', 'multi-stage', 'static-site', 'two-artifacts']));
});

describe.each(names)('%s', (name) => {
  let copy: Copy;
  beforeAll(() => {
    copy = copyOf(name);
  });
  afterAll(() => copy.remove());

  test('the configuration is valid by the published schema of its version', () => {
    const config = parse(copy.read('skaffold.yaml')) as { apiVersion: string };
    const schema = JSON.parse(
      readFileSync(join(root, 'schemas', `${config.apiVersion.replace('skaffold/', '')}.json`), 'utf8'),
    );
    const validate = new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(schema);
    validate(config);
    expect(validate.errors).toBeNull();
  });

  test.each(['none', 'tag'])('render --digest-source=%s gives what is expected, offline', (source) => {
    copy.run('slipway', ['render', `--digest-source=${source}`, '--offline', '--output=rendered.yaml']);
    expect(copy.read('rendered.yaml')).toBe(copy.read(`expected/${source}.yaml`));
  });

  test('what is built and pushed is what the registry serves and the manifests name', async () => {
    const registry = copy.start('slipway', ['registry', 'serve', '--addr', '127.0.0.1:0', '--store', 'images']);
    try {
      const address = await firstLine(registry);
      copy.run('slipway', ['build', `--default-repo=${address}`, '--push', '--file-output=artifacts.json']);
      copy.run('slipway', [
        'render',
        '--build-artifacts=artifacts.json',
        '--digest-source=none',
        '--offline',
        '--output=rendered.yaml',
      ]);
      const { builds } = JSON.parse(copy.read('artifacts.json')) as { builds: { imageName: string; tag: string }[] };
      expect(builds.map(({ imageName }) => imageName)).toEqual(placeholders(copy.read('skaffold.yaml')));
      for (const { tag } of builds) expect(await servedDigest(tag)).toBe(tag.split('@')[1]);
      const tags = builds.map(({ tag }) => tag);
      const images = imagesIn(copy.read('rendered.yaml'));
      expect(images.length).toBeGreaterThan(0);
      for (const image of images) expect(tags).toContain(image);
      expect(withoutPins(copy.read('rendered.yaml'), builds)).toBe(copy.read('expected/none.yaml'));
    } finally {
      await stop(registry);
    }
  });

  test('the commands of the README run as they stand', () => {
    const blocks = shellBlocks(copy.read('README.md'));
    expect(blocks.join('')).toContain('slipway build');
    copy.run('sh', ['-euc', `trap 'kill $SERVER' EXIT\n${blocks.join('')}trap - EXIT`]);
    for (const file of ['artifacts.json', 'rendered.yaml']) expect(existsSync(join(copy.directory, file))).toBe(true);
    expect(copy.read('rendered.yaml')).toMatch(/image: 127\.0\.0\.1:\d+\/\S+@sha256:[0-9a-f]{64}$/m);
    expect(copy.run('git', ['status', '--porcelain'])).toBe('');
  });
});

/** Manifests with every pinned image replaced by the placeholder it stands for. */
function withoutPins(manifests: string, builds: readonly { imageName: string; tag: string }[]): string {
  return builds.reduce((text, { imageName, tag }) => text.replaceAll(tag, imageName), manifests);
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim()));
    child.once('exit', (code) => reject(new Error(`the registry ended with ${code}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** The digest of what a registry serves for `HOST/NAME:TAG`, counted over the bytes. */
async function servedDigest(reference: string): Promise<string> {
  const [, host = '', name, tag] = /^([^/]+)\/([^:@]+):([^@]+)@/.exec(reference) ?? [];
  const client = createClient(`http://${host}`);
  try {
    const answer = await client.call('GET', `/v2/${name}/manifests/${tag}`);
    expect(answer.status).toBe(200);
    const { config, layers } = answer.json<{ config: { digest: string }; layers: { digest: string }[] }>();
    for (const { digest } of [config, ...layers]) {
      const blob = await client.call('GET', `/v2/${name}/blobs/${digest}`);
      expect(sha('sha256', blob.body)).toBe(digest);
    }
    return sha('sha256', answer.body);
  } finally {
    client.close();
  }
}
