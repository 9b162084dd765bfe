/** Matching a path against a pattern in time that grows with their lengths only, however many wildcards there are. */

/** One part of a pattern. */
export interface PatternPiece {
  /**
   * `character`: one that `source` matches; `name`: any number of characters but `/`; `directories`: nothing, or anything
   * that ends with `/`; `rest`: anything.
   */
  readonly kind: 'character' | 'name' | 'directories' | 'rest';
  /** As a regular expression. */
  readonly source: string;
  /** The only `character` it matches. */
  readonly literal?: string;
}

/** Whether whole paths match a pattern. */
export interface PathPattern {
  test(path: string): boolean;
}

/** So many pieces of any length cost little in a regular expression, which tries all their lengths together. */
const fewVariable = 2;

/** Makes a matcher of the pieces of a pattern. */
export function patternOf(pieces: readonly PatternPiece[]): PathPattern {
  const variable = pieces.filter(({ kind }) => kind !== 'character').length;
  if (variable <= fewVariable) return new RegExp(`^${pieces.map(({ source }) => source).join('')}$`, 'u');
  const steps = pieces.map(({ kind, source, literal }) => {
    const expression = new RegExp(`^${source}$`, 'u');
    return { kind, fits: literal === undefined ? expression.test.bind(expression) : (one: string) => one === literal };
  });
  return { test: (path) => matches(steps, path) };
}

interface Step {
  readonly kind: PatternPiece['kind'];
  /** Whether a `character` matches. */
  readonly fits: (character: string) => boolean;
}

/**
 * Follows all ways through the pattern at once. Place `index` is before a step; a place within `directories`, where nothing
 * but more of them may follow, is kept apart.
 */
function matches(steps: readonly Step[], path: string): boolean {
  let before = new Uint8Array(steps.length + 1);
  let within = new Uint8Array(steps.length);
  enter(0, steps, before);
  for (const character of path) {
    const next = new Uint8Array(steps.length + 1);
    const nextWithin = new Uint8Array(steps.length);
    for (let index = 0; index < steps.length; index++) {
      if (before[index] === 1) advance(index, character, steps, next, nextWithin);
      if (within[index] !== 1) continue;
      nextWithin[index] = 1;
      if (character === '/') enter(index + 1, steps, next);
    }
    [before, within] = [next, nextWithin];
  }
  return before[steps.length] === 1;
}

/** Reaches a place, and those behind it that need no character. */
function enter(index: number, steps: readonly Step[], places: Uint8Array): void {
  for (let at = index; places[at] !== 1; at++) {
    places[at] = 1;
    if (at === steps.length || steps[at]?.kind === 'character') return;
  }
}

function advance(
  index: number,
  character: string,
  steps: readonly Step[],
  next: Uint8Array,
  nextWithin: Uint8Array,
): void {
  const step = steps[index];
  if (step?.kind === 'character') {
    if (step.fits(character)) enter(index + 1, steps, next);
  } else if (step?.kind === 'rest' || (step?.kind === 'name' && character !== '/')) enter(index, steps, next);
  else if (step?.kind === 'directories') {
    nextWithin[index] = 1;
    if (character === '/') enter(index + 1, steps, next);
  }
}
