/** `--chmod`: octal, or the symbolic form of chmod(1) (BuildKit takes both; symbolic since Dockerfile 1.14). */
import { buildError } from './failure.ts';
import type { Node } from './node.ts';

/** What `--chmod` asks for. */
export interface ModeChange {
  /** Mode of a node after the change. Symbolic links keep theirs. */
  apply(node: Pick<Node, 'kind' | 'mode'>): number;
}

/**
 * Reads the value of `--chmod`.
 *
 * @throws {ToolError} `BUILD_USER_ERROR` for what is neither octal (at most 07777) nor symbolic.
 */
export function parseMode(text: string): ModeChange {
  if (/^[0-7]+$/.test(text) && Number.parseInt(text, 8) <= 0o7777) {
    const octal = Number.parseInt(text, 8);
    return { apply: (node) => (node.kind === 'symlink' ? node.mode : octal) };
  }
  const clauses = /^\d/.test(text) ? undefined : parseClauses(text);
  if (clauses === undefined) {
    throw buildError(
      `invalid chmod parameter: "${text}" is neither an octal mode up to 07777 nor a symbolic one`,
      'Write a mode such as 755 or u=rwX,go=rX',
    );
  }
  return { apply: (node) => (node.kind === 'symlink' ? node.mode : applyClauses(node, clauses)) };
}

interface Clause {
  readonly who: string;
  readonly actions: readonly { readonly operator: string; readonly permissions: string }[];
}

function parseClauses(text: string): readonly Clause[] | undefined {
  const clauses: Clause[] = [];
  for (const part of text.split(',')) {
    const [, who = '', rest = ''] = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(part) ?? [];
    if (rest === '') return undefined;
    const actions = [...rest.matchAll(/([-+=])([rwxXst]*|[ugo])(?=[-+=]|$)/g)].map(
      ([, operator = '', permissions = '']) => ({ operator, permissions }),
    );
    clauses.push({ who: who === '' || who.includes('a') ? 'ugo' : who, actions });
  }
  return clauses;
}

const shifts: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 };

function applyClauses({ kind, mode }: Pick<Node, 'kind' | 'mode'>, clauses: readonly Clause[]): number {
  const mayExecute = kind === 'directory' || (mode & 0o111) !== 0;
  let result = mode;
  for (const { who, actions } of clauses) {
    for (const { operator, permissions } of actions) {
      const bits = [...who].reduce((sum, user) => sum | bitsFor(user, permissions, result, mayExecute), 0);
      const all = [...who].reduce((sum, user) => sum | everyBit(user), 0);
      if (operator === '+') result |= bits;
      else if (operator === '-') result &= ~bits;
      else result = (result & ~all) | bits;
    }
  }
  return result & 0o7777;
}

/** The bits of a mode that some permissions mean for the owner, the group or others. */
function bitsFor(user: string, permissions: string, mode: number, mayExecute: boolean): number {
  const shift = shifts[user] ?? 0;
  if (/^[ugo]$/.test(permissions)) return ((mode >> (shifts[permissions] ?? 0)) & 7) << shift;
  let bits = 0;
  if (permissions.includes('r')) bits |= 4;
  if (permissions.includes('w')) bits |= 2;
  if (permissions.includes('x') || (permissions.includes('X') && mayExecute)) bits |= 1;
  bits <<= shift;
  if (permissions.includes('s') && user !== 'o') bits |= user === 'u' ? 0o4000 : 0o2000;
  return permissions.includes('t') ? bits | 0o1000 : bits;
}

/** What `=` clears. */
function everyBit(user: string): number {
  if (user === 'u') return 0o4700;
  return user === 'g' ? 0o2070 : 0o1007;
}
