import type { BuiltArtifact } from '../../../src/core/artifact.ts';
import type { Event } from '../../../src/core/events.ts';
import type { ImageName } from '../../../src/core/names.ts';
import type { Context } from '../../../src/core/ports.ts';
import type { Module } from '../../../src/core/project.ts';
import type { RenderHookSettings } from '../../../src/render/hooks.ts';
import { type RenderOptions, type RenderSurroundings, renderProject } from '../../../src/render/index.ts';
import type { FakeExec } from '../../support/fake-exec.ts';
import { type FakeSystemOptions, fakeSystem } from '../../support/fake-system.ts';

const noOptions: RenderOptions = {
  labels: [],
  namespace: undefined,
  offline: false,
  setValues: [],
  setValueFile: undefined,
  resourceSelectorRulesFile: undefined,
  pin: 'rules',
  annotateSource: false,
};

const nowhere = { defaultRepo: undefined, multiLevelRepo: undefined, kubeContext: '', namespace: '' };

/** A module with nothing in it but the given parts. */
export function moduleOf(parts: Partial<Module>): Module {
  return {
    name: undefined,
    file: 'skaffold.yaml',
    directory: '/work',
    artifacts: [],
    build: {
      environment: 'local',
      environmentSpec: {},
      concurrency: undefined,
      push: undefined,
      tagPolicy: { type: 'gitCommit', spec: {} },
      insecureRegistries: [],
      platforms: [],
      hooks: { before: [], after: [] },
    },
    manifests: [],
    manifestTransforms: { transform: [], validate: [], hooks: {} },
    deploy: [],
    deployKubeContext: undefined,
    resourceSelector: { allow: [], deny: [] },
    ...parts,
  } as Module;
}

export const rawYaml = (...spec: string[]): Module => moduleOf({ manifests: [{ type: 'rawYaml', spec }] });

export interface Outcome {
  readonly text: string;
  readonly sources: readonly string[];
  readonly warnings: readonly string[];
  /** What hooks said, as `stream: text`. */
  readonly said: readonly string[];
  /** Command lines that were run. */
  readonly calls: readonly string[];
}

/** Renders with a system in memory. */
export async function render(
  modules: readonly Module[],
  system: FakeSystemOptions,
  options: Partial<RenderOptions> = {},
  surroundings: Partial<RenderHookSettings> = {},
  builds: readonly BuiltArtifact[] = [{ imageName: 'app' as ImageName, tag: 'r.io/app:v1' }],
): Promise<Outcome> {
  const events: Event[] = [];
  const said: string[] = [];
  const fake = fakeSystem(system);
  const ctx: Context = {
    system: fake,
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
  };
  const project = { modules, activeProfiles: [] };
  const hooks: RenderHookSettings = {
    ...nowhere,
    say: (stream, text) => said.push(`${stream}: ${text}`),
    ...surroundings,
  };
  const place: RenderSurroundings = { kubeconfig: undefined, hooks };
  const { text, manifests } = await renderProject(project, builds, { ...noOptions, ...options }, place, ctx);
  const warnings = events.flatMap((event) =>
    event.type === 'log' && event.level === 'warning' ? [event.message] : [],
  );
  const sources = manifests.map(({ origin }) => origin.source);
  return { text, sources, warnings, said, calls: (fake.exec as FakeExec).calls };
}

/** A Pod on one image, `app`. */
export const pod = (name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {image: app}\n`;
