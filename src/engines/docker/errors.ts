/** Failures of the Docker Engine and of the connection to it, as the tool's own errors. Told apart by status, errno and place, not by text. */
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import type { DockerEndpoint } from './endpoint.ts';

/** What dockerode rejects with when the engine answered: its status and its JSON `{"message": …}`. */
interface EngineAnswer extends Error {
  readonly statusCode: number;
  readonly json?: unknown;
}

/** What the errno of a connection that could not be made, or broke, means. */
const connectionProblems: Readonly<Record<string, string>> = {
  ENOENT: 'no such socket',
  ECONNREFUSED: 'the connection is refused',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTFOUND: 'the host is not known',
  EAI_AGAIN: 'the host is not known',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'it does not answer in time',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ENOTSOCK: 'it is not a socket',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection broke',
};

/** Half a sentence on why a connection failed. */
export function unreachableReason(error: unknown): string {
  return connectionProblem(error) ?? `the connection fails (${errnoOf(error) ?? 'unknown reason'})`;
}

/** The same, for what is known to come from a connection. */
function connectionProblem(error: unknown): string | undefined {
  const code = errnoOf(error) ?? '';
  if (/^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|UNABLE_TO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/.test(code))
    return `the TLS connection fails (${code})`;
  if (code.startsWith('HPE_')) return 'it does not speak HTTP';
  return connectionProblems[code];
}

/** The status the engine answered with, when `error` is such an answer. */
export function statusOf(error: unknown): number | undefined {
  return isAnswer(error) ? error.statusCode : undefined;
}

/** The engine's own words in an error answer. */
export function answerText(error: unknown): string {
  if (!isAnswer(error)) return String(error);
  const message = (error.json as { readonly message?: unknown } | null | undefined)?.message;
  // Of streamed answers dockerode keeps the words only in its own message, behind a prefix.
  const words = typeof message === 'string' ? message : error.message.replace(/^\(HTTP code \d+\) .*? - /, '');
  return words.trim();
}

/**
 * Translates whatever a call to the engine threw: a cancelled run, no engine there, or an answer that is an error
 * (`BUILD_DOCKER_SYSTEM_ERR`, prefixed with what was being done). A `ToolError` is passed on.
 */
export function engineError(doing: string, error: unknown, endpoint: DockerEndpoint, ctx: Context): Error {
  if (ctx.signal.aborted) return cancelled(ctx.signal);
  if (error instanceof ToolError) return error;
  if (isAnswer(error)) {
    return new ToolError('BUILD_DOCKER_SYSTEM_ERR', `${doing}: ${answerText(error)}`, { cause: error });
  }
  const problem = connectionProblem(error);
  if (problem !== undefined) return notRunning(endpoint, problem, error);
  return error instanceof Error ? error : new Error(String(error));
}

/** The one sentence about an engine that is not there. */
export function notRunning(endpoint: DockerEndpoint, problem: string, cause?: unknown): ToolError {
  const message = `no Docker Engine answers at ${endpoint.address} (${endpoint.source}): ${problem}`;
  const start =
    problem === connectionProblems['EACCES']
      ? {
          code: 'CHECK_DOCKER_PERMISSIONS',
          action: 'Join the group that owns the socket (`docker`), or run as a user that may use it',
        }
      : { code: 'CHECK_DOCKER_RUNNING', action: 'Start Docker, or say where it is with DOCKER_HOST' };
  return new ToolError('BUILD_DOCKER_DAEMON_NOT_RUNNING', message, {
    cause,
    suggestions: [start, { code: 'USE_EMBEDDED_ENGINE', action: 'Build without a Docker Engine: --engine=embedded' }],
  });
}

/** The error of a stopped run. */
export function cancelled(signal: AbortSignal): ToolError {
  if (signal.reason instanceof ToolError) return signal.reason;
  return new ToolError('CANCELLED', 'the run was stopped', { cause: signal.reason });
}

function isAnswer(error: unknown): error is EngineAnswer {
  return error instanceof Error && typeof (error as Partial<EngineAnswer>).statusCode === 'number';
}

function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
