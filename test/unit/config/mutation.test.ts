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

test('one change in a full configuration is one finding, at the place of the change', async () => {
  const places = versions.flatMap(({ index }) =>
    typed(index)
      .filter(({ path }) => !isLost(path, index))
      .map((site) => ({ site, index })),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), fc.boolean(), async ({ site, index }, misspell) => {
      const object = misspell && site.type.startsWith('@');
      const config = changed(upgradableConfig(index), site.path, (old) =>
        object ? { ...(old as object), wrongKey: 'x' } : wrongValue(site),
      );
      const { text, offset } = write(config, site.path, object ? 'wrongKey' : undefined);
      const severity = object && site.lenient ? 'warning' : 'error';
      expect(await findingsOf(text), site.path.join('.')).toEqual([`${severity} ${offset}`]);
    }),
    { numRuns: 200, seed: 5 },
  );
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
