import { expect, test } from 'vitest';
import { exitCodeOf, Interruption } from '../../../src/cli/exit.ts';
import { type ErrorCode, ToolError } from '../../../src/core/errors.ts';

const running = new AbortController().signal;

test.each<[code: ErrorCode, childExit: number | undefined, exit: number]>([
  ['USAGE', undefined, 127],
  ['USAGE', 1, 1],
  ['CONFIG_VALIDATION_ERR', undefined, 1],
  ['NOT_SUPPORTED', undefined, 1],
  ['CANCELLED', undefined, 1],
  ['COMMAND_FAILED', 7, 7],
  ['COMMAND_FAILED', 128, 128],
  ['COMMAND_FAILED', 0, 1],
])('%s, child %s: %i', (code, childExit, exit) => {
  const error = new ToolError(code, 'm', childExit === undefined ? {} : { exitCode: childExit });
  expect(exitCodeOf(error, running)).toBe(exit);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGPIPE', 141],
] as const)('%s wins over what was thrown: %i', (signal, exit) => {
  const abort = new AbortController();
  abort.abort(new Interruption(signal));
  expect(exitCodeOf(new ToolError('COMMAND_FAILED', 'm', { exitCode: 7 }), abort.signal)).toBe(exit);
  expect(exitCodeOf(new TypeError('bug'), abort.signal)).toBe(exit);
});

test('bugs, and an abort that came from inside', () => {
  const abort = new AbortController();
  abort.abort(new Error('first failure'));
  expect(exitCodeOf(new TypeError('bug'), running)).toBe(1);
  expect(exitCodeOf(new ToolError('BUILD_USER_ERROR', 'm'), abort.signal)).toBe(1);
  expect(exitCodeOf('text', running)).toBe(1);
});
