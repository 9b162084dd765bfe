import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, type Workbench, workbench } from '../support/cli.ts';
import { witnessedDigest } from '../support/engine-context.ts';
import { services } from '../support/services.ts';

const configuration = `
apiVersion: skaffold/v4beta14
kind: Config
build:
  tagPolicy: {envTemplate: {template: v1}}
  platforms: [linux/amd64, linux/arm64, linux/arm/v6]
  artifacts:
  - image: slipway-platforms
    requires: [{image: slipway-base, alias: BASE}]
  - image: slipway-base
    context: base
`;

interface Index {
  readonly mediaType: string;
  readonly manifests: readonly { readonly digest: string; readonly platform: object }[];
}

let bench: Workbench;
beforeEach(() => {
  bench = workbench({
    'skaffold.yaml': configuration,
    Dockerfile: 'ARG BASE\nFROM $BASE\nARG TARGETARCH\nLABEL for=$TARGETARCH\nCOPY a /a\n',
    a: 'a',
    'base/Dockerfile': 'FROM scratch\nCOPY b /b\n',
    'base/b': 'b',
  });
});
afterEach(() => bench.remove());

const tagOf = ({ stdout }: CliResult): string =>
  (JSON.parse(stdout) as { builds: { imageName: string; tag: string }[] }).builds.find(
    ({ imageName }) => imageName === 'slipway-platforms',
  )?.tag ?? '';

/** skopeo takes a tag or a digest, not both. */
function inspect(reference: string, ...more: readonly string[]): string {
  const name = reference.replace(/:[^:/]+@/, '@');
  const args = ['inspect', ...more, '--tls-verify=false', `docker://${name}`];
  return execFileSync(services().skopeo, args, { encoding: 'utf8' });
}

describe.each(['docker', 'embedded'] as const)('with the engine %s', (engine) => {
  const run = (args: readonly string[]): Promise<CliResult> =>
    bench.run(['build', '-q', `--engine=${engine}`, ...args], { env: { DOCKER_HOST: services().dockerHost } });

  test('an image for several platforms is an index of one for each', async () => {
    const repository = `${services().registry}/platforms-${engine}`;
    const result = await run(['--push', '-d', repository]);
    expect(result.code, result.stderr).toBe(0);
    const name = `${repository}/slipway-platforms:v1`;
    expect(tagOf(result)).toBe(`${name}@${witnessedDigest(name)}`);
    const { manifests } = JSON.parse(inspect(tagOf(result), '--raw')) as Index;
    expect(manifests.map(({ platform }) => platform)).toEqual([
      { architecture: 'amd64', os: 'linux' },
      { architecture: 'arm64', os: 'linux' },
      { architecture: 'arm', os: 'linux', variant: 'v6' },
    ]);
    expect(witnessedDigest(`${name}_linux_arm_v6`)).toBe(manifests[2]?.digest);
    const labels = manifests.map(({ digest }) => {
      const config = JSON.parse(inspect(`${repository}/slipway-platforms@${digest}`, '--config')) as {
        architecture: string;
        config: { Labels: { for: string } };
      };
      return [config.architecture, config.config.Labels.for];
    });
    expect(labels).toEqual([
      ['amd64', 'amd64'],
      ['arm64', 'arm64'],
      ['arm', 'arm'],
    ]);
    const again = await run(['--push', '-d', repository]);
    expect(tagOf(again)).toBe(tagOf(result));
  });

  test('without a push it is refused, and one platform may be kept', async () => {
    const refused = await run(['--push=false']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('multi-platform build requires pushing');
    const kept = await run(['--push=false', '--disable-multi-platform-build']);
    expect(kept.code, kept.stderr).toBe(0);
  });
});
