import { Ajv, type ValidateFunction } from 'ajv';
import { expect, test } from 'vitest';
import { readAuthored } from '../../../schemas/authored.ts';
import { publishedSchema } from '../../../schemas/published.ts';
import { parseConfiguration } from '../../../src/config/documents.ts';
import { apiVersions } from '../../../src/config/versions.ts';
import { changed, type Json, type Path, sitesOf, upgradableConfig } from '../config/full-config.ts';

/** An independent validator of JSON Schemas says of our published schemas what our own validator says of configurations. */
const authored = readAuthored();
const versions = apiVersions;
const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true });

function compile(version: string): ValidateFunction {
  return ajv.compile(publishedSchema(authored, version));
}

async function ourErrors(config: Json): Promise<number> {
  const { findings } = await parseConfiguration('skaffold.yaml', Buffer.from(JSON.stringify(config)));
  return findings.filter(({ severity }) => severity === 'error').length;
}

test.each(versions)('%s: full configurations are valid, whatever member of a group is used', async (version) => {
  const validate = compile(version);
  for (let member = 0; member < 7; member += 1) {
    const config = withValues(upgradableConfig(apiVersions.indexOf(version), member));
    expect(validate(config), JSON.stringify(validate.errors?.[0])).toBe(true);
    expect(await ourErrors(config)).toBe(0);
  }
});

/** Texts of which only some words make sense, in place of any text. */
function withValues(config: Json): Json {
  const words: Readonly<Record<string, string>> = {
    variant: 'Tags',
    logging: 'LEGACY',
    logStreamingOption: 'STREAM_ON',
    type: 'maven',
    prefix: 'auto',
  };
  if (Array.isArray(config)) return config.map(withValues);
  if (typeof config !== 'object') return config;
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      typeof value === 'string' && name in words ? (words[name] ?? '') : withValues(value),
    ]),
  );
}

test.each(['v1alpha2', 'v1beta8', 'v2beta29', 'v4beta1', 'v4beta14'])(
  '%s: both refuse an unknown key in every object',
  async (version) => {
    const validate = compile(version);
    const index = apiVersions.indexOf(version);
    const full = Array.from({ length: 7 }, (_, member) => withValues(upgradableConfig(index, member)));
    const objects = sitesOf(index).filter(({ type, lenient }) => type.startsWith('@') && !lenient);
    const checked = new Set<string>();
    for (const { path } of objects) {
      const base = full.find((config) => has(config, path));
      if (base === undefined) continue;
      const config = changed(base, path, (old) => ({ ...(old as object), wrongKey: 'x' }));
      expect(validate(config), path.join('.')).toBe(false);
      expect(await ourErrors(config), path.join('.')).toBe(1);
      checked.add(path.join('.'));
    }
    expect(checked.size).toBeGreaterThan(index / 2);
  },
);

function has(config: Json, path: Path): boolean {
  return (
    path.reduce<unknown>((value, step) => (value as Record<string | number, unknown> | undefined)?.[step], config) !==
    undefined
  );
}

test('published schemas allow keys for anchors at the top, and one builder at most', () => {
  const validate = compile('v4beta14');
  const base = { apiVersion: 'skaffold/v4beta14', kind: 'Config' };
  expect(validate({ ...base, '.anchors': [1] })).toBe(true);
  expect(validate({ ...base, build: { artifacts: [{ image: 'a', docker: {} }] } })).toBe(true);
  expect(validate({ ...base, build: { artifacts: [{ image: 'a', docker: {}, bazel: { target: 't' } }] } })).toBe(false);
  expect(validate({ ...base, build: { artifacts: [{ docker: {} }] } })).toBe(false);
  expect(validate({ ...base, apiVersion: 'skaffold/v4beta13' })).toBe(false);
});
