import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CliResult, type RunOptions, type Workbench, workbench } from '../support/cli.ts';
import { docker, witnessedDigest } from '../support/engine-context.ts';
import { services } from '../support/services.ts';

// A stand-in for bazel: the archive it "builds" is one that `docker save` wrote.
const tool = `#!/bin/sh
case "$1" in
query) printf '//:BUILD\\n//:a.txt\\n' ;;
cquery) echo image.tar ;;
info) echo "$ARCHIVES" ;;
build) echo "INFO: built" >&2 ;;
esac
`;

let bench: Workbench;
beforeEach(() => {
  bench = workbench({
    'skaffold.yaml': `
apiVersion: skaffold/v4beta14
kind: Config
build:
  tagPolicy: {envTemplate: {template: v1}}
  artifacts:
  - image: slipway-bazel
    bazel: {target: "//:image.tar"}
`,
    'MODULE.bazel': '',
    BUILD: '',
    'a.txt': 'a',
  });
  const bin = join(bench.home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'bazel'), tool);
  chmodSync(join(bin, 'bazel'), 0o755);
  const base = `${services().registry}/busybox:1`;
  docker(['pull', '-q', base]);
  docker(['save', '-o', join(bench.home, 'image.tar'), base]);
});
afterEach(() => bench.remove());

function run(args: readonly string[], options: RunOptions = {}): Promise<CliResult> {
  const env = { PATH: `${join(bench.home, 'bin')}:${process.env['PATH']}`, ARCHIVES: bench.home, ...options.env };
  return bench.run(args, { ...options, env });
}

const tagOf = ({ stdout }: CliResult): string =>
  (JSON.parse(stdout) as { builds: { tag: string }[] }).builds[0]?.tag ?? '';

test('the archive is pushed with no daemon, and found again', async () => {
  const repository = `${services().registry}/bazel1`;
  const result = await run(['build', '-q', '-d', repository, '--push']);
  expect(result.code, result.stderr).toBe(0);
  const name = `${repository}/slipway-bazel:v1`;
  expect(tagOf(result)).toBe(`${name}@${witnessedDigest(name)}`);
  expect((await run(['build', '-d', repository, '--push'])).stdout).toContain('Found Remotely');
  bench.write({ 'a.txt': 'b' });
  expect((await run(['build', '-d', repository, '--push'])).stdout).toContain('Not found. Building');
});

test('an image that is not pushed goes into the Docker Engine', async () => {
  const result = await run(['build', '-q', '--push=false'], { env: { DOCKER_HOST: services().dockerHost } });
  expect(result.code, result.stderr).toBe(0);
  const show = ['image', 'inspect', '--format', '{{.Id}}'];
  expect(docker([...show, tagOf(result)])).toBe(docker([...show, `${services().registry}/busybox:1`]));
});
