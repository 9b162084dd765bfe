import type { BuiltArtifact } from '../../../src/core/artifact.ts';
import type { Manifest } from '../../../src/core/manifest.ts';
import type { ImageName } from '../../../src/core/names.ts';
import type { RenderRun } from '../../../src/core/plugins.ts';
import type { System } from '../../../src/core/ports.ts';
import { helm } from '../../../src/render/renderers/helm/index.ts';
import type { HelmRelease, HelmSpec } from '../../../src/render/renderers/helm/spec.ts';
import type { FakeProgram } from '../../support/fake-exec.ts';
import { type FakeSystemOptions, fakeSystem } from '../../support/fake-system.ts';
import { moduleOf } from './harness.ts';

/** One call of helm, `helm version` left out. */
export interface HelmCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What the fake helm answers; it may look at the files there are. */
export type Answer = (call: HelmCall, files: System['files']) => ReturnType<FakeProgram> | undefined;

export const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

/** As `helm template` prints a chart with one ConfigMap that is named after the release. */
export function templateOutput(args: readonly string[]): string {
  const [name = '', chart = ''] = args.slice(args.indexOf('template') + 1);
  return `---\n# Source: ${chart}/templates/cm.yaml\n${configMap(name)}`;
}

/** What a test does differently from a plain run. */
export interface HelmSituation {
  readonly answer?: Answer;
  readonly version?: ReturnType<FakeProgram>;
  readonly builds?: readonly BuiltArtifact[];
  readonly run?: Partial<RenderRun>;
  readonly flags?: HelmSpec['flags'];
  readonly system?: FakeSystemOptions;
}

export const app: BuiltArtifact = {
  imageName: 'app' as ImageName,
  tag: 'r.io/team/app:v1@sha256:ab'.padEnd(26 + 62, '0'),
};

const plainRun: RenderRun = {
  kubeContext: '',
  kubeconfig: undefined,
  namespace: undefined,
  parameters: new Map(),
  labels: new Map(),
  offline: false,
  resourceSelector: { allow: [], deny: [] },
};

export const helmVersion = { stdout: 'version.BuildInfo{Version:"v3.14.2", GitCommit:"x"}\n' };

export interface HelmOutcome {
  readonly calls: readonly HelmCall[];
  readonly manifests: readonly Manifest[];
  readonly system: System;
}

/** Renders releases with a helm and files that are in memory. */
export async function renderReleases(
  releases: readonly HelmRelease[],
  situation: HelmSituation = {},
): Promise<HelmOutcome> {
  const { system, calls } = helmSystem(situation);
  const ctx = { system, emit: () => undefined, signal: new AbortController().signal };
  const spec: HelmSpec = { releases, flags: situation.flags };
  const run = { ...plainRun, ...situation.run };
  const manifests = await helm.render(spec, moduleOf({ name: 'm' }), situation.builds ?? [], ctx, run);
  return { calls, manifests, system };
}

/** The system, and the calls of helm as they come. */
export function helmSystem({ answer, version, system: options = {} }: HelmSituation): {
  readonly system: System;
  readonly calls: readonly HelmCall[];
} {
  const calls: HelmCall[] = [];
  const program: FakeProgram = (args, { env }) => {
    if (args[0] === 'version') return version ?? helmVersion;
    calls.push({ args, env });
    const answered = answer?.({ args, env }, system.files);
    return answered ?? (args.includes('template') ? { stdout: templateOutput(args) } : {});
  };
  const files = { '/opt/slipway/main.js': '#!/usr/bin/env node\n', ...options.files };
  const system: System = fakeSystem({
    program: '/opt/slipway/main.js',
    programs: { helm: program },
    ...options,
    files,
  });
  return { system, calls };
}

/** Command lines as text, without the Kubernetes context at the start. */
export const lines = (calls: readonly HelmCall[]): readonly string[] =>
  calls.map(({ args }) => args.join(' ').replace('--kube-context  ', ''));
