import { expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Event } from '../../../../src/core/events.ts';
import type { Context } from '../../../../src/core/ports.ts';
import type { BuildKitAddress } from '../../../../src/engines/buildkit/address.ts';
import type { BuildKitConnection } from '../../../../src/engines/buildkit/connection.ts';
import { type BuildKitPool, createPool } from '../../../../src/engines/buildkit/pool.ts';
import { fakeSystem } from '../../../support/fake-system.ts';
import { toolErrorOf } from '../docker/support.ts';

const arm = { os: 'linux', architecture: 'arm64' };

interface Fixture {
  readonly pool: BuildKitPool;
  readonly dialled: string[];
  readonly closed: string[];
  readonly events: Event[];
  readonly ctx: Context;
}

/** BuildKits by address: what they build for, or nothing for one that does not answer. */
function poolOf(daemons: Readonly<Record<string, readonly string[] | undefined>>): Fixture {
  const [dialled, closed, events]: [string[], string[], Event[]] = [[], [], []];
  const addresses = Object.keys(daemons).map((text): BuildKitAddress => ({ kind: 'unix', text, path: text }));
  const dial = async ({ text }: BuildKitAddress): Promise<BuildKitConnection> => {
    dialled.push(text);
    const architectures = daemons[text];
    if (architectures === undefined) throw new ToolError('BUILDKIT_UNREACHABLE', `no ${text}`);
    const platforms = architectures.map((architecture) => ({ os: 'linux', architecture, variant: '' }));
    const connection: Partial<BuildKitConnection> = {
      address: text,
      workers: [{ labels: {}, platforms }],
      close: async () => void closed.push(text),
    };
    return connection as BuildKitConnection;
  };
  const ctx = {
    system: fakeSystem(),
    emit: (event: Event) => void events.push(event),
    signal: new AbortController().signal,
  };
  return { pool: createPool(addresses, dial), dialled, closed, events, ctx };
}

/** Starts builds that all run at the same time, and says where each went. */
async function together({ pool, ctx }: Fixture, count: number, platforms = [arm].slice(1)): Promise<readonly string[]> {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const places: string[] = [];
  const builds = Array.from({ length: count }, () =>
    pool.use(platforms, ctx, async ({ address }) => {
      places.push(address);
      if (places.length === count) release();
      await held;
    }),
  );
  await Promise.all(builds);
  return places.sort();
}

test('builds at the same time are shared out, one after the other go to the first', async () => {
  const fixture = poolOf({ a: ['amd64'], b: ['amd64'] });
  expect(await together(fixture, 5)).toEqual(['a', 'a', 'a', 'b', 'b']);
  expect(await together(fixture, 1)).toEqual(['a']);
  expect(await together(fixture, 1)).toEqual(['a']);
  expect(fixture.dialled).toEqual(['a', 'b']);
  await fixture.pool.close();
  expect(fixture.closed).toEqual(['a', 'b']);
});

test('one that does not answer is left out, which is said once', async () => {
  const fixture = poolOf({ a: undefined, b: ['amd64'] });
  expect(await together(fixture, 3)).toEqual(['b', 'b', 'b']);
  expect(fixture.dialled).toEqual(['a', 'b']);
  expect(fixture.events).toMatchObject([{ type: 'log', level: 'warning', message: expect.stringContaining('no a') }]);
});

test('where none answers, the first says why', async () => {
  const fixture = poolOf({ a: undefined, b: undefined });
  const error = await toolErrorOf(together(fixture, 1));
  expect([error.code, error.message]).toEqual(['BUILDKIT_UNREACHABLE', 'no a']);
});

test('a platform goes to one that builds for it, else to any, which will say that it cannot', async () => {
  expect(await together(poolOf({ a: ['amd64'], b: ['amd64', 'arm64'] }), 3, [arm])).toEqual(['b', 'b', 'b']);
  expect(await together(poolOf({ a: ['amd64'], b: ['amd64'] }), 1, [arm])).toEqual(['a']);
});

test('a build that fails is no reason to leave its BuildKit out', async () => {
  const fixture = poolOf({ a: ['amd64'] });
  const failing = fixture.pool.use([], fixture.ctx, async () => {
    throw new ToolError('BUILD_USER_ERROR', 'x');
  });
  expect((await toolErrorOf(failing)).code).toBe('BUILD_USER_ERROR');
  expect(await together(fixture, 1)).toEqual(['a']);
});
