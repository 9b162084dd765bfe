import type { CacheOutcome, Event, Reporter } from '../core/events.ts';
import { coloured, green, red, yellow } from './colour.ts';
import { explanationLines } from './explanation.ts';
import { createInOrder, type InOrder } from './in-order.ts';
import type { TextStream } from './text-stream.ts';

export interface PlainOptions {
  /** ANSI number of the colour for ordinary progress (`--color`). */
  readonly colour: number;
}

const outcomes: Readonly<Record<CacheOutcome, readonly [text: string, colour: number]>> = {
  'not-found': ['Not found. Building', yellow],
  'found-locally': ['Found Locally', green],
  'found-remotely': ['Found Remotely', green],
  tagging: ['Found. Tagging', green],
  pushing: ['Found. Pushing', green],
  error: ['Error checking cache.', red],
};

const tones = { ordinary: undefined, good: green, bad: red } as const;

/**
 * Skaffold's lines, which scripts read: tags, cache checks, builds and what the tools print. Builds that run at the
 * same time are printed one after the other, in the order they started.
 */
export function createPlainReporter(stream: TextStream, options: PlainOptions): Reporter {
  const printer = createPrinter(stream, options.colour);
  const state: PlainState = {
    printer,
    builds: createInOrder(printer.raw),
    tagsToCome: 0,
    fallbacks: 0,
    manyBuilds: false,
  };
  let closed = false;
  return {
    on: (event) => {
      if (!closed) report(event, state);
    },
    close: async () => {
      if (!closed) state.builds.flush();
      closed = true;
    },
  };
}

interface Printer {
  /** As it is. */
  raw(text: string): void;
  /** Text in a colour (by default that of ordinary progress), without the line's end. */
  paint(text: string, colour?: number): string;
}

function createPrinter(stream: TextStream, ordinary: number): Printer {
  return {
    raw: (text) => stream.write(text),
    paint: (text, colour = ordinary) => coloured(text, colour, stream.colour),
  };
}

interface PlainState {
  readonly printer: Printer;
  readonly builds: InOrder;
  tagsToCome: number;
  fallbacks: number;
  /** More than one artifact is built at the same time. */
  manyBuilds: boolean;
}

/** Prints one event. A line whose value is not coloured is written in two pieces, as Skaffold does: each gets a time stamp. */
function report(event: Event, state: PlainState): void {
  const { raw, paint } = state.printer;
  switch (event.type) {
    case 'tags-started':
      state.tagsToCome = event.count;
      raw(`${paint(event.count === 0 ? 'No tags generated' : 'Generating tags...')}\n`);
      return;
    case 'tag-chosen':
      raw(paint(` - ${event.image} -> `));
      raw(`${event.reference}\n`);
      countTag(event.fallback !== undefined, state);
      return;
    case 'cache-check-started':
      raw(`${paint('Checking cache...')}\n`);
      return;
    case 'cache-checked':
      raw(paint(` - ${event.image}: `));
      raw(`${paint(...outcomes[event.outcome])}\n`);
      return;
    case 'cache-explained':
      for (const line of explanationLines(event.explanation)) raw(`${line}\n`);
      return;
    case 'build-skipped':
      raw(`${paint(`Skipping build phase since ${event.reason}`, yellow)}\n`);
      return;
    case 'builds-started':
      reportBuilds(event, state);
      return;
    case 'artifact-started':
    case 'artifact-succeeded':
    case 'artifact-failed':
    case 'artifact-cancelled':
      reportArtifact(event, state);
      return;
    case 'output':
      if (event.image === undefined) raw(event.text);
      else state.builds.write(event.image, event.text);
      return;
    case 'notice':
      raw(`${paint(event.text, tones[event.tone])}\n`);
      return;
    case 'phase-started':
    case 'phase-succeeded':
    case 'phase-failed':
    case 'engine-chosen':
    case 'artifact-step':
    case 'log':
      return;
    default:
      event satisfies never;
  }
}

function countTag(isFallback: boolean, state: PlainState): void {
  state.tagsToCome -= 1;
  if (isFallback) state.fallbacks += 1;
  if (state.tagsToCome !== 0 || state.fallbacks === 0) return;
  state.printer.raw(`${state.printer.paint('Some taggers failed. Rerun with -vdebug for errors.', yellow)}\n`);
}

type EventOf<Type extends Event['type']> = Extract<Event, { readonly type: Type }>;

function reportBuilds(event: EventOf<'builds-started'>, state: PlainState): void {
  const { raw, paint } = state.printer;
  const concurrency = event.concurrency === 0 ? event.count : event.concurrency;
  raw(`${paint('Starting build...')}\n`);
  if (concurrency > 1) raw(`${paint(`Building ${event.count} artifacts in parallel`)}\n`);
  if (event.localContext !== undefined) {
    raw(`${paint(`Found [${event.localContext}] context, using local docker daemon.`)}\n`);
  }
  state.manyBuilds = concurrency > 1 && event.count > 1;
}

type ArtifactEvent = EventOf<'artifact-started' | 'artifact-succeeded' | 'artifact-failed' | 'artifact-cancelled'>;

function reportArtifact(event: ArtifactEvent, state: PlainState): void {
  const { paint } = state.printer;
  const say = (text: string, colour?: number): void => state.builds.write(event.image, `${paint(text, colour)}\n`);
  switch (event.type) {
    case 'artifact-started':
      state.builds.start(event.image);
      say(`Building [${event.image}]...`);
      if (event.platforms.length > 0) say(`Target platforms: [${event.platforms.join(',')}]`);
      return;
    case 'artifact-succeeded':
      say(`Build [${event.image}] succeeded`);
      break;
    case 'artifact-failed':
      if (state.manyBuilds) say(`Build [${event.image}] failed: ${event.error.message}`, red);
      break;
    case 'artifact-cancelled':
      say(`Build [${event.image}] was canceled`, yellow);
      break;
    default:
      event satisfies never;
  }
  state.builds.end(event.image);
}
