import { GoFailure } from '../template/values.ts';

/** A mistake in a regular expression, in the words of Go's regexp/syntax: the problem, and the part of the pattern it is in. */
export function failure(problem: string, where: string): GoFailure {
  return new GoFailure(`error parsing regexp: ${problem}: \`${where}\``);
}
