import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isBuilt } from '../../src/cli/built-commands.ts';
import { createSlipway, type Slipway, ToolError } from '../../src/index.ts';
import { type FakeEngine, fakeEngine } from '../unit/engines/docker/support.ts';
import { entryOf, fieldStatus } from './compat/field-status.ts';
import { allFields, type FieldPath } from './compat/fields.ts';
import { base, fieldSamples, sampleFiles, sampleWith } from './compat/samples.ts';
import type { Refusal, Status } from './compat/status.ts';

const fields = allFields();
const statusOf = ({ path }: FieldPath): Status | undefined => fieldStatus[entryOf(path) ?? ''];

test('every field has a status, and every status is that of a field', () => {
  expect(fields.length).toBeGreaterThan(400);
  expect(fields.filter((field) => statusOf(field) === undefined).map(({ path }) => path)).toEqual([]);
  const paths = new Set(fields.map(({ path }) => path));
  expect([...Object.keys(fieldStatus), ...Object.keys(fieldSamples)].filter((path) => !paths.has(path))).toEqual([]);
});

test('a field that waits for commands waits for some that are not built', () => {
  const commands = new Set(
    Object.values(fieldStatus).flatMap((status) => (status.kind === 'later' ? status.commands : [])),
  );
  expect([...commands].filter(isBuilt)).toEqual([]);
});

let directory: string;
let docker: FakeEngine;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-fields-'));
  docker = await fakeEngine({});
});
afterAll(async () => {
  await docker.close();
  rmSync(directory, { recursive: true, force: true });
});

let counter = 0;

/** A project whose configuration has the field set. */
async function projectWith(field: FieldPath | undefined): Promise<Slipway> {
  const cwd = join(directory, String(counter++));
  const config = field === undefined ? base : sampleWith(field);
  const files = { ...sampleFiles, 'skaffold.yaml': JSON.stringify(config) };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  const env = {
    HOME: directory,
    PATH: process.env['PATH'],
    KUBECONFIG: '/nonexistent',
    DOCKER_HOST: `unix://${docker.socket}`,
  };
  return createSlipway({ cwd, env });
}

/** Codes and texts of an error and its findings. */
function findingsOf(error: unknown): readonly string[] {
  if (!(error instanceof ToolError)) throw error;
  return [error, ...error.diagnostics].map(({ code, message }) => `${code} ${message}`);
}

describe('refused', () => {
  const refused = fields.flatMap((field) => {
    const status = statusOf(field);
    return status?.kind === 'refused' ? status.by.map((command) => [command, field.path, field, status] as const) : [];
  });

  test.each(refused)('%s refuses %s', async (command, _path, field, status: Refusal) => {
    const slipway = await projectWith(field);
    const run =
      command === 'build'
        ? slipway.build({ engine: status.engine ?? 'embedded', push: false })
        : slipway.render({ digestSource: 'none' });
    const error = await run.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error, 'nothing was refused').toBeInstanceOf(ToolError);
    expect(findingsOf(error)).toContainEqual(expect.stringContaining(`NOT_SUPPORTED ${status.naming}`));
  });
});

describe('without effect on what is built and rendered', () => {
  const inert = fields.filter((field) => ['later', 'no effect'].includes(statusOf(field)?.kind ?? ''));
  const results = async (field: FieldPath | undefined): Promise<unknown> => {
    const slipway = await projectWith(field);
    const { text } = await slipway.render({ digestSource: 'tag' });
    return { text, tags: await slipway.build({ dryRun: true }) };
  };

  test.each(inert.map((field) => [field.path, field] as const))('%s', async (_path, field) => {
    expect(await results(field)).toEqual(await results(undefined));
  });
});
