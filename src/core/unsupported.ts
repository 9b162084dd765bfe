import { ToolError } from './errors.ts';

/**
 * What to throw for a field of skaffold.yaml that asks for something this version does not do: a field is refused where
 * it would have had an effect, never read over.
 *
 * @param field its path without list positions, such as `build.local.useBuildkit`.
 * @param problem what cannot be done, as the rest of the sentence: `this version cannot …`.
 * @param action what to do instead, an imperative sentence without full stop.
 */
export function unsupportedField(field: string, problem: string, action: string): ToolError {
  return new ToolError('NOT_SUPPORTED', `${field}: ${problem}`, {
    suggestions: [{ code: 'REMOVE_FIELD', action }],
  });
}
