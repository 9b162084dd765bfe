/** What BuildKit says while it builds, told as events in the words of its own plain display: `#4 [2/3] RUN make`. */
import { StringDecoder } from 'node:string_decoder';
import type { ImageName } from '../../core/names.ts';
import type { Context } from '../../core/ports.ts';
import type { StatusResponse, Timestamp, Vertex, VertexWarning } from './control-messages.ts';

/** A step as far as it is known. */
interface Step {
  readonly number: number;
  readonly name: string;
  readonly decoder: StringDecoder;
  /** The beginning of a line whose end has not come yet. */
  rest: string;
  done: boolean;
}

export interface Progress {
  on(response: StatusResponse): void;
  /** The step that BuildKit says failed, by its digest, or the one that was last told to have failed. */
  failedStep(digest: string | undefined): string | undefined;
}

/** Follows one build. Steps that never start (their result was not needed) are not told. */
export function followProgress(image: ImageName, ctx: Context): Progress {
  const steps = new Map<string, Step>();
  let failed: string | undefined;
  const say = (text: string): void => ctx.emit({ type: 'output', phase: 'Build', image, stream: 'stdout', text });

  const stepOf = (vertex: Vertex): Step => {
    const known = steps.get(vertex.digest);
    if (known !== undefined) return known;
    const step = {
      number: steps.size + 1,
      name: vertex.name,
      decoder: new StringDecoder('utf8'),
      rest: '',
      done: false,
    };
    steps.set(vertex.digest, step);
    ctx.emit({ type: 'artifact-step', image, step: vertex.name });
    say(`#${step.number} ${vertex.name}\n`);
    return step;
  };

  const onVertex = (vertex: Vertex): void => {
    if (vertex.started === undefined && !vertex.cached) return;
    const step = stepOf(vertex);
    if (vertex.completed === undefined || step.done) return;
    step.done = true;
    if (vertex.error !== '') failed = vertex.digest;
    say(`#${step.number} ${resultOf(vertex)}\n`);
  };

  const onLog = ({ vertex, content }: StatusResponse['logs'][number]): void => {
    const step = steps.get(vertex);
    if (step === undefined) return;
    const lines = (step.rest + step.decoder.write(Buffer.from(content))).split(/\r?\n/);
    step.rest = lines.pop() ?? '';
    for (const line of lines) say(`#${step.number} ${line}\n`);
  };

  return {
    on: ({ vertexes, statuses, logs, warnings }) => {
      // A step's last lines come with the news that it is done, and belong before it.
      for (const vertex of vertexes) if (vertex.started !== undefined) stepOf(vertex);
      for (const log of logs) onLog(log);
      for (const { vertex, id, completed, current } of statuses) {
        const step = steps.get(vertex);
        if (step !== undefined && completed !== undefined) say(`#${step.number} ${id} ${amount(current)}done\n`);
      }
      for (const step of steps.values()) flushDone(step, vertexes, steps, say);
      for (const vertex of vertexes) onVertex(vertex);
      for (const warning of warnings) warn(warning, ctx);
    },
    failedStep: (digest) => steps.get(digest ?? failed ?? '')?.name,
  };
}

/** The last line of a step that has ended, where no line end came. */
function flushDone(
  step: Step,
  vertexes: readonly Vertex[],
  steps: ReadonlyMap<string, Step>,
  say: (text: string) => void,
): void {
  if (step.rest === '' || !vertexes.some(({ digest, completed }) => steps.get(digest) === step && completed)) return;
  say(`#${step.number} ${step.rest}\n`);
  step.rest = '';
}

function resultOf({ cached, error, started, completed }: Vertex): string {
  if (error !== '') return `ERROR: ${error}`;
  return cached ? 'CACHED' : `DONE ${secondsBetween(started, completed)}s`;
}

function secondsBetween(from: Timestamp | undefined, to: Timestamp | undefined): string {
  const seconds = (time: Timestamp | undefined): number => (time === undefined ? 0 : time.seconds + time.nanos / 1e9);
  return Math.max(0, seconds(to) - seconds(from)).toFixed(1);
}

function amount(bytes: number): string {
  if (bytes === 0) return '';
  return bytes < 1000
    ? `${bytes} B `
    : bytes < 1e6
      ? `${(bytes / 1e3).toFixed(1)} kB `
      : `${(bytes / 1e6).toFixed(1)} MB `;
}

function warn({ short, url, source, ranges }: VertexWarning, ctx: Context): void {
  const line = ranges[0]?.start?.line;
  const place = source === undefined || line === undefined ? '' : `${source.filename}:${line}: `;
  const more = url === '' ? '' : ` (${url})`;
  const message = `${place}${Buffer.from(short).toString('utf8')}${more}`;
  ctx.emit({ type: 'log', level: 'warning', message });
}
