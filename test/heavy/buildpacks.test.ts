import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type CliResult, program, type Workbench, workbench } from '../support/cli.ts';
import { docker, witnessedDigest } from '../support/engine-context.ts';
import { services } from '../support/services.ts';
import { builderUser, makeTinyBuilder, type TinyBuilder, toolPath } from '../support/tiny-builder.ts';

let tiny: TinyBuilder;
let bench: Workbench;

beforeAll(() => {
  tiny = makeTinyBuilder('tiny', { lifecycle: toolPath('lifecycle'), launcher: toolPath('launcher') });
}, 120_000);
afterEach(() => bench.remove());

const application = { 'code/app.sh': 'echo "hello from $0"\n', 'code/tool.txt': 'a tool\n' };

/** A configuration with one buildpacks artifact. */
const config = (spec: string): string =>
  `apiVersion: skaffold/v4beta13\nkind: Config\nbuild:\n  artifacts:\n  - image: app\n    context: code\n    buildpacks: {builder: ${tiny.builder}, ${spec}}\n`;

const engines = ['docker', 'embedded'] as const;
type Engine = (typeof engines)[number];

/** Builds, and demands that it works. `name` keeps tests apart from one another in the registry and in caches. */
async function build(engine: Engine, name: string, args: readonly string[] = []): Promise<CliResult> {
  const result = await attempt(engine, name, args);
  expect([result.code, result.stderr]).toEqual([0, expect.any(String)]);
  return result;
}

function attempt(engine: Engine, name: string, args: readonly string[] = []): Promise<CliResult> {
  const { dockerHost, registry } = services();
  const all = ['build', `--engine=${engine}`, `--default-repo=${registry}/${name}`, '--cache-artifacts=false', ...args];
  return bench.run(all, { env: { DOCKER_HOST: dockerHost, SLIPWAY_LIFECYCLE_IMAGE: tiny.lifecycleImage } });
}

const pushed = (name: string, tag: string): string => witnessedDigest(`${services().registry}/${name}/app:${tag}`);
const leftovers = (): readonly string[] => [
  filesIn(join(bench.home, '.cache/slipway/sandbox/runs')),
  docker(['ps', '--all', '--quiet']),
  docker(['volume', 'ls', '--quiet', '--filter', 'label=dev.slipway'])
    .split('\n')
    .filter((volume) => !volume.startsWith('slipway-cache-'))
    .join(' '),
];

test('trusted or not, with Docker or without, the same application gives the same image', async () => {
  bench = workbench(application);
  const digests: string[] = [];
  for (const engine of engines) {
    for (const trustBuilder of [true, false]) {
      bench.write({ 'skaffold.yaml': config(`trustBuilder: ${trustBuilder}`) });
      const name = `same-${engine}-${trustBuilder}`;
      const { stdout } = await build(engine, name, ['--push', '--tag=v1']);
      expect(stdout).toContain(`building as ${builderUser}:${builderUser}`);
      digests.push(pushed(name, 'v1'));
    }
  }
  expect(new Set(digests).size).toBe(1);
  expect(leftovers()).toEqual(['', '', '']);
});

