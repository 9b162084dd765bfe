import { describe, expect, test } from 'vitest';
import type { CacheOutcome, Event } from '../../../src/core/events.ts';
import type { ImageName } from '../../../src/core/names.ts';
import { createPlainReporter } from '../../../src/report/plain.ts';

async function lines(
  events: readonly Event[],
  options: { readonly colour?: boolean; readonly number?: number } = {},
): Promise<string[]> {
  return (await pieces(events, options)).join('').split('\n').slice(0, -1);
}

async function pieces(events: readonly Event[], { colour = false, number = 34 } = {}): Promise<string[]> {
  const written: string[] = [];
  const reporter = createPlainReporter(
    { write: (text) => written.push(text), colour, columns: 80 },
    { colour: number },
  );
  for (const event of events) reporter.on(event);
  await reporter.close();
  return written;
}

const name = (image: string): ImageName => image as ImageName;
const started = (image: string, platforms: readonly string[] = []): Event => ({
  type: 'artifact-started',
  image: name(image),
  builder: 'docker',
  platforms,
});
const succeeded = (image: string): Event => ({
  type: 'artifact-succeeded',
  image: name(image),
  artifact: { imageName: name(image), tag: image },
  milliseconds: 1,
});
const failed = (image: string): Event => ({
  type: 'artifact-failed',
  image: name(image),
  error: { code: 'BUILD_USER_ERROR', message: 'exit status 2', suggestions: [] },
});
const output = (text: string, image?: string): Event => ({
  type: 'output',
  phase: 'Build',
  stream: 'stderr',
  text,
  ...(image === undefined ? {} : { image: name(image) }),
});
const builds = (count: number, concurrency: number): Event => ({ type: 'builds-started', count, concurrency });

test('a build from the first line to the last', async () => {
  expect(
    await lines([
      { type: 'phase-started', phase: 'Tag' },
      { type: 'engine-chosen', engine: 'docker', reason: 'a daemon answers' },
      { type: 'tags-started', count: 1 },
      { type: 'tag-chosen', image: name('app'), reference: 'reg/app:v1' },
      { type: 'cache-check-started' },
      { type: 'cache-checked', image: name('app'), outcome: 'not-found' },
      { type: 'builds-started', count: 1, concurrency: 1, localContext: 'kind-x' },
      started('app', ['linux/amd64', 'linux/arm64']),
      { type: 'artifact-step', image: name('app'), step: 'COPY' },
      output('Step 1/1\n', 'app'),
      succeeded('app'),
    ]),
  ).toEqual([
    'Generating tags...',
    ' - app -> reg/app:v1',
    'Checking cache...',
    ' - app: Not found. Building',
    'Starting build...',
    'Found [kind-x] context, using local docker daemon.',
    'Building [app]...',
    'Target platforms: [linux/amd64,linux/arm64]',
    'Step 1/1',
    'Build [app] succeeded',
  ]);
});

describe('tags', () => {
  test('none at all', async () => {
    expect(await lines([{ type: 'tags-started', count: 0 }])).toEqual(['No tags generated']);
  });

  test('a tagger that failed is mentioned once, after the last tag', async () => {
    const chosen = (image: string, fallback?: string): Event => ({
      type: 'tag-chosen',
      image: name(image),
      reference: `${image}:latest`,
      ...(fallback === undefined ? {} : { fallback }),
    });
    const events = [
      { type: 'tags-started', count: 3 } as const,
      chosen('a', 'no commit'),
      chosen('b', 'no commit'),
      chosen('c'),
    ];
    expect((await lines(events)).slice(1)).toEqual([
      ' - a -> a:latest',
      ' - b -> b:latest',
      ' - c -> c:latest',
      'Some taggers failed. Rerun with -vdebug for errors.',
    ]);
  });
});

