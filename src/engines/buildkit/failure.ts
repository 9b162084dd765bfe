/** Failures of a build, as the tool's own errors: told apart by the details that BuildKit sends along, not by text. */
import type { ServiceError } from '@grpc/grpc-js';
import { type ErrorCode, ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { cancelled } from '../cancelled.ts';
import { statusDetails } from './control-messages.ts';

/** What BuildKit says about a failure besides its text. */
interface FailureDetails {
  /** The digest of the step that failed. */
  readonly step: string | undefined;
  /** The place in the Dockerfile. */
  readonly place: { readonly file: string; readonly line: number } | undefined;
  /** The exit code of the command that failed. */
  readonly exitCode: number | undefined;
}

/** Reads the details of an error (`google.rpc.Status` with JSON of moby/buildkit's `solver/errdefs`). */
function detailsOf(error: ServiceError): FailureDetails {
  const [bytes] = error.metadata?.get('grpc-status-details-bin') ?? [];
  const details = Buffer.isBuffer(bytes) ? statusDetails.decode(bytes).details : [];
  const found = (name: string): unknown => {
    const detail = details.find(({ type }) => type.replace(/\+json$/, '').endsWith(`.${name}`));
    return detail === undefined ? undefined : parseJson(detail.value);
  };
  const source = found('Source');
  const file = field(field(source, 'info'), 'filename');
  const line = field(field((field(source, 'ranges') as readonly unknown[] | undefined)?.[0], 'start'), 'line');
  const step = field(found('Vertex'), 'digest');
  const exitCode = field(found('ExitMessage'), 'Code');
  return {
    step: typeof step === 'string' ? step : undefined,
    place: typeof file === 'string' && typeof line === 'number' ? { file, line } : undefined,
    exitCode: typeof exitCode === 'number' ? exitCode : undefined,
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** What a failure is told as. */
export interface FailureContext {
  /** The Dockerfile by the name the user knows it by. */
  readonly dockerfile: string;
  /** The name of a step by its digest, or that of the step that failed. */
  readonly stepName: (digest: string | undefined) => string | undefined;
  /** The line of the Dockerfile that a step stands for, for BuildKits that do not tell. */
  readonly lineOf: (stepName: string) => number | undefined;
  /** For failures that are neither the Dockerfile's nor the connection's. */
  readonly otherwise: ErrorCode;
  readonly unreachable: (cause: Error) => ToolError;
}

/** gRPC's code for a connection that broke. */
const unavailable = 14;

/**
 * The error of a build that failed: `BUILD_USER_ERROR` with Dockerfile, line and step where a step or the Dockerfile is to
 * blame. Errors that are not gRPC's are returned as they are.
 */
export function buildFailure(
  error: unknown,
  { dockerfile, stepName, lineOf, ...told }: FailureContext,
  ctx: Context,
): unknown {
  if (ctx.signal.aborted) return cancelled(ctx.signal);
  if (!isServiceError(error)) return error;
  const { step, place, exitCode } = detailsOf(error);
  const name = stepName(step);
  // With a place it is something that BuildKit could not reach.
  if (error.code === unavailable && place === undefined)
    return told.unreachable(new Error(error.details, { cause: error }));
  const line = place?.line ?? lineOf(name ?? '');
  if (line === undefined && exitCode === undefined) {
    const prefix = name === undefined ? '' : `${name}: `;
    return new ToolError(told.otherwise, `BuildKit failed: ${prefix}${error.details}`, { cause: error });
  }
  const at = line === undefined ? dockerfile : `${dockerfile}:${line}`;
  const code = exitCode === undefined ? '' : `exit code ${exitCode} of `;
  const what = name === undefined ? '' : `${code}${name}: `;
  return new ToolError('BUILD_USER_ERROR', `docker build failure: ${at}: ${what}${error.details}`, {
    cause: error,
    suggestions: [{ code: 'FIX_USER_BUILD_ERR', action: 'Please fix the Dockerfile and try again' }],
  });
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'details' in error && 'metadata' in error;
}
