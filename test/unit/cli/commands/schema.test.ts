import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { run } from '../../../../src/cli/run.ts';
import { createSystem } from '../../../../src/system/node.ts';
import { fakeHost } from '../host.ts';
import { runCommandLine } from './support.ts';

async function runHere(...args: string[]): Promise<{ code: number; stdout: string }> {
  const host = fakeHost({ args });
  const code = await run(host, (env) => createSystem({ env, cwd: process.cwd() }));
  return { code, stdout: host.written.stdout };
}

describe('schema list', () => {
  test('names every version, oldest first', async () => {
    const { code, stdout } = await runCommandLine(['schema', 'list']);
    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines).toHaveLength(72);
    expect(lines[0]).toBe('skaffold/v1alpha1');
    expect(lines.at(-1)).toBe('skaffold/v4beta14');
    const json = await runCommandLine(['schema', 'list', '-o', 'json']);
    expect(JSON.parse(json.stdout)).toEqual({ versions: lines });
  });

  test('an unknown form fails', async () => {
    const result = await runCommandLine(['schema', 'list', '-o', 'xml']);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('"xml"');
  });
});

describe('schema get', () => {
  test.each(['v4beta14', 'skaffold/v4beta14'])('prints the schema of %s', async (name) => {
    const result = await runHere('schema', 'get', name);
    expect(result).toEqual({ code: 0, stdout: readFileSync('schemas/v4beta14.json', 'utf8') });
    expect(result.stdout).toContain('#/definitions/SkaffoldConfig');
  });

  test.each(['v99', 'skaffold/skaffold/v3', '../package', ''])('refuses %j', async (name) => {
    const result = await runCommandLine(['schema', 'get', name]);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(`schema "${name}" not found`);
  });
});
