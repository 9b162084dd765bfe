import { expect, test } from 'vitest';
import { type CommandOptions, type CommandRun, runCommandLine } from './support.ts';

const deployment = (...images: readonly string[]): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  template:\n    spec:\n      containers:\n${images
    .map((image) => `      - image: ${image}\n`)
    .join('')}`;

const one = { Dockerfile: 'FROM scratch\n', 'k8s/web.yaml': deployment('registry.example.com/web:1') };

const init = (args: readonly string[], options: CommandOptions = {}): Promise<CommandRun> =>
  runCommandLine(['init', ...args], options);

/** The configuration that `init` prints for these files. */
async function written(files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await init(['--force', '-f', '-', ...args], { files });
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

async function analysed(options: CommandOptions, ...args: readonly string[]): Promise<unknown> {
  const { code, stdout } = await init(['--analyze', ...args], options);
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

const paths = (found: unknown): readonly string[] =>
  (found as { builders: readonly { name: string; payload: { path: string } }[] }).builders.map(
    ({ name, payload }) => `${name} ${payload.path}`,
  );

test('--force writes the configuration, and nothing else', async () => {
  const { code, files, stdout } = await init(['--force'], { files: one });
  expect(code).toBe(0);
  expect(stdout.split('\n')[0]).toBe('Configuration skaffold.yaml was written');
  expect(Object.keys(files).sort()).toEqual(
    ['.keep', 'Dockerfile', 'k8s/web.yaml', 'skaffold.yaml'].map((name) => `/work/${name}`),
  );
  expect(files['/work/skaffold.yaml']).toBe(`apiVersion: skaffold/v4beta14
kind: Config
metadata:
  name: work
build:
  artifacts:
    - image: registry.example.com/web
      docker:
        dockerfile: Dockerfile
manifests:
  rawYaml:
    - k8s/web.yaml
