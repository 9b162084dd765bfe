import { expect, test } from 'vitest';
import { jib } from '../../../../src/build/builders/jib/index.ts';
import type { JibSpec } from '../../../../src/build/builders/jib/spec.ts';
import type { Digest, ImageId, ImageName, Platform } from '../../../../src/core/names.ts';
import type { BuildRequest, ImageArchive, ImageEngine } from '../../../../src/core/plugins.ts';
import type { Context } from '../../../../src/core/ports.ts';
import { parseReference } from '../../../../src/image/reference.ts';
import { type FakeExec, fakeExec } from '../../../support/fake-exec.ts';
import { fakeFiles } from '../../../support/fake-files.ts';
import { fakeSystem } from '../../../support/fake-system.ts';

const id = `sha256:${'1'.repeat(64)}` as ImageId;
const digest: Digest = `sha256:${'2'.repeat(64)}`;

interface World {
  readonly request: BuildRequest<JibSpec>;
  readonly ctx: Context;
  readonly exec: FakeExec;
  readonly imported: ImageArchive[];
}

interface WorldOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly push?: boolean;
  readonly engine?: ImageEngine['name'];
  readonly platforms?: readonly Platform[];
  readonly insecure?: readonly string[];
  readonly skipTests?: boolean;
  readonly answer?: string;
  readonly exitCode?: number;
}

function world(spec: JibSpec, options: WorldOptions = {}): World {
  const files = fakeFiles({ '/w/pom.xml': '<project/>', ...options.files });
  const program = (): { stdout: string; stderr: string; exitCode: number } => ({
    stdout: options.answer ?? '',
    stderr: options.exitCode === undefined ? '' : '[ERROR] no such plugin',
    exitCode: options.exitCode ?? 0,
  });
  const exec = fakeExec({ mvn: program, gradle: program, '/w/mvnw': program });
  const imported: ImageArchive[] = [];
  const engine = {
    name: options.engine ?? 'docker',
    find: async () => id,
    importArchive: async (request: ImageArchive) => {
      imported.push(request);
      return { at: 'store', digest, id };
    },
  } as Partial<ImageEngine> as ImageEngine;
  const base = fakeSystem();
  const registry = { ...base.registry, resolve: async () => ({ digest, size: 1, mediaType: 'x' }) };
  const system = { ...base, files, exec, registry, insecureRegistries: options.insecure ?? [] };
  const image = 'app' as ImageName;
  return {
    exec,
    imported,
    ctx: { system, emit: () => undefined, signal: new AbortController().signal },
    request: {
      artifact: {
        image,
        workspace: '/w',
        context: '.',
        type: 'jib',
        spec,
        requires: [],
        platforms: [],
        hooks: { before: [], after: [] },
      },
      reference: parseReference('r.io/p/app:v1'),
      tag: 'r.io/p/app:v1',
      dependencies: new Map([['BASE', { image, tag: 'r.io/p/base:v1', outcome: { at: 'registry', digest } }]]),
      platforms: options.platforms ?? [],
      allPlatforms: false,
      push: options.push ?? false,
      runMode: 'build',
      skipTests: options.skipTests ?? false,
      engine,
      artifacts: new Map(),
    },
  };
}

const inputsOf = ({ request, ctx }: World): Promise<readonly string[]> =>
  jib.inputs(
    request.artifact,
    { runMode: 'build', artifacts: new Map(), imageConfig: () => Promise.reject(new Error('not asked for')) },
    ctx,
  );

const arm = { os: 'linux', architecture: 'arm64' };

