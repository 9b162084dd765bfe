/** Failures of the Docker Engine and of the connection to it, as the tool's own errors. Told apart by status, errno and place, not by text. */
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { cancelled } from '../cancelled.ts';
import { connectionProblem, connectionProblems } from '../connection-problems.ts';
import type { DockerEndpoint } from './endpoint.ts';

/** What dockerode rejects with when the engine answered: its status and its JSON `{"message": …}`. */
interface EngineAnswer extends Error {
  readonly statusCode: number;
  readonly json?: unknown;
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

function isAnswer(error: unknown): error is EngineAnswer {
  return error instanceof Error && typeof (error as Partial<EngineAnswer>).statusCode === 'number';
}