`);
});

test('--filename - prints the configuration and writes nothing', async () => {
  const { code, stdout, files } = await init(['-f', '-'], { files: one });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^apiVersion: skaffold\//);
  expect(Object.keys(files)).toHaveLength(3);
});

test('without --force nothing is asked and nothing written', async () => {
  const { code, stdout, stderr, files } = await init([], { files: one });
  expect([code, stdout, Object.keys(files).length]).toEqual([1, '', 3]);
  expect(stderr).toMatch(/--force.*--artifact/s);
});

test('a configuration is overwritten only with --force; --analyze does not mind it', async () => {
  const files = { ...one, 'skaffold.yaml': 'apiVersion: skaffold/v4beta14\nkind: Config\n' };
  expect(await init([], { files })).toMatchObject({ code: 103 });
  expect(await init(['--analyze'], { files })).toMatchObject({ code: 0 });
  const forced = await init(['--force'], { files });
  expect([forced.code, forced.files['/work/skaffold.yaml']]).toEqual([0, expect.stringContaining('rawYaml')]);
});

test.each<[string, Readonly<Record<string, string>>, readonly string[], number]>([
  ['no builder', { 'a.yaml': deployment('a') }, [], 101],
  ['no manifest', { Dockerfile: 'FROM scratch\n' }, [], 102],
  ['no image in the manifests', { ...one, 'k8s/web.yaml': deployment() }, [], 102],
  ['several images', { ...one, 'b.yaml': deployment('b') }, [], 104],
  ['several builders and no image', { Dockerfile: 'FROM a\n', 'b/Dockerfile': 'FROM b\n' }, [], 104],
  ['no chart that can be read', { Dockerfile: 'FROM a\n', 'c/Chart.yaml': 'a: [' }, [], 105],
  ['an artifact that is neither form', one, ['-a', 'nope'], 1],
  ['an artifact with an unknown builder', one, ['-a', '{"builder":"Bazel","image":"a"}'], 1],
  ['an artifact with a payload that is no object', one, ['-a', '{"builder":"Docker","payload":3,"image":"a"}'], 1],
  ['an artifact with a port that is none', one, ['-a', '{"builder":"Docker","image":"a","manifest":{"port":-1}}'], 1],
])('fails and writes nothing: %s', async (_, files, args, code) => {
  const result = await init(['--force', ...args], { files });
  expect(result.code).toBe(code);
  expect(result.stdout).toBe('');
  expect(Object.keys(result.files)).not.toContain('/work/skaffold.yaml');
});

test('what is hidden, vendored or installed is passed over; files come before directories', async () => {
  const files = Object.fromEntries(
    ['b/Dockerfile', 'a/z/Dockerfile', 'a/Dockerfile.dev', 'z.dockerfile', '.git/Dockerfile', 'vendor/Dockerfile']
      .concat('node_modules/x/package.json', '.package.json', 'a/.hidden/package.json', 'requirements.txt')
      .map((path) => [path, 'FROM scratch\n']),
  );
  expect(paths(await analysed({ files }))).toEqual([
    'Docker z.dockerfile',
    'Docker a/Dockerfile.dev',
    'Docker a/z/Dockerfile',
    'Docker b/Dockerfile',
  ]);
});

test('a file called Dockerfile that holds something else builds nothing', async () => {
  const files = {
    Dockerfile: 'FROM a\n',
    'docs/dockerfile.md': '# How we write them\nHello there\n',
    'e/Dockerfile': '',
  };
  expect(paths(await analysed({ files }))).toEqual(['Docker Dockerfile']);
});

test('buildpacks are told by their build files; requirements.txt needs a Procfile beside it', async () => {
  const names = ['go.mod', 'package.json', 'project.toml', 'x.csproj', 'p/requirements.txt', 'p/Procfile'];
  const files = Object.fromEntries([...names, 'q/requirements.txt'].map((name) => [name, '']));
  expect(paths(await analysed({ files }))).toEqual(
    ['go.mod', 'package.json', 'project.toml', 'x.csproj', 'p/requirements.txt'].map((name) => `Buildpacks ${name}`),
  );
  const other = await analysed({ files }, '--XXdefaultBuildpacksBuilder', 'b:2');
  expect(other).toMatchObject({
    builders: expect.arrayContaining([{ name: 'Buildpacks', payload: { path: 'go.mod', builder: 'b:2' } }]),
  });
});

test('the oldest form of the analysis, where only Dockerfiles are looked for', async () => {
  const files = { ...one, 'go.mod': '' };
  const off = ['--XXenableJibInit=false', '--XXenableBuildpacksInit=false'];
  expect(await analysed({ files }, ...off)).toEqual({
    dockerfiles: ['Dockerfile'],
    images: ['registry.example.com/web'],
  });
  expect(paths(await analysed({ files }, ...off, '--XXenableNewInitFormat'))).toEqual(['Docker Dockerfile']);
  expect(paths(await analysed({ files }, ...off, '--XXenableKoInit'))).toEqual(['Docker Dockerfile', 'Ko go.mod']);
});

test('--analyze --skip-build prints nothing', async () => {
  expect(await init(['--analyze', '--skip-build'], { files: one })).toMatchObject({ code: 0, stdout: '' });
});

test('images: without tag, sorted, once; those with a digest are left out', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const files = {
    ...one,
    'a.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'X',
      metadata: {},
      deep: [{ image: 'z:1' }, { image: { image: 'b' } }],
    }),
    'c.yaml': `not: an object\n---\n${deployment('z:2', `c@${digest}`)}`,
    'broken.yaml': `${deployment('d')}  - [`,
    'values.yaml': 'image: not/counted\n',
  };
  expect(await analysed({ files })).toMatchObject({
    images: ['b', 'registry.example.com/web', 'z'].map((name) => ({ name, foundMatch: false })),
  });
});

const pom = { 'pom.xml': '<artifactId>jib-maven-plugin</artifactId>', 'k.yaml': deployment('jib/app:1') };
const mvn = (): { stdout: string } => ({
  stdout: 'BEGIN JIB JSON\n{"image":"jib/app","project":"g:app"}\n\nBEGIN JIB JSON\n{"project":"g:lib"}\n',
});

test('Jib projects are those that their build tool confirms, and are paired by the image they name', async () => {
  expect(await analysed({ files: pom, programs: { mvn } })).toEqual({
    builders: [
      { name: 'Jib Maven Plugin', payload: { image: 'jib/app', path: 'pom.xml', project: 'g:app' } },
      { name: 'Jib Maven Plugin', payload: { path: 'pom.xml', project: 'g:lib' } },
    ],
    images: [{ name: 'jib/app', foundMatch: true }],
  });
  const silent = await init(['--analyze'], { files: pom });
  expect(paths(JSON.parse(silent.stdout))).toEqual(['Buildpacks pom.xml']);
  expect(silent.stderr).toContain('pom.xml');
});

test('when everything is paired, --analyze fails, as in Skaffold', async () => {
  const programs = { mvn: () => ({ stdout: 'BEGIN JIB JSON\n{"image":"jib/app"}\n' }) };
  expect(await init(['--analyze'], { files: pom, programs })).toMatchObject({ code: 1, stdout: '' });
  const { code, stdout } = await init(['-f', '-', '--XXenableBuildpacksInit=false'], { files: pom, programs });
  expect([code, stdout]).toEqual([0, expect.stringContaining('    - image: jib/app\n      jib: {}\n')]);
});

test('Docker builds the only image before other builders', async () => {
  const files = { 'a/go.mod': '', 'b/Dockerfile': 'FROM scratch\n', 'k.yaml': deployment('web') };
  expect(await written(files)).toContain(
    '    - image: web\n      context: b\n      docker:\n        dockerfile: Dockerfile\n',
  );
});

test('artifacts that are given: short, JSON, with a context, and one that is not built here', async () => {
  const json = (value: object): string[] => ['-a', JSON.stringify(value)];
  const text = await written(
    one,
    ...['-a', 'web/Dockerfile=web'],
    ...json({ builder: 'Docker', payload: { path: 'src/api/Dockerfile' }, image: 'api', context: 'src' }),
    ...json({ builder: 'Buildpacks', payload: { path: 'bp/go.mod', builder: 'b:1' }, image: 'bp' }),
    ...json({ builder: 'Jib Maven Plugin', payload: { path: 'pom.xml', project: 'g:a' }, image: 'jib' }),
    ...json({ builder: 'None', image: 'redis' }),
  );
  expect(text).toContain(`  artifacts:
    - image: web
      context: web
      docker:
        dockerfile: Dockerfile
    - image: api
      context: src
      docker:
        dockerfile: api/Dockerfile
    - image: bp
      context: bp
      buildpacks:
        builder: b:1
    - image: jib
      jib:
        project: g:a
manifests:
`);
});

test('-k takes the place of what is found', async () => {
  const text = await written(one, '-k', 'other/*.yaml', '-a', 'Dockerfile=a');
  expect(text).toContain('  rawYaml:\n    - other/*.yaml\n');
});

test('--skip-deploy leaves out the manifests, --skip-build what is built', async () => {
  expect(await written(one, '--skip-deploy', '-a', 'Dockerfile=a')).not.toContain('manifests');
  expect(await written(one, '--skip-build')).not.toContain('build');
});

test('overlays: dev is the default, the others are profiles, base is none', async () => {
  const files = {
    ...one,
    ...Object.fromEntries(['base', 'o/prod', 'o/dev', 'o/test'].map((name) => [`${name}/kustomization.yaml`, ''])),
  };
  const overlay = (name: string): string =>
    `  - name: ${name}\n    manifests:\n      kustomize:\n        paths:\n          - o/${name}\n`;
  const { stdout, stderr } = await init(['--force', '-f', '-', '--skip-build'], { files });
  expect(stdout).toContain(
    `manifests:\n  kustomize:\n    paths:\n      - o/dev\nprofiles:\n${overlay('prod')}${overlay('test')}`,
  );
  expect(stderr).toContain('o/dev');
  expect(await written(files, '--skip-build', '--default-kustomization', 'o/test/')).toContain(
    '    paths:\n      - o/test\n',
  );
  const { stderr: complaint } = await init(['-f', '-', '--skip-build', '--default-kustomization', 'x'], { files });
  expect(complaint).toContain('in x');
});

test('charts become releases, and their images are those of their templates', async () => {
  const files = {
    Dockerfile: 'FROM scratch\n',
    'c/Chart.yaml': 'name: shop\nversion: 1.2.3\n',
    'c/values.yaml': 'a: 1\n',
    'c/templates/a.yaml': '{{ .Values.a }}',
  };
  const calls: (readonly string[])[] = [];
  const helm = (args: readonly string[]): { stdout: string } => {
    calls.push(args);
    return { stdout: deployment('shop/web:1') };
  };
  const { stdout } = await init(['-f', '-'], { files, programs: { helm } });
  expect(calls).toEqual([['template', 'c', '-f', 'c/values.yaml']]);
  expect(stdout).toContain('    - image: shop/web\n');
  expect(stdout).toContain(
    '  helm:\n    releases:\n      - name: shop\n        chartPath: c\n        valuesFiles:\n          - c/values.yaml\n        version: 1.2.3\n',
  );
});

test('--generate-manifests writes a service and a deployment for an image named after its directory', async () => {
  const { code, files, stdout } = await init(['--force', '--generate-manifests'], {
    files: { 'My App/Dockerfile': 'FROM a\n' },
  });
  expect(code).toBe(0);
  expect(stdout).toContain('Generated manifest My App/deployment.yaml was written\n');
  expect(files['/work/My App/deployment.yaml']).toMatch(
    /kind: Service\n.*name: my-app\n.*---\n.*kind: Deployment\n.*image: my-app\n$/s,
  );
  expect(files['/work/skaffold.yaml']).toContain('resourceName: my-app\n    port: 8080\n');
});

test('generated manifests for one file follow each other in it; a port of 0 is no port', async () => {
  const artifact = (image: string, port: number): string[] => [
    '-a',
    JSON.stringify({ builder: 'Docker', payload: { path: 'Dockerfile' }, image, manifest: { generate: true, port } }),
  ];
  const { files, stderr } = await init(['--force', ...artifact('a', 0), ...artifact('x/b', 80)], {
    files: { Dockerfile: 'FROM a\n' },
  });
  const text = files['/work/deployment.yaml'] ?? '';
  expect(text.match(/^kind: .*$/gm)).toEqual([
    'kind: Service',
    'kind: Deployment',
    'kind: Service',
    'kind: Deployment',
  ]);
  expect(text.match(/port: \d+/g)).toEqual(['port: 80']);
  expect(files['/work/skaffold.yaml']).toContain(
    '  rawYaml:\n    - deployment.yaml\nportForward:\n  - resourceType: service\n    resourceName: x/b\n',
  );
  expect(stderr).toContain('x/b');
});

test('--compose-file runs kompose, and says so where it is missing or fails', async () => {
  const calls: string[] = [];
  const kompose = (args: readonly string[]): { exitCode: number; stderr: string } => {
    calls.push(args.join(' '));
    return { exitCode: calls.length === 1 ? 0 : 2, stderr: 'bad compose file' };
  };
  const options = { files: one, programs: { kompose } };
  expect(await init(['-f', '-', '--compose-file', 'c.yaml'], options)).toMatchObject({ code: 0 });
  expect(calls).toEqual(['convert -f c.yaml']);
  const failing = await init(['--force', '--compose-file', 'c.yaml'], options);
  expect([failing.code, failing.stderr]).toEqual([1, expect.stringContaining('bad compose file')]);
  const missing = await init(['--force', '--compose-file', 'c.yaml'], { files: one });
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('kompose')]);
});
