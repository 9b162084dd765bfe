import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../../src/config/documents.ts';
import { apiVersions } from '../../../src/config/versions.ts';
import { ToolError } from '../../../src/core/errors.ts';
import {
  changed,
  fullConfig,
  isLost,
  type Json,
  onlyAt,
  type Site,
  sitesOf,
  upgradableConfig,
  write,
} from './full-config.ts';
import { load } from './harness.ts';

const versions = apiVersions.map((name, index) => ({ name, index }));

async function findingsOf(text: string): Promise<readonly string[]> {
  const { findings } = await parseConfiguration('skaffold.yaml', Buffer.from(text));
  return findings.map(({ severity, at }) => `${severity} ${offsetOf(text, at?.line ?? 0, at?.column ?? 0)}`);
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, content) => sum + content.length + 1, 0) + column - 1;
}

/** A value that no conversion makes one of this type. */
function wrongValue({ type }: Site): Json {
  return type === 's' || type === 'p' ? ['wrong'] : 'wrong';
}

describe.each(versions)('$name', ({ index }) => {
  test('a configuration with every field has no finding', async () => {
    expect(await findingsOf(write(upgradableConfig(index), []).text)).toEqual([]);
  });

  test('a misspelt key is found where it stands, in every object', async () => {
    for (const site of sitesOf(index).filter(({ type }) => type.startsWith('@'))) {
      const { text, offset } = write(onlyAt(site.path, { wrongKey: 'x' }, index), site.path, 'wrongKey');
      expect(await findingsOf(text), site.path.join('.')).toEqual([`${site.lenient ? 'warning' : 'error'} ${offset}`]);
    }
  });

  test('a wrong type is found where it stands, in every field', async () => {
    for (const site of typed(index)) {
      const { text, offset } = write(onlyAt(site.path, wrongValue(site), index), site.path);
      expect(await findingsOf(text), site.path.join('.')).toEqual([`error ${offset}`]);
    }
  });
});

/** Everything but the root that cannot take just any value. */
function typed(version: number): readonly Site[] {
  return sitesOf(version).filter(({ path, type }) => path.length > 0 && type !== 'y');
}

/** Mutations of each version; all of them in the soak tier. */
const mutations = process.env['SLIPWAY_SOAK'] === undefined ? 80 : Number.POSITIVE_INFINITY;

interface Mutation {
  readonly site: Site;
  /** A key that no object has, instead of a value of the wrong type. */
  readonly misspell: boolean;
}

/** Mutations of a version's full configuration, spread over all of it. */
function mutationsOf(version: number): readonly Mutation[] {
  const sites = typed(version).filter(({ path }) => !isLost(path, version));
  const keys = sites.filter(({ type }) => type.startsWith('@')).map((site) => ({ site, misspell: true }));
  const all = [...keys, ...sites.map((site) => ({ site, misspell: false }))];
  const step = Math.max(1, all.length / mutations);
  return Array.from({ length: Math.min(all.length, mutations) }, (_, index) => all[Math.floor(index * step)]).flatMap(
    (mutation) => mutation ?? [],
  );
}

test('one change in a full configuration is one finding, at the place of the change, in every version', {
  timeout: 600_000,
}, async () => {
  let count = 0;
  for (const { index, name } of versions) {
    const full = upgradableConfig(index);
    for (const { site, misspell } of mutationsOf(index)) {
      const config = changed(full, site.path, (old) =>
        misspell ? { ...(old as object), wrongKey: 'x' } : wrongValue(site),
      );
      const { text, offset } = write(config, site.path, misspell ? 'wrongKey' : undefined);
      const severity = misspell && site.lenient ? 'warning' : 'error';
      expect(await findingsOf(text), `${name} ${site.path.join('.')}`).toEqual([`${severity} ${offset}`]);
      count++;
    }
  }
  expect(count).toBeGreaterThanOrEqual(5_000);
});

const latest = versions.at(-1)?.index ?? 0;

/** Any YAML value, as a person might put it in the wrong place. */
const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>('', 'text', 'null', '80', 'yes', 0, -1, 1.5, 1e30, true, false),
    fc.array(tie('value') as fc.Arbitrary<Json>, { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('image', 'docker', 'name', '__proto__', 'x'), tie('value') as fc.Arbitrary<Json>, {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).value as fc.Arbitrary<Json>;

test('whatever stands anywhere, loading ends with a project or a ToolError', async () => {
  const sites = sitesOf(latest);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...sites), anyValue, fc.nat({ max: 6 }), async (site, value, member) => {
      const config = changed(fullConfig(latest, member), site.path, () => value);
      const outcome = await load(write(config, []).text, { profiles: ['text'] }).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ToolError);
    }),
    { numRuns: 400, seed: 11 },
  );
});
