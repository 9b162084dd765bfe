import { compileRegexp, matchesOf, replaceAll, replaceMatches } from '../regexp.ts';
import { GoFailure, listOf } from '../template/values.ts';
import { type FunctionTable, onStrings } from './define.ts';

/** sprig's functions on regular expressions. */
export const patternFunctions: FunctionTable = {
  regexMatch: onStrings(2, (pattern = '', text = '') => {
    try {
      return compileRegexp(pattern).test(text);
    } catch (error) {
      if (error instanceof GoFailure) return false;
      throw error;
    }
  }),
  regexReplaceAll: onStrings(3, (pattern = '', text = '', replacement = '') =>
    replaceAll(compile(pattern), text, replacement),
  ),
  regexReplaceAllLiteral: onStrings(3, (pattern = '', text = '', replacement = '') =>
    replaceMatches(compile(pattern), text, () => replacement),
  ),
  regexFind: onStrings(2, (pattern = '', text = '') => matchesOf(compile(pattern), text)[0]?.[0] ?? ''),
  regexFindAll: {
    parameters: ['string', 'string', 'int'],
    call: (pattern, text, count) => {
      const found = matchesOf(compile(pattern as string), text as string).map(([match]) => match);
      const kept = (count as bigint) < 0n ? found : found.slice(0, Number(count));
      return kept.length === 0 ? { ...listOf([], 'string'), isNil: true } : listOf(kept, 'string');
    },
  },
};

/** Go's `regexp.MustCompile`. */
function compile(pattern: string): RegExp {
  try {
    return compileRegexp(pattern, 'g');
  } catch (error) {
    if (error instanceof GoFailure) throw new GoFailure(`regexp: Compile(\`${pattern}\`): ${error.message}`);
    throw error;
  }
}
