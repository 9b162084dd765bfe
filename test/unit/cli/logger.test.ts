import { describe, expect, test } from 'vitest';
import { createLog, isLogged, type LogLevel, parseLevel } from '../../../src/cli/start/logger.ts';
import { ToolError } from '../../../src/core/errors.ts';

function lines(limit: LogLevel, colour: boolean, write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  const startedAt = new Date('2026-11-20T23:54:45.900Z');
  const now = (): Date => new Date('2026-11-20T23:54:48.500Z');
  write(createLog({ limit, colour: () => colour, startedAt, now, write: (piece) => (text += piece) }));
  return text;
}

describe('levels', () => {
  test.each([
    ['warning', 'warning'],
    ['warn', 'warning'],
    ['WARN', 'warning'],
    ['Debug', 'debug'],
    ['panic', 'panic'],
    ['trace', 'trace'],
  ])('%s is %s', (text, level) => expect(parseLevel(text)).toBe(level));

  test.each(['', 'x', 'warnings', ' info'])('%j is none', (text) => {
    const read = (): string => parseLevel(text);
    expect(read).toThrow(`parsing log level: not a valid logrus Level: ${JSON.stringify(text)}`);
    expect(read).toThrow(ToolError);
  });

  test('less severe lines are left out', () => {
    expect(isLogged('error', 'warning')).toBe(true);
    expect(isLogged('warning', 'warning')).toBe(true);
    expect(isLogged('info', 'warning')).toBe(false);
    expect(lines('warning', false, (log) => log('info', 'x', 'Build'))).toBe('');
  });
});

test('lines for programs', () => {
  const text = lines('info', false, (log) => {
    log('warning', 'two words and a "quote"\n', 'DevLoop');
    log('info', 'one-word', 'Build');
  });
  expect(text).toBe(
    'time="2026-11-20T23:54:48Z" level=warning msg="two words and a \\"quote\\"\\n" subtask=-1 task=DevLoop\n' +
      'time="2026-11-20T23:54:48Z" level=info msg=one-word subtask=-1 task=Build\n',
  );
});

test('lines for a terminal', () => {
  expect(lines('warning', true, (log) => log('warning', 'short', 'Build'))).toBe(
    `\u001B[33mWARN\u001B[0m[0002] ${'short'.padEnd(44)} \u001B[33msubtask\u001B[0m=-1 \u001B[33mtask\u001B[0m=Build\n`,
  );
});
