import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../../src/config/documents.ts';
import { largestConfiguration } from '../../../src/config/limits.ts';
import { ToolError } from '../../../src/core/errors.ts';
import { hostileConfigs } from '../../support/hostile-configs.ts';
import { failure, head, load } from './harness.ts';

/** In milliseconds of CPU time, the collector's and the compiler's threads counted. */
const longest = 1_000;

test.each(Object.keys(hostileConfigs))('%s: loaded or refused within a second', async (name) => {
  const started = process.cpuUsage();
  const outcome = await load(hostileConfigs[name]).catch((error: unknown) => error);
  const { user, system } = process.cpuUsage(started);
  if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ToolError);
  expect((user + system) / 1000).toBeLessThan(longest);
});

describe('sizes', () => {
  const filled = (size: number): string => `${head}#`.padEnd(size, 'x');

  test('the largest file is read, one byte more is not', async () => {
    expect((await load(filled(largestConfiguration))).modules).toHaveLength(1);
    await expect(load(filled(largestConfiguration + 1))).rejects.toMatchObject({
      code: 'CONFIG_FILE_PARSING_ERR',
      message: expect.stringContaining(`skaffold.yaml: the file has ${largestConfiguration + 1} bytes`),
    });
  });

  test('standard input has the same limit, and so have required and downloaded files', async () => {
    const large = filled(largestConfiguration + 1);
    const refused = { code: 'CONFIG_FILE_PARSING_ERR', message: expect.stringContaining('bytes') };
    await expect(load(undefined, { filename: '-', stdin: Buffer.from(large) })).rejects.toMatchObject(refused);
    const requires = `${head}requires: [{path: other.yaml}]\n`;
    await expect(load(requires, { files: { '/work/other.yaml': large } })).rejects.toMatchObject(refused);
    const url = 'https://example.com/skaffold.yaml';
    await expect(load(undefined, { filename: url, web: { [url]: large } })).rejects.toMatchObject(refused);
  });

  test('too many values are told with the limit', async () => {
    const { findings } = await parseConfiguration('s', Buffer.from(`${head}build: [${'a,'.repeat(40_000)}]`));
    expect(findings).toMatchObject([{ code: 'CONFIG_FILE_PARSING_ERR', message: expect.stringContaining('40000') }]);
  });

  test('a message stays short however long the name in it', async () => {
    const { findings } = await parseConfiguration(
      's',
      Buffer.from(`${head}"${'k'.repeat(900)}": 1\nkind2: "${'x'.repeat(100_000)}"`),
    );
    expect(Math.max(...findings.map(({ message }) => message.length))).toBeLessThan(2_100);
  });
});

describe('modules', () => {
  const chain = (count: number): string =>
    Array.from({ length: count }, (_, index) => {
      const requires = index === count - 1 ? '' : `requires: [{configs: [m${index + 1}]}]\n`;
      return `${head}metadata: {name: m${index}}\n${requires}`;
    }).join('---\n');

  test('a long way from module to module is gone to its end, one without end is not', async () => {
    expect((await load(chain(200))).modules.map(({ name }) => name)).toHaveLength(200);
    await expect(load(chain(300))).rejects.toMatchObject({ code: 'CONFIG_VALIDATION_ERR' });
  });

  test('names are taken from all documents of a file, also of those not required', async () => {
    const other = `${head}metadata: {name: b}\n---\n${head}metadata: {name: a}\n`;
    const text = `${head}metadata: {name: a}\nrequires: [{path: other.yaml, configs: [b]}]\n`;
    const { diagnostics } = await failure(text, { files: { '/work/other.yaml': other } });
    expect(diagnostics).toMatchObject([
      { code: 'CONFIG_DUPLICATE_NAMES_ACROSS_FILES_ERR', at: { file: 'other.yaml', line: 7 } },
    ]);
  });
});

test('finishing is exact where patches and profiles are many', async () => {
  const patches = Array.from(
    { length: 300 },
    (_, index) => `  - {op: add, path: /build/artifacts/-, value: {image: i${index}}}\n`,
  );
  const text = `${head}build: {artifacts: [{image: x, docker: {target: ''}}]}\nprofiles:\n- name: p\n  activation: [{command: build}]\n  patches:\n${patches.join('')}`;
  const [module] = (await load(text)).modules;
  expect(module?.artifacts.map(({ image }) => image)).toEqual(['x', ...patches.map((_, index) => `i${index}`)]);
});
