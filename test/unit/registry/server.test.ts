import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Event } from '../../../src/core/events.ts';
import type { Context, System } from '../../../src/core/ports.ts';
import { serveRegistry } from '../../../src/registry/server.ts';
import { clock } from '../../../src/system/clock.ts';
import { createFiles } from '../../../src/system/files.ts';
import { listen } from '../../../src/system/listen.ts';
import { random } from '../../../src/system/random.ts';

function context(): { readonly ctx: Context; readonly events: Event[]; readonly cwd: string } {
  const cwd = mkdtempSync(join(tmpdir(), 'slipway-serve-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const events: Event[] = [];
  const ports: Partial<System> = { files: createFiles(tmpdir()), clock, listen, random, cwd };
  const ctx = {
    system: ports as System,
    emit: (event: Event) => void events.push(event),
    signal: new AbortController().signal,
  };
  return { ctx, events, cwd };
}

test('requests are logged for debugging, without credentials', async () => {
  const { ctx, events, cwd } = context();
  writeFileSync(join(cwd, 'users'), 'ann:secret\n');
  const running = await serveRegistry({ address: '127.0.0.1:0', store: join(cwd, 'store'), authFile: 'users' }, ctx);
  const authorization = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
  const url = `http://127.0.0.1:${running.port}/v2/`;
  expect([(await fetch(url)).status, (await fetch(url, { headers: { authorization } })).status]).toEqual([401, 200]);
  await running.close();
  expect(events).toEqual([
    { type: 'log', level: 'debug', message: 'GET /v2/ 401' },
    { type: 'log', level: 'debug', message: 'GET /v2/ 200' },
  ]);
});

test('a failure of our own is logged as an error', async () => {
  const { ctx, events, cwd } = context();
  const files = { ...ctx.system.files, readIfExists: () => Promise.reject(new Error('broken')) };
  const running = await serveRegistry(
    { address: '127.0.0.1:0', store: join(cwd, 'store') },
    { ...ctx, system: { ...ctx.system, files } },
  );
  const answer = await fetch(`http://127.0.0.1:${running.port}/v2/app/manifests/v1`);
  await running.close();
  expect(answer.status).toBe(500);
  const logged = events.filter((event) => event.type === 'log' && event.level === 'error');
  expect(logged).toMatchObject([{ message: expect.stringContaining('GET /v2/app/manifests/v1: ') }]);
});

test('a port in use, a missing user file and a store that cannot be made are told by code', async () => {
  const { ctx, cwd } = context();
  const store = join(cwd, 'store');
  const running = await serveRegistry({ address: '127.0.0.1:0', store }, ctx);
  const refused = serveRegistry({ address: `127.0.0.1:${running.port}`, store }, ctx);
  await expect(refused).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' });
  await running.close();
  const noUsers = serveRegistry({ address: '127.0.0.1:0', store, authFile: 'missing' }, ctx);
  await expect(noUsers).rejects.toMatchObject({ code: 'FILE_READ_ERR' });
  writeFileSync(join(cwd, 'file'), '');
  const noStore = serveRegistry({ address: '127.0.0.1:0', store: join(cwd, 'file/store') }, ctx);
  await expect(noStore).rejects.toMatchObject({ code: 'FILE_WRITE_ERR' });
});

test('close waits for work in the background', async () => {
  const { ctx, cwd } = context();
  let under = 0;
  const stat = async (path: string): ReturnType<typeof ctx.system.files.stat> => {
    under++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    under--;
    return ctx.system.files.stat(path);
  };
  const system = { ...ctx.system, files: { ...ctx.system.files, stat } };
  const running = await serveRegistry({ address: '127.0.0.1:0', store: join(cwd, 'store') }, { ...ctx, system });
  await running.close();
  expect(under).toBe(0);
});

test('after close nobody answers', async () => {
  const { ctx, cwd } = context();
  const running = await serveRegistry({ address: '127.0.0.1:0', store: join(cwd, 'store') }, ctx);
  await running.close();
  await expect(fetch(`http://127.0.0.1:${running.port}/v2/`)).rejects.toThrow();
});
