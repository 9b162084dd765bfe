import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { createExec } from '../../../src/system/exec.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-exec-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const exec = createExec(process.env);
const file = (name: string): string => join(directory, name);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie still takes signals; its state says that it is one.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** A killed process is gone a moment after the signal. */
async function hasEnded(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && isRunning(pid); tries++) await setTimeout(10);
  return !isRunning(pid);
}

async function written(path: string): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    if (existsSync(path) && readFileSync(path, 'utf8').endsWith('\n')) return readFileSync(path, 'utf8').trim();
    await setTimeout(10);
  }
  throw new Error(`${path} was not written`);
}

describe.each([
  ['captured', {}],
  ['streamed', { onOutput: () => undefined }],
])('%s', (way, streaming) => {
  test('a stop reaches the whole process group', async () => {
    const note = file(`group-${way}`);
    const controller = new AbortController();
    const script = `sh -c 'echo $$ > ${note}; sleep 60' & wait`;
    const running = exec.run('sh', ['-c', script], { ...streaming, signal: controller.signal });
    const grandchild = Number(await written(note));
    expect(isRunning(grandchild)).toBe(true);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await hasEnded(grandchild)).toBe(true);
  });

  test('what ignores SIGINT is killed two seconds later', async () => {
    const note = file(`stubborn-${way}`);
    const controller = new AbortController();
    const script = `trap '' INT; echo $$ > ${note}; while :; do sleep 0.05; done`;
    const running = exec.run('sh', ['-c', script], { ...streaming, signal: controller.signal });
    const pid = Number(await written(note));
    const start = performance.now();
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(performance.now() - start).toBeGreaterThan(1500);
    expect(await hasEnded(pid)).toBe(true);
  });

  test('the reason of the stop is kept when it is an error of ours', async () => {
    const reason = new ToolError('CANCELLED', 'another artifact failed');
    const running = exec.run('sleep', ['60'], { ...streaming, signal: AbortSignal.any([AbortSignal.abort(reason)]) });
    await expect(running).rejects.toBe(reason);
  });

  test('a program ended by a signal counts as a shell would', async () => {
    const result = await exec.run('sh', ['-c', 'kill -9 $$'], streaming);
    expect(result.exitCode).toBe(137);
  });

  test('characters cut in two between pieces of output stay whole', async () => {
    const result = await exec.run('sh', ['-c', 'printf "\\303"; sleep 0.1; printf "\\244"'], streaming);
    expect(result.stdout).toBe('ä');
  });

  test('what cannot be started: not executable, no such directory, too many arguments', async () => {
    writeFileSync(file('plain'), '#!/bin/sh\n');
    chmodSync(file('plain'), 0o644);
    const refused = { code: 'COMMAND_NOT_FOUND' };
    await expect(exec.run(file('plain'), [], streaming)).rejects.toMatchObject(refused);
    await expect(exec.run('true', [], { ...streaming, cwd: file('nowhere') })).rejects.toMatchObject(refused);
    await expect(exec.run('true', ['x'.repeat(4_000_000)], streaming)).rejects.toMatchObject(refused);
  });
});
