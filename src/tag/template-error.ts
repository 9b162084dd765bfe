import { ToolError } from '../core/errors.ts';

/** A template's syntax error as what it means for its tag policy: no artifact can be tagged with it. Other errors stay as they are. */
export function templateError(error: unknown): unknown {
  if (!(error instanceof ToolError)) return error;
  return new ToolError('INIT_CREATE_TAGGER_ERROR', `parsing template: ${error.message}`, {
    cause: error,
    suggestions: error.suggestions,
  });
}
