import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event } from '../../../src/core/events.ts';
import { createSlipway } from '../../../src/index.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-docker-deploy-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const configuration = (deploy: string): string => `
apiVersion: skaffold/v4beta14
kind: Config
build:
  tagPolicy: {envTemplate: {template: v1}}
  artifacts: [{image: app}]
deploy: ${deploy}
`;

async function tagOf(deploy: string, settings = ''): Promise<{ readonly tag: string; readonly warnings: string[] }> {
  writeFileSync(join(directory, 'skaffold.yaml'), configuration(deploy));
  mkdirSync(join(directory, '.skaffold'), { recursive: true });
  writeFileSync(join(directory, '.skaffold/config'), settings);
  const warnings: string[] = [];
  const emit = (event: Event): void => {
    if (event.type === 'log' && event.level === 'warning') warnings.push(event.message);
  };
  const env = { HOME: directory, PATH: process.env['PATH'], KUBECONFIG: '/nonexistent' };
  const slipway = await createSlipway({ cwd: directory, env, emit });
  const builds = await slipway.build({
    dryRun: true,
    ...(settings === '' ? { defaultRepo: 'r.io/p' } : {}),
  });
  return { tag: builds[0]?.tag ?? '', warnings };
}

test('images for Docker keep their names, whatever --default-repo says, and that is told', async () => {
  expect(await tagOf('{docker: {images: [app]}}')).toEqual({
    tag: 'app:v1',
    warnings: ['with deploy.docker images keep their names: --default-repo is not used'],
  });
  expect(await tagOf('{kubectl: {}}')).toEqual({ tag: 'r.io/p/app:v1', warnings: [] });
});

test('the default repo of the settings counts', async () => {
  expect(await tagOf('{docker: {images: [app]}}', 'global: {default-repo: s.io/q}\n')).toEqual({
    tag: 's.io/q/app:v1',
    warnings: [],
  });
});
