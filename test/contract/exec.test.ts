import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Exec } from '../../src/core/ports.ts';
import { createExec } from '../../src/system/exec.ts';
import { fakeExec } from '../support/fake-exec.ts';

const bin = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-exec-')));
afterAll(() => rmSync(bin, { recursive: true, force: true }));

/** The same programs twice: as scripts, and as functions. */
const scripts: Readonly<Record<string, string>> = {
  'print-args': 'for a in "$@"; do printf "<%s>" "$a"; done',
  'print-both': 'printf out; printf err >&2; exit 3',
  'print-env': 'printf "%s,%s" "$ONE" "$TWO"',
  'print-directory': 'pwd -P | tr -d "\\n"',
  'copy-input': 'cat',
  'ignore-input': 'exit 0',
  hang: 'sleep 60',
};
for (const [name, script] of Object.entries(scripts)) {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

const environment = { PATH: `${bin}:${process.env['PATH']}`, ONE: 'one', TWO: undefined };
const subjects: Readonly<Record<string, Exec>> = {
  'real processes': createExec(environment),
  'programs in memory': fakeExec(
    {
      'print-args': (args) => ({ stdout: args.map((arg) => `<${arg}>`).join('') }),
      'print-both': () => ({ stdout: 'out', stderr: 'err', exitCode: 3 }),
      'print-env': (_, { env }) => ({ stdout: `${env['ONE'] ?? ''},${env['TWO'] ?? ''}` }),
      'print-directory': (_, { cwd }) => ({ stdout: cwd }),
      'copy-input': (_, { input }) => ({ stdout: input }),
      'ignore-input': () => ({}),
      hang: () => new Promise(() => undefined),
    },
    { env: { ONE: 'one' }, cwd: bin },
  ),
};

const withCode = (code: string): unknown => expect.objectContaining({ name: 'ToolError', code });

describe.each(Object.entries(subjects))('%s', (_, exec) => {
  describe.each(['captured', 'streamed'])('%s', (way) => {
    const seen: string[] = [];
    const streaming =
      way === 'streamed' ? { onOutput: (stream: string, text: string) => void seen.push(`${stream}:${text}`) } : {};

    test('passes arguments as they are, through no shell', async () => {
      const result = await exec.run('print-args', ['a b', '$HOME', '*', '', "'"], streaming);
      expect(result).toEqual({ exitCode: 0, stdout: "<a b><$HOME><*><><'>", stderr: '' });
    });

    test('a failing program is a result like any other', async () => {
      seen.length = 0;
      expect(await exec.run('print-both', [], streaming)).toEqual({ exitCode: 3, stdout: 'out', stderr: 'err' });
      if (way === 'streamed') expect(seen.sort()).toEqual(['stderr:err', 'stdout:out']);
    });

    test('puts both outputs together, in the order of writing', async () => {
      seen.length = 0;
      const result = await exec.run('print-both', [], { ...streaming, together: true });
      expect(result).toEqual({ exitCode: 3, stdout: 'outerr', stderr: '' });
      if (way === 'streamed') expect(seen.join('').replaceAll('stdout:', '')).toBe('outerr');
      expect((await exec.run('print-args', ['$HOME', 'a b'], { together: true })).stdout).toBe('<$HOME><a b>');
      await expect(exec.run('no-such-program', [], { together: true })).rejects.toEqual(withCode('COMMAND_NOT_FOUND'));
    });

    test('environment: the system’s, or a whole one of its own', async () => {
      expect((await exec.run('print-env', [], streaming)).stdout).toBe('one,');
      const env = { PATH: environment.PATH, TWO: 'two' };
      expect((await exec.run('print-env', [], { ...streaming, env })).stdout).toBe(',two');
    });

    test('runs where it is told to', async () => {
      expect((await exec.run('print-directory', [], { ...streaming, cwd: bin })).stdout).toBe(bin);
    });

    test('input is given, empty without, and may be ignored', async () => {
      const input = 'ä'.repeat(200_000);
      expect((await exec.run('copy-input', [], { ...streaming, input })).stdout).toBe(input);
      expect((await exec.run('copy-input', [], { ...streaming, input: Buffer.from('bytes') })).stdout).toBe('bytes');
      expect((await exec.run('copy-input', [], streaming)).stdout).toBe('');
      expect((await exec.run('ignore-input', [], { ...streaming, input })).exitCode).toBe(0);
    });

    test('a program that is not there', async () => {
      await expect(exec.run('no-such-program', [], streaming)).rejects.toEqual(withCode('COMMAND_NOT_FOUND'));
    });

    test('stops when told to, before and during', async () => {
      const controller = new AbortController();
      const running = exec.run('hang', [], { ...streaming, signal: controller.signal });
      setTimeout(() => controller.abort(), 50);
      await expect(running).rejects.toEqual(withCode('CANCELLED'));
      await expect(exec.run('hang', [], { ...streaming, signal: controller.signal })).rejects.toEqual(
        withCode('CANCELLED'),
      );
    });

    test('stops when its time is up', async () => {
      await expect(exec.run('hang', [], { ...streaming, timeoutMilliseconds: 50 })).rejects.toEqual(
        withCode('COMMAND_FAILED'),
      );
    });
  });
});
