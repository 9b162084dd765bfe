import { describe, expect, test } from 'vitest';
import type { Reporter } from '../../src/core/events.ts';
import { createPlainReporter } from '../../src/report/plain.ts';
import { createQuietReporter } from '../../src/report/quiet.ts';
import { createTerminalReporter } from '../../src/report/terminal.ts';
import type { TextStream } from '../../src/report/text-stream.ts';
import { badBuild, goodBuild, oneOfEach } from './reporter-events.ts';

interface Recorder extends TextStream {
  text: string;
}

function recorder(): Recorder {
  const stream: Recorder = {
    text: '',
    colour: false,
    columns: 80,
    rows: 24,
    write: (piece) => {
      stream.text += piece;
    },
  };
  return stream;
}

const plain = (stream: TextStream): Reporter => createPlainReporter(stream, { colour: 34 });
const terminal = (stream: TextStream): Reporter => createTerminalReporter(stream, { colour: 34, now: () => 0 });

const reporters: Readonly<Record<string, (stream: TextStream) => Reporter>> = {
  plain,
  terminal,
  quiet: () => createQuietReporter(),
};

const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';

describe.each(Object.entries(reporters))('%s', (_, make) => {
  test.each(Object.values(oneOfEach))('takes $type by itself', async (event) => {
    const reporter = make(recorder());
    expect(() => reporter.on(event)).not.toThrow();
    await reporter.close();
  });

  test.each([
    ['succeeds', goodBuild],
    ['fails', badBuild],
    ['is cut off in the middle', goodBuild.slice(0, 9)],
    ['comes in no sensible order', [...goodBuild].reverse()],
  ])('takes a build that %s', async (__, events) => {
    const reporter = make(recorder());
    for (const event of events) reporter.on(event);
    await expect(reporter.close()).resolves.toBeUndefined();
  });

  test('on returns at once, without a promise', () => {
    const reporter = make(recorder());
    expect(reporter.on(oneOfEach['tags-started'])).toBeUndefined();
    return reporter.close();
  });

  test('closing twice is safe, and nothing is written after that', async () => {
    const stream = recorder();
    const reporter = make(stream);
    for (const event of goodBuild) reporter.on(event);
    await reporter.close();
    const text = stream.text;
    await reporter.close();
    for (const event of Object.values(oneOfEach)) reporter.on(event);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(stream.text).toBe(text);
  });

  test.each([
    ['a success', goodBuild],
    ['a failure', badBuild],
    ['nothing', []],
    ['the middle of a build', goodBuild.slice(0, 9)],
  ])('the cursor is visible again after %s', async (__, events) => {
    const stream = recorder();
    const reporter = make(stream);
    for (const event of events) reporter.on(event);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await reporter.close();
    expect(stream.text.lastIndexOf(showCursor)).toBeGreaterThanOrEqual(stream.text.lastIndexOf(hideCursor));
  });

  test('log events are for the log', async () => {
    const stream = recorder();
    const reporter = make(stream);
    reporter.on(oneOfEach.log);
    await reporter.close();
    expect(stream.text).not.toContain('careful');
  });
});
