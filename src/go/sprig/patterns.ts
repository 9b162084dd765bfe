import { compileRegexp, type GoRegexp, replaceAll, replaceMatches, splitBy } from '../regexp.ts';
import { GoFailure, type GoList, listOf } from '../template/values.ts';
import { type FunctionTable, onStrings } from './define.ts';

/** sprig's functions on regular expressions. */
export const patternFunctions: FunctionTable = {
  regexMatch: onStrings(2, (pattern = '', text = '') => compileQuietly(pattern)?.find(text) !== undefined),
  regexReplaceAll: onStrings(3, (pattern = '', text = '', replacement = '') =>
    replaceAll(compile(pattern), text, replacement),
  ),
  regexReplaceAllLiteral: onStrings(3, (pattern = '', text = '', replacement = '') =>
    replaceMatches(compile(pattern), text, () => replacement),
  ),
  regexFind: onStrings(2, (pattern = '', text = '') => compile(pattern).find(text)?.groups[0] ?? ''),
  regexFindAll: {
    parameters: ['string', 'string', 'int'],
    call: (pattern, text, count) => {
      const expression = compile(pattern as string);
      const found = expression.findAll(text as string, (count as bigint) < 0n ? undefined : Number(count));
      return found.length === 0
        ? nilTexts
        : listOf(
            found.map(({ groups }) => groups[0] ?? ''),
            'string',
          );
    },
  },
  regexSplit: {
    parameters: ['string', 'string', 'int'],
    call: (pattern, text, count) => {
      const pieces = splitBy(compile(pattern as string), text as string, Number(count));
      return pieces === undefined ? nilTexts : listOf(pieces, 'string');
    },
  },
};

const nilTexts: GoList = { ...listOf([], 'string'), isNil: true };

/** sprig's `regexMatch` says no for a pattern that is none. */
function compileQuietly(pattern: string): GoRegexp | undefined {
  try {
    return compileRegexp(pattern);
  } catch (error) {
    if (error instanceof GoFailure) return undefined;
    throw error;
  }
}

/** Go's `regexp.MustCompile`. */
function compile(pattern: string): GoRegexp {
  try {
    return compileRegexp(pattern);
  } catch (error) {
    if (error instanceof GoFailure) throw new GoFailure(`regexp: Compile(\`${pattern}\`): ${error.message}`);
    throw error;
  }
}