describe.each(engines)('with the %s engine', (engine) => {
  test.each([true, false])('a second build takes layers from the first (trustBuilder: %s)', async (trustBuilder) => {
    const name = `again-${engine}-${trustBuilder}`;
    bench = workbench({ ...application, 'skaffold.yaml': config(`trustBuilder: ${trustBuilder}`) });
    expect((await build(engine, name, ['--push', '--tag=v1'])).stdout).toContain('making the tool');
    bench.write({ 'code/app.sh': 'echo changed\n' });
    const { stdout } = await build(engine, name, ['--push', '--tag=v2']);
    expect(stdout).toContain('the tool is there from before');
    expect(stdout).toContain("Reusing layer 'test/shell:tool'");
    expect(pushed(name, 'v2')).not.toBe(pushed(name, 'v1'));
    bench.write({ 'skaffold.yaml': config(`trustBuilder: ${trustBuilder}, clearCache: true`) });
    expect((await build(engine, name, ['--push', '--tag=v3'])).stdout).toContain('making the tool');
    expect(pushed(name, 'v3')).toBe(pushed(name, 'v2'));
  });

  test('variables, buildpacks and the files of project.toml count', async () => {
    bench = workbench({
      ...application,
      'code/secret/key': 'x',
      'skaffold.yaml': config('env: ["A={{.FROM_OUTSIDE}}", "B=artifact"], buildpacks: ["test/extra", "from=builder"]'),
      'code/project.toml':
        '[_]\nschema-version = "0.2"\n[io.buildpacks]\nexclude = ["secret/"]\n[[io.buildpacks.build.env]]\nname = "B"\nvalue = "project"\n',
    });
    const { dockerHost, registry } = services();
    const args = ['build', `--engine=${engine}`, `--default-repo=${registry}/env-${engine}`, '--push', '--tag=v1'];
    const env = { DOCKER_HOST: dockerHost, SLIPWAY_LIFECYCLE_IMAGE: tiny.lifecycleImage, FROM_OUTSIDE: 'outside' };
    const { stdout } = await bench.run(args, { env });
    expect(stdout).toContain('variable A=outside\n');
    expect(stdout).toContain('variable B=project\n');
    expect(stdout).toContain('the extra buildpack was asked for');
    expect(stdout).toContain('files: ./app.sh ./project.toml ./tool.txt \n');
    expect((await bench.run(args, { env })).stdout).not.toContain('variable A');
    expect((await bench.run(args, { env: { ...env, FROM_OUTSIDE: 'other' } })).stdout).toContain('variable A=other');
  });

  test('a directory of this machine can be given to buildpacks', async () => {
    bench = workbench({ ...application, 'given/file': 'from outside' });
    bench.write({ 'skaffold.yaml': config('volumes: [{host: given, target: /given}], trustBuilder: true') });
    const { stdout } = await build(engine, `volumes-${engine}`, ['--push', '--tag=v1']);
    expect(stdout).toContain('given: from outside');
  });

  test('what goes wrong is told by its kind, and nothing is left', async () => {
    bench = workbench({ 'code/tool.txt': '', 'skaffold.yaml': config('trustBuilder: true') });
    const codeOf = async (): Promise<string> => {
      const { code, stderr } = await attempt(engine, `wrong-${engine}`, ['--push', '--tag=v1']);
      expect(code).toBe(1);
      return /exit code (\d+)\)/.exec(stderr)?.[1] ?? stderr;
    };
    expect(await codeOf()).toBe('20');
    bench.write({ 'code/broken': '' });
    expect(await codeOf()).toBe('21');
    bench = moved({ ...application, 'code/fail': '', 'skaffold.yaml': config('trustBuilder: false') });
    expect(await codeOf()).toBe('51');
    expect(leftovers()).toEqual(['', '', '']);
  });

  test('an image that is not pushed stays with the engine', async () => {
    bench = workbench({ ...application, 'skaffold.yaml': config('trustBuilder: true') });
    const { stdout } = await build(engine, `kept-${engine}`, ['--push=false', '--tag=v1']);
    expect(stdout).toContain('making the tool');
    expect((await build(engine, `kept-${engine}`, ['--push=false', '--tag=v2'])).stdout).toContain('from before');
  });

  test('a run that is stopped leaves nothing behind', async () => {
    bench = workbench({ ...application, 'code/slow': '', 'skaffold.yaml': config('trustBuilder: false') });
    const { dockerHost, registry } = services();
    const args = ['build', `--engine=${engine}`, `--default-repo=${registry}/slow-${engine}`, '--push', '--tag=v1'];
    const env = { DOCKER_HOST: dockerHost, SLIPWAY_LIFECYCLE_IMAGE: tiny.lifecycleImage };
    const { child, done } = bench.start(args, { env });
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (text: Buffer) => void (text.toString().includes('beginning to sleep') && resolve()));
    });
    child.kill('SIGINT');
    expect((await done).code).not.toBe(0);
    expect(leftovers()).toEqual(['', '', '']);
  });

  test('builder and run image can be artifacts of the run', async () => {
    const artifacts = `- {image: base, context: base}\n  - {image: maker, context: maker}\n  - image: app\n    context: code\n    requires: [{image: base, alias: BASE}, {image: maker, alias: MAKER}]\n    buildpacks: {builder: MAKER, runImage: BASE, trustBuilder: true}\n`;
    bench = workbench({
      ...application,
      'base/Dockerfile': `FROM ${tiny.runImage}\nLABEL from=base\n`,
      'maker/Dockerfile': `FROM ${tiny.builder}\nCOPY file /given/file\n`,
      'maker/file': 'the builder',
      'skaffold.yaml': `apiVersion: skaffold/v4beta13\nkind: Config\nbuild:\n  artifacts:\n  ${artifacts}`,
    });
    const { stdout } = await build(engine, `requires-${engine}`, ['--push', '--tag=v1']);
    expect(stdout).toContain('given: the builder');
    const image = `${services().registry}/requires-${engine}/app:v1`;
    docker(['pull', '--quiet', image]);
    expect(docker(['inspect', '--format', '{{.Config.Labels.from}}', image])).toBe('base');
  });

  test('a registry that wants a password gets it, and nobody else sees it', async () => {
    const { passwordRegistry, username, password } = services();
    bench = workbench({ ...application, 'skaffold.yaml': config('trustBuilder: false') });
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    writeFileSync(join(bench.home, 'config.json'), JSON.stringify({ auths: { [passwordRegistry]: { auth } } }));
    const { dockerHost } = services();
    const args = ['build', `--engine=${engine}`, `--default-repo=${passwordRegistry}/${engine}`, '--push', '--tag=v1'];
    const env = { DOCKER_HOST: dockerHost, SLIPWAY_LIFECYCLE_IMAGE: tiny.lifecycleImage, DOCKER_CONFIG: bench.home };
    const { code, stdout, stderr } = await bench.run([...args, '-v', 'debug'], { env });
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(witnessedDigest(`${passwordRegistry}/${engine}/app:v1`, { username, password })).toMatch(/^sha256:/);
    for (const text of [stdout, stderr]) for (const secret of [auth, password]) expect(text).not.toContain(secret);
  });
});

