import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Event } from '../../../../src/core/events.ts';
import type { ImageName } from '../../../../src/core/names.ts';
import type { Context } from '../../../../src/core/ports.ts';
import { type StatusResponse, statusDetails, type Vertex } from '../../../../src/engines/buildkit/control-messages.ts';
import { buildFailure } from '../../../../src/engines/buildkit/failure.ts';
import { followProgress, type Progress } from '../../../../src/engines/buildkit/progress.ts';
import { fakeSystem } from '../../../support/fake-system.ts';

interface Followed {
  readonly progress: Progress;
  readonly events: Event[];
  readonly ctx: Context;
  /** What was printed. */
  text(): string;
}

function follow(): Followed {
  const events: Event[] = [];
  const ctx: Context = {
    system: fakeSystem(),
    emit: (event) => void events.push(event),
    signal: new AbortController().signal,
  };
  const text = (): string => events.map((event) => (event.type === 'output' ? event.text : '')).join('');
  return { progress: followProgress('app' as ImageName, ctx), events, ctx, text };
}

const step = (digest: string, changes: Partial<Vertex> = {}): Vertex => ({
  digest,
  name: `[1/2] ${digest}`,
  cached: false,
  started: { seconds: 10, nanos: 0 },
  completed: undefined,
  error: '',
  ...changes,
});
const response = (changes: Partial<StatusResponse>): StatusResponse => ({
  vertexes: [],
  statuses: [],
  logs: [],
  warnings: [],
  ...changes,
});
const log = (vertex: string, content: string | Uint8Array): StatusResponse['logs'][number] => ({
  vertex,
  content: Buffer.from(content),
});
const end = { seconds: 12, nanos: 340_000_000 };

describe('what is told', () => {
  test('steps in the order they begin, their lines whole, and how they ended', () => {
    const { progress, events, text } = follow();
    progress.on(response({ vertexes: [step('never', { started: undefined }), step('a'), step('b')] }));
    progress.on(response({ logs: [log('a', 'one\ntw'), log('b', 'other\r\n'), log('a', 'o\nrest')] }));
    progress.on(response({ vertexes: [step('a', { completed: end })], logs: [log('a', ' of it')] }));
    progress.on(response({ vertexes: [step('b', { completed: end, error: 'exit code: 7' })] }));
    progress.on(response({ vertexes: [step('c', { completed: end, cached: true })] }));
    expect(text()).toBe(
      [
        '#1 [1/2] a',
        '#2 [1/2] b',
        '#1 one',
        '#2 other',
        '#1 two',
        '#1 rest of it',
        '#1 DONE 2.3s',
        '#2 ERROR: exit code: 7',
        '#3 [1/2] c',
        '#3 CACHED',
        '',
      ].join('\n'),
    );
    expect(events.flatMap((event) => (event.type === 'artifact-step' ? [event.step] : []))).toEqual([
      '[1/2] a',
      '[1/2] b',
      '[1/2] c',
    ]);
    expect(progress.failedStep(undefined)).toBe('[1/2] b');
    expect(progress.failedStep('a')).toBe('[1/2] a');
  });

  test('a character that comes in two pieces is one', () => {
    const { progress, text } = follow();
    const [first = 0, second = 0] = Buffer.from('ä');
    progress.on(response({ vertexes: [step('a')] }));
    progress.on(response({ logs: [log('a', Uint8Array.of(first)), log('a', Uint8Array.of(second, 10))] }));
    expect(text()).toContain('#1 ä\n');
  });

  test('transfers when they are done, and warnings with their place', () => {
    const { progress, events, text } = follow();
    const status = { id: 'transferring context:', vertex: 'a', current: 36, completed: end };
    const warning = {
      short: Buffer.from('Lower case'),
      url: 'https://example.com/rule',
      source: { filename: 'Dockerfile' },
      ranges: [{ start: { line: 3 } }],
    };
    progress.on(response({ vertexes: [step('a')], statuses: [status], warnings: [warning] }));
    expect(text()).toContain('#1 transferring context: 36 B done\n');
    const message = 'Dockerfile:3: Lower case (https://example.com/rule)';
    expect(events).toContainEqual({ type: 'log', level: 'warning', message });
  });
});

describe('a failure', () => {
  const detail = (name: string, value: object): { type: string; value: Uint8Array } => ({
    type: `github.com/moby/buildkit/solver/errdefs.${name}+json`,
    value: Buffer.from(JSON.stringify(value)),
  });
  const source = detail('Source', { info: { filename: 'Dockerfile' }, ranges: [{ start: { line: 4 } }] });

  function failureWith(details: readonly { type: string; value: Uint8Array }[], code = 2, line?: number): ToolError {
    const { ctx } = follow();
    const metadata = new Metadata();
    if (details.length > 0) metadata.set('grpc-status-details-bin', statusDetails.encode({ details }));
    const error: ServiceError = Object.assign(new Error('x'), { code, details: 'the words', metadata });
    const told = {
      dockerfile: 'app/Dockerfile',
      stepName: (digest: string | undefined) => (digest === 'd' ? 'RUN make' : undefined),
      lineOf: () => line,
      otherwise: 'BUILDKIT_ERR' as const,
      unreachable: (cause: Error) => new ToolError('BUILDKIT_UNREACHABLE', cause.message),
    };
    const failure = buildFailure(error, told, ctx);
    if (failure instanceof ToolError) return failure;
    throw failure;
  }
  const said = ({ code, message }: ToolError): readonly string[] => [code, message];

  test.each<[string, ToolError, string, string]>([
    [
      'of a command',
      failureWith([source, detail('Vertex', { digest: 'd' }), detail('ExitMessage', { Code: 7 })]),
      'BUILD_USER_ERROR',
      'docker build failure: app/Dockerfile:4: exit code 7 of RUN make: the words',
    ],
    ['of a Dockerfile', failureWith([source]), 'BUILD_USER_ERROR', 'docker build failure: app/Dockerfile:4: the words'],
    [
      'whose line only the Dockerfile tells',
      failureWith([], 2, 9),
      'BUILD_USER_ERROR',
      'docker build failure: app/Dockerfile:9: the words',
    ],
    ['of something else', failureWith([]), 'BUILDKIT_ERR', 'BuildKit failed: the words'],
    ['of the connection', failureWith([], 14), 'BUILDKIT_UNREACHABLE', 'the words'],
    [
      'of a registry that BuildKit cannot reach',
      failureWith([source], 14),
      'BUILD_USER_ERROR',
      'docker build failure: app/Dockerfile:4: the words',
    ],
    [
      'with details nobody can read',
      failureWith([{ ...source, value: Buffer.from('{') }]),
      'BUILDKIT_ERR',
      'BuildKit failed: the words',
    ],
  ])('%s', (_name, failure, code, message) => {
    expect(said(failure)).toEqual([code, message]);
  });
});
