import type { Event, Reporter } from '../core/events.ts';
import { type BuildRow, describeRow, lastLine, waitingRow } from './build-row.ts';
import { openTaskList } from './listr.ts';
import { createPlainReporter, type PlainOptions } from './plain.ts';
import type { TaskList } from './task-list.ts';
import type { TextStream } from './text-stream.ts';

export interface TerminalOptions extends PlainOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** How often running times are brought up to date, in milliseconds. */
const refreshEvery = 200;

/**
 * For a person at a terminal: the lines of the plain reporter up to the builds, then one line per artifact that is
 * redrawn in place: what it is doing, for how long, and how much it pushed. What the tools of a failed artifact
 * printed comes below when everything has ended.
 */
export function createTerminalReporter(stream: TextStream, options: TerminalOptions): Reporter {
  const plain = createPlainReporter(stream, options);
  let display: BuildDisplay | undefined;
  let closed = false;
  return {
    on: (event) => {
      if (closed) return;
      if (event.type === 'builds-started') display ??= new BuildDisplay(event.count, stream, options.now);
      if (display?.show(event) !== true && event.type !== 'builds-started') plain.on(event);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await display?.close();
      await plain.close();
    },
  };
}

/** The part of the terminal that is redrawn while artifacts are built. */
class BuildDisplay {
  readonly #stream: TextStream;
  readonly #now: () => number;
  readonly #list: TaskList;
  readonly #timer: NodeJS.Timeout;
  /** By image, in the order they started; the position is that of the line. */
  readonly #rows: Map<string, BuildRow> = new Map();
  readonly #outputs: Map<string, string> = new Map();

  constructor(count: number, stream: TextStream, now: () => number) {
    this.#stream = stream;
    this.#now = now;
    this.#list = openTaskList(count, stream);
    for (const line of this.#list.lines) line.setTitle(describeRow(waitingRow, 0));
    this.#timer = setInterval(() => this.#refresh(), refreshEvery);
    this.#timer.unref();
  }

  /** Shows an event of an artifact; false where the event is not about one that is shown. */
  show(event: Event): boolean {
    if (!('image' in event) || event.image === undefined) return false;
    const row = event.type === 'artifact-started' ? this.#start(event.image) : this.#rows.get(event.image);
    if (row === undefined) return false;
    const next = this.#next(event.image, row, event);
    this.#rows.set(event.image, next);
    this.#draw(event.image, next);
    return true;
  }

  #start(image: string): BuildRow {
    return { image, step: 'building', startedAt: this.#now(), state: 'running' };
  }

  #next(image: string, row: BuildRow, event: Event): BuildRow {
    const took = this.#now() - row.startedAt;
    switch (event.type) {
      case 'artifact-step':
        return { ...row, step: event.step };
      case 'artifact-succeeded':
        this.#outputs.delete(image);
        return { ...row, state: 'built', took: event.milliseconds, ...pushed(event.bytesPushed) };
      case 'artifact-failed':
        return { ...row, state: 'failed', took };
      case 'artifact-cancelled':
        this.#outputs.delete(image);
        return { ...row, state: 'cancelled', took };
      case 'output':
        return { ...row, step: this.#keep(image, event.text) ?? row.step };
      default:
        return row;
    }
  }

  /** Keeps a tool's output for the case that the artifact fails; its last line is the step the artifact is at. */
  #keep(image: string, text: string): string | undefined {
    this.#outputs.set(image, `${this.#outputs.get(image) ?? ''}${text}`);
    return lastLine(text);
  }

  #lineOf(image: string): TaskList['lines'][number] | undefined {
    return this.#list.lines[[...this.#rows.keys()].indexOf(image)];
  }

  #draw(image: string, row: BuildRow): void {
    const line = this.#lineOf(image);
    const text = describeRow(row, this.#now());
    if (row.state === 'cancelled') line?.skip(text);
    else line?.setTitle(text);
    if (row.state === 'built') line?.succeed();
    if (row.state === 'failed') line?.fail();
  }

  #refresh(): void {
    for (const [image, row] of this.#rows) if (row.state === 'running') this.#draw(image, row);
  }

  /** Ends the drawing and prints what the tools of failed artifacts said. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#list.close();
    for (const [image, text] of this.#outputs) {
      if (this.#rows.get(image)?.state !== 'failed') continue;
      this.#stream.write(`Output of ${image}:\n${text}${text.endsWith('\n') ? '' : '\n'}`);
    }
  }
}

const pushed = (bytes: number | undefined): { bytesPushed?: number } =>
  bytes === undefined ? {} : { bytesPushed: bytes };