const filesIn = (directory: string): string => (existsSync(directory) ? readdirSync(directory).join(' ') : '');

/** Another workbench in place of the present one. */
function moved(files: Readonly<Record<string, string>>): Workbench {
  bench.remove();
  return workbench(files);
}

test.each(['0.7', '0.9', '0.11', '0.12', '0.14'])('a lifecycle of platform interface %s is spoken to', async (api) => {
  bench = workbench({ ...application, 'skaffold.yaml': '' });
  const image = `${services().registry}/old/builder:${api}`;
  const metadata = JSON.parse(
    docker(['inspect', '--format', '{{index .Config.Labels "io.buildpacks.builder.metadata"}}', tiny.builder]),
  ) as { readonly lifecycle: { readonly apis: { readonly platform: { supported: readonly string[] } } } };
  metadata.lifecycle.apis.platform.supported = [api];
  const label = `LABEL io.buildpacks.builder.metadata='${JSON.stringify(metadata)}'`;
  bench.write({ 'builder/Dockerfile': `FROM ${tiny.builder}\n${label}\n` });
  docker(['build', '--quiet', '--tag', image, bench.path('builder')]);
  docker(['push', '--quiet', image]);
  for (const trustBuilder of [true, false]) {
    bench.write({ 'skaffold.yaml': config(`trustBuilder: ${trustBuilder}`).replace(tiny.builder, image) });
    for (const tag of ['v1', 'v2']) await build('embedded', `old-${api}`, ['--push', `--tag=${tag}`]);
    expect(pushed(`old-${api}`, 'v2')).toBe(pushed(`old-${api}`, 'v1'));
  }
});

test('a sandbox of a user namespace gives the same image; one that cannot do it says so', async () => {
  bench = workbench({ ...application, 'skaffold.yaml': config('trustBuilder: true') });
  await build('embedded', 'root', ['--push', '--tag=v1', '--sandbox=root']);
  bench.write({ ids: 'root:200000:65536\n' });
  const lend = 'mount --bind "$1" /etc/subuid && mount --bind "$1" /etc/subgid && shift && exec "$@"';
  const flags = ['build', '--engine=embedded', `--default-repo=${services().registry}/userns`, '--push', '--tag=v1'];
  const command = [process.execPath, program, ...flags, '--sandbox=userns'];
  execFileSync('unshare', ['--mount', 'sh', '-c', lend, 'sh', bench.path('ids'), ...command], {
    cwd: bench.directory,
    env: { PATH: process.env['PATH'], HOME: bench.home, KUBECONFIG: '/nonexistent' },
    stdio: 'pipe',
  });
  expect(pushed('userns', 'v1')).toBe(pushed('root', 'v1'));
  for (const sandbox of ['chroot', 'none']) {
    const { code, stderr } = await attempt('embedded', 'other', ['--push', '--tag=v1', `--sandbox=${sandbox}`]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(sandbox)]);
  }
  expect(leftovers()).toEqual(['', '', '']);
});

test('an image that only the store holds is pushed later as it would have been at once', async () => {
  bench = workbench({ ...application, 'skaffold.yaml': config('trustBuilder: true') });
  const again = ['--cache-artifacts=true', '--tag=v1'];
  await build('embedded', 'later', ['--push=false', ...again]);
  const { stdout } = await build('embedded', 'later', ['--push', ...again]);
  expect(stdout).not.toContain('making the tool');
  await build('embedded', 'at-once', ['--push', '--tag=v1']);
  expect(pushed('later', 'v1')).toBe(pushed('at-once', 'v1'));
});

test('an image in the Docker Engine runs', async () => {
  bench = workbench({ ...application, 'skaffold.yaml': config('trustBuilder: true') });
  await build('docker', 'runs', ['--push=false', '--tag=v1']);
  const image = `${services().registry}/runs/app:v1`;
  expect(docker(['run', '--rm', '--network=none', image])).toBe('hello from /workspace/app.sh');
});
