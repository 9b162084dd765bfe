import { describe, expect, test } from 'vitest';
import { createIo, openStreams } from '../../../src/cli/start/streams.ts';
import { fakeHost } from './host.ts';

function outputOf(terminal: { isTTY?: boolean; columns?: number; rows?: number }, env: Record<string, string> = {}) {
  const host = fakeHost({ args: [] });
  const streams = openStreams({ ...host, stdout: { ...host.stdout, ...terminal } }, () => undefined);
  return createIo(streams, { forceColors: false, timestamps: false, env, now: () => new Date(0) }).stdout;
}

describe('standard output', () => {
  test('a terminal that does not know its size has a usual one, and nothing is redrawn: no place on it is known', () => {
    expect(outputOf({ isTTY: true, columns: 0, rows: 0 }).redraws).toBe(false);
    expect(outputOf({ isTTY: true, columns: 0, rows: 0 })).toMatchObject({ columns: 80, rows: 24 });
    expect(outputOf({ isTTY: true, columns: 120, rows: 50 })).toMatchObject({ columns: 120, rows: 50 });
  });

  test.each([
    [true, {}, true],
    [true, { TERM: 'xterm', NO_COLOR: '1' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { TERM: 'xterm' }, false],
  ])('terminal %s with %j redraws lines: %s', (isTTY, env, redraws) => {
    expect(outputOf({ isTTY }, env).redraws).toBe(redraws);
  });
});
