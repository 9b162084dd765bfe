import { type ErrorCode, ToolError } from '../../core/errors.ts';

/** A failure of a build, with what to do about it. */
export function buildError(message: string, action: string, code: ErrorCode = 'BUILD_USER_ERROR'): ToolError {
  return new ToolError(code, message, { suggestions: [{ code: 'FIX_DOCKERFILE', action }] });
}

/** Something a Dockerfile may say but this engine does not do; names the engines that can. */
export function unsupported(what: string, action: string): ToolError {
  return new ToolError('DOCKERFILE_UNSUPPORTED', what, { suggestions: [{ code: 'USE_DOCKER_ENGINE', action }] });
}