test.each<[outcome: CacheOutcome, line: string]>([
  ['not-found', ' - app: \u001B[33mNot found. Building'],
  ['found-locally', ' - app: \u001B[32mFound Locally'],
  ['found-remotely', ' - app: \u001B[32mFound Remotely'],
  ['tagging', ' - app: \u001B[32mFound. Tagging'],
  ['pushing', ' - app: \u001B[32mFound. Pushing'],
  ['error', ' - app: \u001B[31mError checking cache.'],
])('cache: %s', async (outcome, line) => {
  const event: Event = { type: 'cache-checked', image: name('app'), outcome };
  expect(await lines([event], { colour: true, number: 0 })).toEqual([`${line}\u001B[0m`]);
});

describe('colours', () => {
  const events: readonly Event[] = [
    { type: 'tags-started', count: 2 },
    { type: 'tag-chosen', image: name('app'), reference: 'app:v1' },
    { type: 'build-skipped', reason: '--dry-run=true' },
  ];

  test('only the text is inside the codes, and values have no colour', async () => {
    expect(await pieces(events, { colour: true })).toEqual([
      '\u001B[34mGenerating tags...\u001B[0m\n',
      '\u001B[34m - app -> \u001B[0m',
      'app:v1\n',
      '\u001B[33mSkipping build phase since --dry-run=true\u001B[0m\n',
    ]);
  });

  test.each([0, 7, 38, -1])('number %i is no colour for ordinary lines', async (number) => {
    expect((await pieces(events, { colour: true, number }))[0]).toBe('Generating tags...\n');
  });

  test('off', async () => {
    expect((await pieces(events)).join('')).not.toContain('\u001B');
  });
});

describe('builds at the same time', () => {
  test('are printed whole, in the order they started', async () => {
    expect(
      await lines([
        builds(3, 0),
        started('a'),
        started('b'),
        output('b1\n', 'b'),
        output('a1\n', 'a'),
        succeeded('b'),
        started('c'),
        output('c1\n', 'c'),
        output('a2\n', 'a'),
        succeeded('a'),
        output('c2\n', 'c'),
        { type: 'artifact-cancelled', image: name('c') },
      ]),
    ).toEqual([
      'Starting build...',
      'Building 3 artifacts in parallel',
      'Building [a]...',
      'a1',
      'a2',
      'Build [a] succeeded',
      'Building [b]...',
      'b1',
      'Build [b] succeeded',
      'Building [c]...',
      'c1',
      'c2',
      'Build [c] was canceled',
    ]);
  });

  test('the first one is printed while it runs', () => {
    const written: string[] = [];
    const stream = { write: (text: string) => written.push(text), colour: false, columns: 80 };
    const reporter = createPlainReporter(stream, { colour: 34 });
    for (const event of [builds(2, 2), started('a'), started('b'), output('b1\n', 'b'), output('a1\n', 'a')])
      reporter.on(event);
    expect(written.slice(2)).toEqual(['Building [a]...\n', 'a1\n']);
  });

  test('what is kept comes out when the reporter is closed', async () => {
    expect((await lines([builds(2, 2), started('a'), started('b'), output('b1\n', 'b')])).slice(2)).toEqual([
      'Building [a]...',
      'Building [b]...',
      'b1',
    ]);
  });

  test.each<[count: number, concurrency: number, hasLine: boolean]>([
    [2, 2, true],
    [2, 0, true],
    [2, 1, false],
    [1, 2, false],
    [1, 0, false],
  ])('a failure among %i with concurrency %i has a line: %s', async (count, concurrency, hasLine) => {
    const text = await lines([builds(count, concurrency), started('a'), failed('a')]);
    expect(text.includes('Build [a] failed: exit status 2')).toBe(hasLine);
  });

  test('concurrency 1 says nothing about it', async () => {
    expect(await lines([builds(5, 1)])).toEqual(['Starting build...']);
  });
});

test('output that belongs to no artifact is passed on as it is', async () => {
  expect(await pieces([output('no newline')])).toEqual(['no newline']);
});
