import { describe, expect, test, vi } from 'vitest';
import type { Event } from '../../../src/core/events.ts';
import type { ImageName } from '../../../src/core/names.ts';
import { describeRow, lastLine } from '../../../src/report/build-row.ts';
import { formatBytes, formatDuration } from '../../../src/report/duration.ts';
import { createTerminalReporter } from '../../../src/report/terminal.ts';

const name = (image: string): ImageName => image as ImageName;

/** What remains on the screen, escape codes taken out; frames are redrawn, so the last one counts. */
async function screen(events: readonly Event[]): Promise<{ all: string; last: string[] }> {
  let text = '';
  let now = 0;
  const stream = { write: (piece: string) => (text += piece), colour: false, columns: 60, rows: 20 };
  const reporter = createTerminalReporter(stream, { colour: 34, now: () => (now += 100) });
  for (const event of events) {
    reporter.on(event);
    // Drawing starts once listr2 is loaded; then every change is drawn within 100 ms.
    if (event.type === 'builds-started')
      await vi.waitFor(() => expect(text).toContain('\u001B[?25l'), { timeout: 10_000 });
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
  await reporter.close();
  const all = text.replace(/\u001B\[[\d;?]*[A-Za-z]/g, '\u0000');
  return { all, last: (all.split('\u0000').findLast((frame) => frame.includes('\n')) ?? '').split('\n') };
}

const started = (image: string): Event => ({
  type: 'artifact-started',
  image: name(image),
  builder: 'docker',
  platforms: [],
});

describe('a build', () => {
  test('that succeeds: step, output, then time and size', async () => {
    const { all } = await screen([
      { type: 'tags-started', count: 1 },
      { type: 'tag-chosen', image: name('app'), reference: 'reg/app:v1' },
      { type: 'builds-started', count: 1, concurrency: 1 },
      started('app'),
      { type: 'artifact-step', image: name('app'), step: 'COPY src /app' },
      { type: 'output', phase: 'Build', image: name('app'), stream: 'stdout', text: 'first\nlast line\n' },
      {
        type: 'artifact-succeeded',
        image: name('app'),
        artifact: { imageName: name('app'), tag: 'reg/app:v1' },
        milliseconds: 2300,
        bytesPushed: 3_400_000,
      },
    ]);
    expect(all.startsWith('Generating tags...\n - app -> reg/app:v1\n')).toBe(true);
    expect(all).toContain('app: COPY src /app (');
    expect(all).toContain('last line');
    expect(all.replaceAll('\u0000', '').trimEnd()).toMatch(/app: built in 2\.3 s, 3\.4 MB pushed$/);
    expect(all).not.toContain('Starting build');
  });

  test('that fails: what its tools printed comes last', async () => {
    const { all } = await screen([
      { type: 'builds-started', count: 3, concurrency: 0 },
      started('good'),
      started('bad'),
      { type: 'output', phase: 'Build', image: name('good'), stream: 'stdout', text: 'of no interest\n' },
      { type: 'output', phase: 'Build', image: name('bad'), stream: 'stdout', text: 'compiling\nerror on line 3' },
      {
        type: 'artifact-failed',
        image: name('bad'),
        error: { code: 'BUILD_USER_ERROR', message: 'exit status 2', suggestions: [] },
      },
      { type: 'artifact-cancelled', image: name('good') },
    ]);
    expect(all).toContain('waiting');
    const end = all.replaceAll('\u0000', '');
    expect(end.endsWith('\nOutput of bad:\ncompiling\nerror on line 3\n')).toBe(true);
    expect(end).toContain('bad: failed after');
    expect(end).toContain('good: cancelled');
    expect(end.slice(end.indexOf('Output of'))).not.toContain('of no interest');
  });

  test('of nothing at all draws nothing', async () => {
    const { all } = await screen([{ type: 'tags-started', count: 0 }]);
    expect(all).toBe('No tags generated\n');
  });
});

test.each([
  [{ image: undefined, step: '', startedAt: 0, state: 'waiting' }, 'waiting'],
  [{ image: 'a', step: 'pushing', startedAt: 100, state: 'running' }, 'a: pushing (900 ms)'],
  [{ image: 'a', step: '', startedAt: 0, state: 'built', took: 61_000 }, 'a: built in 1 min 01 s'],
  [{ image: 'a', step: '', startedAt: 0, state: 'built', took: 5, bytesPushed: 0 }, 'a: built in 5 ms, 0 B pushed'],
  [{ image: 'a', step: '', startedAt: 0, state: 'failed', took: 1500 }, 'a: failed after 1.5 s'],
  [{ image: 'a', step: '', startedAt: 0, state: 'cancelled', took: 1 }, 'a: cancelled'],
] as const)('row %j', (row, text) => {
  expect(describeRow(row, 1000)).toBe(text);
});

test.each<[text: string, line: string | undefined]>([
  ['one\ntwo\n', 'two'],
  ['10%\r20%\r', '20%'],
  ['\u001B[32mgreen\u001B[0m\n', 'green'],
  [' \n\n', undefined],
])('last line of %j', (text, line) => expect(lastLine(text)).toBe(line));

test.each<[milliseconds: number, text: string]>([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [1000, '1.0 s'],
  [59_949, '59.9 s'],
  [59_951, '1 min 00 s'],
  [3_605_000, '60 min 05 s'],
])('%d ms is %s', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));

test.each<[bytes: number, text: string]>([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [123_456, '123 kB'],
  [999_999, '1.0 MB'],
  [5_300_000_000, '5.3 GB'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
