import { ToolError } from '../../core/errors.ts';
import { compileProgram, type Program } from '../../go/regexp/compile.ts';
import { type Budget, findFrom } from '../../go/regexp/run.ts';
import { GoFailure } from '../../go/template/values.ts';

/** Work that may be spent on the patterns of one load: far more than any real configuration needs, a fraction of a second. */
const mostSteps = 3_000_000;

/** Instructions of compiled patterns and steps through them that are left to a load. */
export function createPatternBudget(): Budget {
  return { left: mostSteps };
}

/**
 * Whether a pattern matches a value, as profiles compare (Skaffold's `RegexEqual`): a leading `!` negates the rest; the
 * rest matches when it is the value itself, or a regular expression (RE2) that matches anywhere in it. A pattern that is
 * no regular expression matches only itself. Patterns that are compared in one go share a `budget`.
 *
 * @throws {ToolError} `CONFIG_APPLY_PROFILES_ERR` when the budget is spent.
 */
export function patternMatches(pattern: string, value: string, budget: Budget = createPatternBudget()): boolean {
  if (pattern.startsWith('!')) return !matches(pattern.slice(1), value, budget);
  return matches(pattern, value, budget);
}

const hasOperator = /[\\^$.|?*+()[\]{}]/;

function matches(pattern: string, value: string, budget: Budget): boolean {
  if (pattern === value) return true;
  if (!hasOperator.test(pattern)) return value.includes(pattern);
  if (budget.left > pattern.length) {
    budget.left -= pattern.length;
    const program = compile(pattern);
    if (program === undefined) return false;
    budget.left -= program.instructions.length;
    const found = budget.left < 0 ? undefined : search(program, value, budget);
    if (found !== undefined) return found;
  }
  throw tooExpensive(pattern);
}

/** Undefined for what is no regular expression. */
function compile(pattern: string): Program | undefined {
  try {
    return compileProgram(pattern);
  } catch (error) {
    if (error instanceof GoFailure) return undefined;
    throw error;
  }
}

/** Undefined when the budget is spent. */
function search(program: Program, value: string, budget: Budget): boolean | undefined {
  try {
    return findFrom(program, value, 0, budget) !== undefined;
  } catch (error) {
    if (error instanceof GoFailure) return undefined;
    throw error;
  }
}

function tooExpensive(pattern: string): ToolError {
  const shown = pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern;
  return new ToolError('CONFIG_APPLY_PROFILES_ERR', `the pattern ${shown} and those before it take too many steps`, {
    suggestions: [{ code: 'SHORTEN_PATTERN', action: 'Shorten the patterns of the profile activations' }],
  });
}
