import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BuildKitDaemon, startBuildKitDaemon } from '../support/buildkitd.ts';
import { type CliResult, type Workbench, workbench } from '../support/cli.ts';
import { type EngineContext, engineContext, witnessedDigest } from '../support/engine-context.ts';

/** A real BuildKit, as a pod of a cluster: kubectl is a script that lists the pod and enters it. */
let context: EngineContext;
let daemon: BuildKitDaemon;
beforeAll(async () => {
  context = engineContext();
  daemon = await startBuildKitDaemon(join(context.home, 'daemon'), { plainRegistries: [context.services.registry] });
}, 60_000);
afterAll(async () => {
  await daemon.stop();
  context.remove();
});

let bench: Workbench;
let repository: string;
beforeEach(() => {
  repository = `${context.services.registry}/kaniko-${process.pid}`;
  const dockerfile = (base: string): string =>
    `FROM ${base} AS first\nSHELL ["/bin/busybox", "sh", "-c"]\nARG WHO=nobody\nRUN /bin/busybox date +%s%N > /time; echo $WHO > /who\nFROM first\nRUN exit 1\n`;
  bench = workbench({
    'app/sub/Dockerfile': dockerfile('$BASE').replace(/^/, 'ARG BASE\n'),
    'base/Dockerfile': `FROM ${context.services.registry}/busybox:1\nENV BASE=yes\n`,
    'skaffold.yaml': `apiVersion: skaffold/v4beta14
kind: Config
build:
  tagPolicy: {envTemplate: {template: v1}}
  cluster: {namespace: builds, timeout: 2m}
  artifacts:
  - {image: base, context: base, kaniko: {}}
  - image: app
    context: app
    requires: [{image: base, alias: BASE}]
    kaniko:
      contextSubPath: sub
      target: first
      buildArgs: {WHO: "{{.GIVEN}}"}
      env: [{name: GIVEN, value: "{{.CALLER}}"}]
      label: {by: "{{.CALLER}}"}
      cache: {}
      destination: ["${repository}/elsewhere:copy"]
`,
    'bin/kubectl': `#!/bin/sh
echo "$*" >> "$HOME/kubectl-arguments"
case "$*" in
*" get pods "*) echo '{"items": [{"metadata": {"name": "bk-0"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}]}' ;;
*) exec buildctl --addr '${daemon.socket}' dial-stdio ;;
esac
`,
  });
  chmodSync(bench.path('bin/kubectl'), 0o755);
});
afterEach(() => bench.remove());

const build = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<CliResult> => {
  const PATH = `${bench.path('bin')}:${process.env['PATH']}`;
  const options = [
    '--file-output=out.json',
    '--default-repo',
    repository,
    '--insecure-registry',
    context.services.registry,
  ];
  return bench.run(['build', ...options, ...args], { env: { PATH, CALLER: 'ann', ...env } });
};
const tags = (): readonly string[] =>
  (JSON.parse(bench.read('out.json')) as { builds: { tag: string }[] }).builds.map(({ tag }) => tag);

test('the BuildKit of the cluster builds, pushes and keeps a cache; a second build is found', async () => {
  const first = await build();
  expect([first.code, first.stderr]).toEqual([0, expect.any(String)]);
  const built = tags();
  expect(built).toEqual(
    ['base', 'app'].map((name) => `${repository}/${name}:v1@${witnessedDigest(`${repository}/${name}:v1`)}`),
  );
  const copied = witnessedDigest(`${repository}/elsewhere:copy`);
  expect(built[1]).toMatch(new RegExp(`@${copied}$`));
  const calls = readFileSync(join(bench.home, 'kubectl-arguments'), 'utf8').trim().split('\n');
  expect(calls).toEqual([
    '--namespace=builds --request-timeout=15s get pods --selector=app=buildkitd --output=json',
    '--namespace=builds exec --stdin bk-0 -- buildctl dial-stdio',
  ]);
  const again = await build();
  expect(again.stdout.match(/Found Remotely/g)).toHaveLength(2);
  const other = await build(['--cache-artifacts=false'], { CALLER: 'bob' });
  expect([other.code, other.stdout]).toEqual([0, expect.stringContaining('importing cache manifest')]);
  expect(tags()[1]).not.toBe(built[1]);
});

test('where the cluster has none, the way out is told', async () => {
  const { code, stderr } = await build(['--cache-artifacts=false'], { PATH: `${process.env['PATH']}` });
  expect(code).toBe(1);
  expect(stderr).toContain('BUILDKIT_HOST=kube-pod://POD?namespace=builds');
});