test.each<readonly [string, JibSpec, WorldOptions, string]>([
  [
    'Maven into a Docker Engine',
    { args: ['-Pprod'] },
    {},
    'mvn --batch-mode jib:_skaffold-fail-if-jib-out-of-date -Djib.requiredVersion=1.4.0 -Pprod --non-recursive prepare-package jib:dockerBuild -Dimage=r.io/p/app:v1',
  ],
  [
    'a Maven module into a registry',
    { project: 'web', fromImage: 'r.io/jre' },
    { push: true, skipTests: true, insecure: ['r.io'], platforms: [arm] },
    'mvn --batch-mode jib:_skaffold-fail-if-jib-out-of-date -Djib.requiredVersion=3.2.0 --projects web --also-make -DskipTests=true package jib:build -Djib.containerize=web -Djib.allowInsecureRegistries=true -Djib.from.image=r.io/jre -Djib.from.platforms=linux/arm64 -Dimage=r.io/p/app:v1',
  ],
  [
    'the wrapper of the project',
    {},
    { files: { '/w/mvnw': '' }, push: true },
    '/w/mvnw --batch-mode jib:_skaffold-fail-if-jib-out-of-date -Djib.requiredVersion=1.4.0 --non-recursive prepare-package jib:build -Dimage=r.io/p/app:v1',
  ],
  [
    'Gradle',
    { type: 'Gradle', args: ['--offline'], fromImage: 'BASE' },
    { push: true, skipTests: true },
    'gradle --console=plain _skaffoldFailIfJibOutOfDate -Djib.requiredVersion=1.4.0 :jib -x test --offline -Djib.from.image=r.io/p/base:v1 --image=r.io/p/app:v1',
  ],
  [
    'a Gradle project',
    { project: 'web' },
    { files: { '/w/build.gradle.kts': '' } },
    'gradle --console=plain _skaffoldFailIfJibOutOfDate -Djib.requiredVersion=1.4.0 :web:jibDockerBuild --image=r.io/p/app:v1',
  ],
])('runs %s', async (_what, spec, options, command) => {
  const it = world(spec, options);
  const outcome = await jib.build(it.request, it.ctx);
  expect(it.exec.calls).toEqual([command]);
  expect(outcome).toEqual(options.push === true ? { at: 'registry', digest } : { at: 'daemon', id });
});

test('without a Docker Engine an image that is not pushed comes as an archive', async () => {
  const it = world({}, { engine: 'embedded' });
  expect(await jib.build(it.request, it.ctx)).toMatchObject({ at: 'store' });
  const [archive] = it.imported;
  expect(it.exec.calls[0]).toContain(`jib:buildTar -Djib.outputPaths.tar=${archive?.file} -Dimage=r.io/p/app:v1`);
});

test('a failing build keeps its exit code and says what the tool said', async () => {
  const it = world({}, { exitCode: 3 });
  const failure = jib.build(it.request, it.ctx);
  await expect(failure).rejects.toMatchObject({ code: 'COMMAND_FAILED', exitCode: 3 });
  await expect(failure).rejects.toThrow('"app": mvn failed with exit status 3: [ERROR] no such plugin');
});

test('a context without a build file is an error', async () => {
  const it = world({});
  await it.ctx.system.files.remove('/w/pom.xml');
  await expect(jib.build(it.request, it.ctx)).rejects.toMatchObject({ code: 'BUILD_USER_ERROR' });
});

const answer = (files: object): string => `[INFO] noise\nBEGIN JIB JSON\n${JSON.stringify(files)}\n`;

test('asks the plugin what an image is made of, and again only when a build file changes', async () => {
  const it = world(
    {},
    {
      files: { '/w/src/a.java': '', '/w/src/skip/b.java': '', '/w/other': '' },
      answer: answer({ build: ['/w/pom.xml'], inputs: ['/w/src', '/w/none'], ignore: ['/w/src/skip'] }),
    },
  );
  expect(await inputsOf(it)).toEqual(['/w/pom.xml', '/w/src/a.java']);
  expect(it.exec.calls).toEqual([
    'mvn jib:_skaffold-fail-if-jib-out-of-date -Djib.requiredVersion=1.4.0 --non-recursive jib:_skaffold-files-v2 --quiet --batch-mode',
  ]);
  await it.ctx.system.files.writeAtomic('/w/src/new.java', '');
  expect(await inputsOf(it)).toEqual(['/w/pom.xml', '/w/src/a.java', '/w/src/new.java']);
  expect(it.exec.calls).toHaveLength(1);
  await it.ctx.system.files.writeAtomic('/w/pom.xml', '<project><x/></project>');
  await inputsOf(it);
  expect(it.exec.calls).toHaveLength(2);
});

test.each(['', 'BEGIN JIB JSON\n{', answer({ build: 'x' })])('an answer that is none is an error: %s', async (text) => {
  await expect(inputsOf(world({}, { answer: text }))).rejects.toMatchObject({ code: 'BUILD_USER_ERROR' });
});
