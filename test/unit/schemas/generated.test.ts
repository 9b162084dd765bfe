import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readAuthored } from '../../../schemas/authored.ts';
import { generatedFiles, generatedPath } from '../../../schemas/generate.ts';
import { apiVersions } from '../../../src/config/versions.ts';

const files = [...generatedFiles()];

test.each(files.map(([path]) => path))('%s is current', (path) => {
  const content = files.find(([name]) => name === path)?.[1];
  expect(readFileSync(generatedPath(path), 'utf8') === content, 'run `npm run generate`').toBe(true);
});

test('there is a published schema for every version', () => {
  const published = files.map(([path]) => path).filter((path) => path.startsWith('schemas/'));
  expect(published).toEqual(apiVersions.map((version) => `schemas/${version}.json`));
});

describe('the authored schema', () => {
  const { definitions, $ref } = readAuthored();
  const properties = Object.entries(definitions).flatMap(([owner, definition]) =>
    Object.entries(definition.properties).flatMap(([name, property]) =>
      (property['x-versions'] ?? [property]).map((form) => ({ place: `${owner}.${name}`, form })),
    ),
  );

  test('describes every object and field in a sentence of one line', () => {
    const lines = [
      ...Object.values(definitions).map(({ description }) => description),
      ...properties.map(({ form }) => form.description ?? ''),
    ];
    expect(lines.filter((line) => !/^[^\n]+\.$/.test(line))).toEqual([]);
  });

  test('names only versions there are, since before until', () => {
    const wrong = properties.filter(({ form }) => {
      const [since, until] = [form['x-since'] ?? apiVersions[0], form['x-until'] ?? apiVersions.at(-1)].map((version) =>
        apiVersions.indexOf(version ?? ''),
      );
      return since === undefined || until === undefined || since < 0 || until < 0 || since > until;
    });
    expect(wrong.map(({ place }) => place)).toEqual([]);
  });

  test('requires and groups only fields there are', () => {
    for (const [name, definition] of Object.entries(definitions)) {
      const named = [...(definition.required ?? []), ...Object.values(definition['x-oneOf'] ?? {}).flat()];
      expect(Object.keys(definition.properties), name).toEqual(expect.arrayContaining(named));
    }
  });

  test('uses every definition', () => {
    const text = JSON.stringify(definitions) + $ref;
    expect(
      Object.keys(definitions).filter((name) => !text.includes(`#/definitions/${name}"`) && !$ref.endsWith(name)),
    ).toEqual([]);
  });
});
