import type { YamlMapping, YamlNode } from '../../core/yaml-node.ts';
import { child, itemsOf, textNode, withChild } from '../nodes.ts';
import { scalarText } from '../scalar.ts';
import { given, listOf, mappingIn, type Report, textIn } from './step.ts';
import { imageTemplates } from './v3alpha1-helm.ts';

const moves: readonly (readonly [from: string, to: string])[] = [
  ['/deploy/kubectl/manifests', '/manifests/rawYaml'],
  ['/deploy/kustomize/paths', '/manifests/kustomize/paths'],
  ['/deploy/kustomize/buildArgs', '/manifests/kustomize/buildArgs'],
  ['/deploy/helm', '/manifests/helm'],
];

/**
 * The document with the patches of its profiles led to where things are now. `before` is the document as it was.
 * Patches of Helm releases are repeated at the end for `deploy.helm`, which has the releases too; those of an
 * `artifactOverrides` entry `image…` are not, as Skaffold has it.
 */
export function withMovedPatches(root: YamlMapping, before: YamlMapping, report: Report): YamlMapping {
  const profiles = child(root, 'profiles');
  if (profiles?.kind !== 'sequence') return root;
  const pipelines = [before, ...itemsOf(child(before, 'profiles'))];
  const releases = pipelines.flatMap((pipeline) => releasesIn(pipeline) ?? []);
  const items = profiles.items.map((profile) => {
    const patches = given(profile, 'patches');
    if (profile.kind !== 'mapping' || patches?.kind !== 'sequence') return profile;
    return withChild(profile, 'patches', listOf(movedPatches(patches.items, releases, report), patches));
  });
  return withChild(root, 'profiles', { ...profiles, items });
}

/** The releases of a pipeline, wrapped to be one entry of a list of pipelines; undefined without `deploy.helm`. */
function releasesIn(pipeline: YamlNode): readonly [readonly YamlNode[]] | undefined {
  const helm = mappingIn(mappingIn(pipeline, 'deploy'), 'helm');
  return helm === undefined ? undefined : [itemsOf(child(helm, 'releases'))];
}

function movedPatches(
  patches: readonly YamlNode[],
  releases: readonly (readonly YamlNode[])[],
  report: Report,
): readonly YamlNode[] {
  const templated = releases.reduce<readonly YamlNode[]>(
    (all, list) => withTemplates(patches, all, list, report),
    patches,
  );
  const repeated = templated.filter((patch) => textIn(patch, 'path').includes('/deploy/helm') && !isHook(patch));
  const moved = templated.map((patch, index) => {
    const written = patches[index];
    return written === undefined || isOverride(written) || isHook(written) ? patch : move(patch, written, report);
  });
  return [...moved, ...repeated];
}

function isHook(patch: YamlNode): boolean {
  return textIn(patch, 'path').includes('/deploy/helm/hooks');
}

/** Index of the release whose `artifactOverrides` a patch changes. */
function overriddenRelease(patch: YamlNode): number | undefined {
  const found = /\/deploy\/helm\/releases\/([0-9]+)\/artifactOverrides\/image/.exec(textIn(patch, 'path'));
  return found === null ? undefined : Number(found[1]);
}

function isOverride(patch: YamlNode): boolean {
  return overriddenRelease(patch) !== undefined;
}

function move(patch: YamlNode, written: YamlNode, report: Report): YamlNode {
  const path = textIn(written, 'path');
  if (path.includes('/deploy/kpt'))
    report(child(written, 'path') ?? written, `a patch of deploy.kpt is not moved: ${path}`, {
      severity: 'warning',
      suggestion: 'Move it by hand, and raise the apiVersion',
    });
  const found = moves.find(([from]) => path.includes(from));
  return found === undefined ? patch : withPath(patch, path.replaceAll(found[0], found[1]));
}

function withPath(patch: YamlNode, path: string): YamlNode {
  return patch.kind === 'mapping' ? withChild(patch, 'path', textNode(path, child(patch, 'path') ?? patch)) : patch;
}

/** Replaces patches of `artifactOverrides` by those of the templates that stand for them; what they add comes last. */
function withTemplates(
  written: readonly YamlNode[],
  patches: readonly YamlNode[],
  releases: readonly YamlNode[],
  report: Report,
): readonly YamlNode[] {
  const result = [...patches];
  for (const [index, patch] of written.entries()) {
    const number = overriddenRelease(patch);
    if (number === undefined || patch.kind !== 'mapping') continue;
    const release = releases[number];
    if (release?.kind === 'mapping') {
      const [first, ...more] = templatePatches(patch, release);
      result[index] = first;
      for (const item of more) result.push(item);
    } else report(child(patch, 'path') ?? patch, `the patch changes release ${number}, which is not there`, advice);
  }
  return result;
}

const advice = { suggestion: 'Correct the number of the release in the path' } as const;

function templatePatches(patch: YamlMapping, release: YamlMapping): readonly [YamlNode, ...YamlNode[]] {
  const path = textIn(patch, 'path')
    .replaceAll('/deploy/helm', '/manifests/helm')
    .replaceAll('artifactOverrides', 'setValueTemplates');
  const value = child(patch, 'value');
  const [first, ...more] = imageTemplates(release, path, value?.kind === 'scalar' ? scalarText(value) : '');
  const patchOf = ({ key, template }: { readonly key: string; readonly template: string }): YamlNode => {
    const moved = withPath(patch, key) as YamlMapping;
    return value === undefined ? moved : withChild(moved, 'value', textNode(template, value));
  };
  return [patchOf(first), ...more.map(patchOf)];
}
