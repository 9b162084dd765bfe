import { beforeEach, describe, expect, test } from 'vitest';
import type { BuiltArtifact } from '../../../src/core/artifact.ts';
import type { Event } from '../../../src/core/events.ts';
import type { Digest, ImageName, ImageReference } from '../../../src/core/names.ts';
import { formatReference } from '../../../src/image/reference.ts';
import type { RenderOptions } from '../../../src/pipeline/render.ts';
import { runRender } from '../../../src/pipeline/render.ts';
import { openSession, type Session } from '../../../src/pipeline/session.ts';
import { fakeSystem } from '../../support/fake-system.ts';

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}` as Digest;

/** What the registry was asked for, and how many questions were open at once. */
let asked: string[];
let most: number;
let warnings: string[];
beforeEach(() => {
  [asked, most, warnings] = [[], 0, []];
});

const files = {
  '/work/skaffold.yaml':
    'apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {tagPolicy: {envTemplate: {template: v1}}, artifacts: [{image: a}, {image: b}, {image: c}]}\nmanifests: {rawYaml: [k.yaml]}\n',
  '/work/k.yaml': 'apiVersion: v1\nkind: Pod\nspec:\n  x: [{image: a}, {image: b}, {image: c}, {image: other}]\n',
};

async function open(): Promise<Session> {
  const system = fakeSystem({ files });
  let open = 0;
  const resolve = async (reference: ImageReference) => {
    asked.push(formatReference(reference));
    most = Math.max(most, ++open);
    await new Promise((done) => setTimeout(done, 5));
    open--;
    return { mediaType: 'application/vnd.oci.image.index.v1+json', digest: digest('e'), size: 1 };
  };
  const emit = (event: Event): void => {
    if (event.type === 'log' && event.level === 'warning') warnings.push(event.message);
  };
  const load = {
    filename: 'skaffold.yaml',
    profiles: [],
    modules: [],
    command: 'render',
    profileAutoActivation: true,
    propagateProfiles: true,
    kubeContext: undefined,
    kubeconfig: undefined,
  };
  return openSession(
    {
      load,
      defaultRepo: 'r.io/x',
      globalConfigFile: undefined,
      insecureRegistries: [],
      detectMinikube: false,
      engine: 'embedded',
    },
    { system: { ...system, registry: { ...system.registry, resolve } }, emit, signal: new AbortController().signal },
  );
}

async function render(digestSource: string, buildArtifacts?: readonly BuiltArtifact[]): Promise<readonly string[]> {
  const options = {
    buildArtifacts,
    images: [],
    digestSource,
    build: {
      runMode: 'render',
      buildImages: [],
      tag: '',
      platforms: [],
      onePlatform: false,
      push: undefined,
      concurrency: -1,
      cacheArtifacts: true,
      cacheFile: undefined,
      muteLogs: [],
      skipTests: false,
      skip: undefined,
    },
    manifests: {
      labels: [],
      namespace: undefined,
      offline: true,
      setValues: [],
      setValueFile: undefined,
      resourceSelectorRulesFile: undefined,
      pin: 'rules',
      annotateSource: false,
    },
  } satisfies RenderOptions;
  const { text } = await runRender(await open(), options);
  return [...text.matchAll(/image: (.*)$/gm)].map(([, image = '']) => image);
}

const built = (imageName: string, tag: string): BuiltArtifact => ({ imageName: imageName as ImageName, tag });

describe('--digest-source', () => {
  test('remote asks once for each reference, all at the same time, and builds nothing', async () => {
    const pinned = ['a', 'b', 'c'].map((name) => `r.io/x/${name}:v1@${digest('e')}`);
    expect(await render('remote')).toEqual([...pinned, 'other']);
    expect([...asked].sort()).toEqual(['r.io/x/a:v1', 'r.io/x/b:v1', 'r.io/x/c:v1']);
    expect(most).toBe(3);
    expect(warnings).toEqual([]);
  });

  test('remote asks about a reference that several artifacts share only once', async () => {
    await render(
      'remote',
      ['a', 'b', 'c'].map((name) => built(name, 'r.io/x/same:v1')),
    );
    expect(asked).toEqual(['r.io/x/same:v1']);
  });

  test.each(['remote', 'tag', 'none', 'local'])('%s asks nobody where digests are given', async (source) => {
    const given = ['a', 'b', 'c'].map((name) => built(name, `r.io/x/${name}:v1@${digest('d')}`));
    expect(await render(source, given)).toEqual([...given.map(({ tag }) => tag), 'other']);
    expect(asked).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test('tag writes tags, and says that they pin nothing', async () => {
    expect(await render('tag')).toEqual(['r.io/x/a:v1', 'r.io/x/b:v1', 'r.io/x/c:v1', 'other']);
    expect(asked).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('r.io/x/a:v1, r.io/x/b:v1, r.io/x/c:v1')]);
  });

  test('none leaves images as they are, apart from those that are given; artifacts left out are named', async () => {
    expect(await render('none')).toEqual(['a', 'b', 'c', 'other']);
    expect(warnings).toEqual([]);
    expect(await render('none', [built('a', `r.io/x/a:v1@${digest('d')}`)])).toEqual([
      `r.io/x/a:v1@${digest('d')}`,
      'b',
      'c',
      'other',
    ]);
    expect(warnings).toEqual([expect.stringContaining('b, c')]);
    expect(asked).toEqual([]);
  });
});
