/** A permission in the words of the token specification: `repository:NAME:ACTION[,ACTION]`. */
export type Scope = string;

/** Permission to do something in a repository. */
export type Access = 'pull' | 'push' | 'delete';

const actions: Readonly<Record<Access, string>> = { pull: 'pull', push: 'push,pull', delete: 'delete,pull' };

export function scopeFor(repository: string, access: Access): Scope {
  return `repository:${repository}:${actions[access]}`;
}

/** Whether permissions already granted include all that are needed. */
export function covers(granted: readonly Scope[], needed: readonly Scope[]): boolean {
  const held = granted.map(split);
  return needed.map(split).every(({ resource, wanted }) => {
    const here = held.filter((scope) => scope.resource === resource).flatMap((scope) => scope.wanted);
    return wanted.every((action) => here.includes(action));
  });
}

function split(scope: Scope): { readonly resource: string; readonly wanted: readonly string[] } {
  const colon = scope.lastIndexOf(':');
  return { resource: scope.slice(0, colon), wanted: scope.slice(colon + 1).split(',') };
}

/** The scopes of a challenge (separated by blanks) first, then ours, none twice. */
export function mergeScopes(challenged: string | undefined, own: readonly Scope[]): readonly Scope[] {
  return [...new Set([...(challenged ?? '').split(' ').filter((scope) => scope !== ''), ...own])];
}
