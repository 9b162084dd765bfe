import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../../src/config/documents.ts';
import { definitionNames, definitionOf, fieldsAt, formsOf, isIn, rootDefinition } from '../../../src/config/schema.ts';
import { apiVersions, versionIndex } from '../../../src/config/versions.ts';

/**
 * The fields every version has got, and lost, over the one before, with their types as Skaffold v2.24.0 reads them: facts
 * recorded from its Go packages `schema/<version>`. A profile has what the root has under `build`, `test`, `deploy` and so on.
 */
const recorded = JSON.parse(
  readFileSync(new URL('../../fixtures/config/fields.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, { readonly has: readonly string[]; readonly lost?: readonly string[] }>>;

/** What Skaffold does not have. */
const own: Readonly<Record<string, string>> = { 'build.artifacts[].docker.cacheTo': '[s' };

const notInProfiles = new Set(['apiVersion', 'kind', 'metadata', 'requires', 'profiles']);

function recordedFields(version: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const name of apiVersions.slice(0, versionIndex(version) + 1)) {
    const { has, lost = [] } = recorded[name] ?? { has: [] };
    for (const path of lost) fields.delete(path);
    for (const line of has) fields.set(line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1));
  }
  if (version === apiVersions.at(-1)) for (const [path, type] of Object.entries(own)) fields.set(path, type);
  if (fields.has('profiles'))
    for (const [path, type] of [...fields])
      if (!notInProfiles.has(path.split(/[.[]/, 1)[0] ?? '')) fields.set(`profiles[].${path}`, type);
  return fields;
}

function ourFields(version: number): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const walk = (definition: string, path: string, above: readonly string[]): void => {
    for (const { name, type } of fieldsAt(definition, version)) {
      fields.set(path + name, type.replace(/@.+/, '@'));
      const inner = /^(\[?)@(.+)$/.exec(type);
      if (inner?.[2] !== undefined && !above.includes(inner[2]) && inner[2] !== 'LegacyVerifyContainer')
        walk(inner[2], `${path}${name}${inner[1] === '' ? '' : '[]'}.`, [...above, inner[2]]);
    }
  };
  walk(rootDefinition, '', [rootDefinition]);
  return fields;
}

test.each(apiVersions)('%s has exactly the fields it should, with their types', (version) => {
  const [ours, theirs] = [ourFields(versionIndex(version)), recordedFields(version)];
  const wrong = [...new Set([...ours.keys(), ...theirs.keys()])].filter((path) => ours.get(path) !== theirs.get(path));
  expect(wrong.map((path) => `${path}: ${ours.get(path)}, should be ${theirs.get(path)}`)).toEqual([]);
});

test('every version is recorded', () => {
  expect(Object.keys(recorded)).toEqual(apiVersions);
  expect(recordedFields('v1alpha1').size).toBe(27);
  expect(recordedFields('v4beta14').size).toBeGreaterThan(1000);
});

test('fields that changed form have one form in every version', () => {
  for (const owner of definitionNames()) {
    for (const field of new Set(definitionOf(owner).fields.map(({ name }) => name))) {
      for (const index of apiVersions.keys()) {
        const forms = formsOf(owner, field).filter((form) => isIn(form, index));
        expect(forms.length, `${owner}.${field} in ${apiVersions[index]}`).toBeLessThanOrEqual(1);
      }
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

  test.each([
    ['v1alpha1', 0],
    ['v1alpha2', 1],
  ])('a word as tag policy in %s', async (version, findings) => {
    expect(await read(version, 'build: {tagPolicy: sha256}\n')).toBe(findings);
  });

  test.each([
    ['v2beta10', 'error'],
    ['v2beta11', 'warning'],
  ])('an unknown field of kaniko in %s', async (version, severity) => {
    const text = `apiVersion: skaffold/${version}\nkind: Config\nbuild: {artifacts: [{image: a, kaniko: {nope: 1}}]}\n`;
    const { findings } = await parseConfiguration('s', Buffer.from(text));
    expect(findings.map((finding) => finding.severity)).toEqual([severity]);
  });
});
