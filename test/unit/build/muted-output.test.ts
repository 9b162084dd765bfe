import { expect, test } from 'vitest';
import { createMutedOutput } from '../../../src/build/muted-output.ts';
import { ToolError } from '../../../src/core/errors.ts';
import type { Event } from '../../../src/core/events.ts';
import type { ImageName } from '../../../src/core/names.ts';
import type { Context } from '../../../src/core/ports.ts';
import { fakeSystem } from '../../support/fake-system.ts';

interface Heard extends Context {
  readonly events: Event[];
  abort(): void;
}

function context(): Heard {
  const events: Event[] = [];
  const controller = new AbortController();
  return {
    system: fakeSystem(),
    emit: (event) => events.push(event),
    signal: controller.signal,
    events,
    abort: () => controller.abort(),
  };
}

const image = (name: string): ImageName => name as ImageName;
const output = (text: string): Event => ({ type: 'output', phase: 'Build', stream: 'stdout', text });
const textsOf = ({ events }: Heard): string[] =>
  events.flatMap((event) => (event.type === 'output' ? [event.text] : []));
const fileIn = (line = ''): string => /^ - writing logs to (.*)\n$/.exec(line)?.[1] ?? '';

test('what a build prints goes to the file whose name is told; everything else is still heard', async () => {
  const ctx = context();
  const result = await createMutedOutput().run(image('app'), ctx, async (inner) => {
    inner.emit(output('one\n'));
    inner.emit({ type: 'artifact-step', image: image('app'), step: 'COPY' });
    await Promise.resolve();
    inner.emit(output('two\n'));
    return 7;
  });
  expect(result).toBe(7);
  expect(textsOf(ctx)).toHaveLength(1);
  const [line] = textsOf(ctx);
  expect(await ctx.system.files.readText(fileIn(line))).toBe('one\ntwo\n');
  expect(ctx.events).toContainEqual({ type: 'artifact-step', image: 'app', step: 'COPY' });
});

test('a build that prints nothing has a file all the same', async () => {
  const ctx = context();
  await createMutedOutput().run(image('app'), ctx, async () => undefined);
  expect(await ctx.system.files.readText(fileIn(textsOf(ctx)[0]))).toBe('');
});

test('a build that fails shows what it printed', async () => {
  const ctx = context();
  const failing = createMutedOutput().run(image('app'), ctx, async (inner) => {
    inner.emit(output('why\n'));
    throw new ToolError('BUILD_USER_ERROR', 'no');
  });
  await expect(failing).rejects.toMatchObject({ code: 'BUILD_USER_ERROR' });
  expect(textsOf(ctx).slice(1)).toEqual(['why\n']);
});

test('a build that was stopped shows nothing more', async () => {
  const ctx = context();
  const stopped = createMutedOutput().run(image('app'), ctx, async (inner) => {
    inner.emit(output('half\n'));
    ctx.abort();
    throw new ToolError('CANCELLED', 'stopped');
  });
  await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(textsOf(ctx)).toHaveLength(1);
});

test('files of a run lie together, each image has its own, and none leaves the directory', async () => {
  const ctx = context();
  const muted = createMutedOutput();
  for (const name of ['r.io/p/app', 'r.io-p-app', '../../etc/passwd']) {
    await muted.run(image(name), ctx, async (inner) => inner.emit(output(name)));
  }
  const files = textsOf(ctx).map(fileIn);
  expect(new Set(files).size).toBe(3);
  expect(new Set(files.map((file) => file.slice(0, file.lastIndexOf('/')))).size).toBe(1);
  expect(files.map((file) => file.slice(file.lastIndexOf('/') + 1))).toEqual([
    'r.io-p-app.log',
    'r.io-p-app-2.log',
    '..-..-etc-passwd.log',
  ]);
});

test('what the file cannot take is shown, with a warning, and the build goes on', async () => {
  const ctx = context();
  const files = { ...ctx.system.files };
  let calls = 0;
  files.append = async (path, content) => {
    if (calls++ > 0) throw new ToolError('DISK_FULL', 'no space left');
    await ctx.system.files.append(path, content);
  };
  const full: Context = { ...ctx, system: { ...ctx.system, files } };
  const result = await createMutedOutput().run(image('app'), full, async (inner) => {
    inner.emit(output('kept\n'));
    return 'built';
  });
  expect(result).toBe('built');
  expect(textsOf(ctx).slice(1)).toEqual(['kept\n']);
  expect(ctx.events).toContainEqual(expect.objectContaining({ type: 'log', level: 'warning' }));
});
