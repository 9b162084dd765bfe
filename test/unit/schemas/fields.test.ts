import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../../src/config/documents.ts';
import { definitionNames, fieldAt, fieldsAt, formsOf } from '../../../src/config/schema.ts';
import { apiVersions, oldestReadVersion, versionIndex } from '../../../src/config/versions.ts';

/**
 * When fields came and went in Skaffold's own published schemas (docs-v2/content/en/schemas), written down by hand from
 * comparing them pairwise; every other v4 field has been there since v4beta1.
 */
const since: Readonly<Record<string, readonly string[]>> = {
  v4beta2: ['Artifact.runtimeType', 'CloudRunDeploy.hooks', 'KanikoArtifact.ignorePaths'],
  v4beta4: ['VerifyTestCase.executionMode'],
  v4beta5: ['SkaffoldConfig.customActions', 'Profile.customActions'],
  v4beta6: ['VerifyTestCase.timeout'],
  v4beta7: ['BuildConfig.hooks', 'ConfigDependency.googleCloudStorage'],
  v4beta8: ['KptDeploy.force', 'LocalVerifier.useLocalImages'],
  v4beta10: [
    'BazelArtifact.platforms',
    'ConfigDependency.googleCloudBuildRepoV2',
    'KanikoArtifact.copyMaxRetries',
    'KanikoArtifact.copyTimeout',
  ],
  v4beta11: ['KanikoArtifact.destination'],
  v4beta12: [
    'ClusterDetails.labels',
    'GoogleCloudBuild.bucket',
    'HelmRelease.dependsOn',
    'KanikoArtifact.buildContextCompressionLevel',
    'KanikoArtifact.imagePullSecret',
    'KanikoCache.cacheRunLayers',
    'LegacyHelmDeploy.concurrency',
  ],
  v4beta13: ['HelmDeployFlags.depBuild', 'HelmDeployFlags.template'],
  v4beta14: ['BuildpackArtifact.buildArgs'],
};
const until: Readonly<Record<string, readonly string[]>> = {
  v4beta4: ['KanikoArtifact.noPush'],
  v4beta7: ['KptDeploy.false'],
};

const versions = apiVersions.slice(apiVersions.indexOf(oldestReadVersion));
const all = definitionNames().flatMap((owner) =>
  [...new Set(fieldsNamed(owner))].map((field) => ({ owner, field, name: `${owner}.${field}` })),
);

function fieldsNamed(owner: string): readonly string[] {
  return versions.flatMap((version) => fieldsAt(owner, versionIndex(version)).map(({ name }) => name));
}

function expectedIn(name: string, version: string): boolean {
  const [born] = Object.entries(since).find(([, fields]) => fields.includes(name)) ?? ['v4beta1'];
  const [last] = Object.entries(until).find(([, fields]) => fields.includes(name)) ?? ['v4beta14'];
  const at = versionIndex(version);
  return versionIndex(born) <= at && at <= versionIndex(last);
}

describe.each(versions)('%s', (version) => {
  test('has exactly the fields it should', () => {
    const wrong = all.filter(
      ({ owner, field, name }) =>
        (fieldAt(owner, field, versionIndex(version)) !== undefined) !== expectedIn(name, version),
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

test('the table names only fields there are', () => {
  const known = new Set(all.map(({ name }) => name));
  expect([...Object.values(since), ...Object.values(until)].flat().filter((name) => !known.has(name))).toEqual([]);
  expect(all.length).toBeGreaterThan(420);
});

test('fields that changed form have one form in every version', () => {
  for (const { owner, field } of all) {
    for (const version of versions) {
      const index = versionIndex(version);
      const forms = formsOf(owner, field).filter(
        (form) => (form.since ?? 0) <= index && index <= (form.until ?? index),
      );
      expect(forms.length, `${owner}.${field} in ${version}`).toBeLessThanOrEqual(1);
    }
  }
});

describe('fields that changed form', () => {
  const read = async (version: string, text: string): Promise<number> =>
    (await parseConfiguration('s', Buffer.from(`apiVersion: skaffold/${version}\nkind: Config\n${text}`))).findings
      .length;

  test.each([
    ['v4beta8', 1],
    ['v4beta9', 0],
  ])('withChange of a hook after rendering in %s', async (version, findings) => {
    expect(await read(version, 'manifests: {hooks: {after: [{host: {command: [x], withChange: true}}]}}\n')).toBe(
      findings,
    );
  });

  test.each([
    ['v4beta3', 0],
    ['v4beta4', 1],
  ])('workingdir of a verify container in %s', async (version, findings) => {
    expect(await read(version, 'verify: [{name: v, container: {name: c, image: i, workingdir: /}}]\n')).toBe(findings);
  });
});
