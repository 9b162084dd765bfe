/** The last steps to a command: its root, its user, its rights, its environment. */
import { resolveLinks } from '../../../image/layer-tree.ts';
import type { Node } from '../node.ts';
import { changesPrograms, isPlainVariable } from './environment.ts';
import { commandOf, quote } from './quote.ts';
import type { RunUser } from './user.ts';

export interface StartOptions {
  readonly words: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly user: RunUser;
  /** Absolute, in the image. */
  readonly directory: string;
  /** Where the laid out tree is mounted, absolute. */
  readonly root: string;
  /** Whether the sandbox knows more than one user. */
  readonly hasUsers: boolean;
}

/** What a container of Docker may do, too. Nothing here reaches beyond the sandbox's own files and processes. */
const capabilities = [
  ...['chown', 'dac_override', 'fsetid', 'fowner', 'mknod', 'net_raw', 'setgid', 'setuid', 'setfcap', 'setpcap'],
  ...['net_bind_service', 'sys_chroot', 'kill', 'audit_write'],
];

/**
 * Runs the command and says `exit CODE` when everything inside has ended. The tree takes the place of the machine's root
 * first: whoever gets out of a `chroot` finds it again.
 */
export function startScript(options: StartOptions, tree: Node): string {
  return [
    `cd ${quote(options.root)}`,
    `mount --move ${quote(options.root)} /`,
    ...commandLines(options, tree),
    'kill -9 -1 2>/dev/null',
    'exec 6>&- 7>&-',
    'echo "exit $status" >&3',
  ].join('\n');
}

/** Runs the command with the working directory as its root, and sets `status`. */
export function commandLines(options: StartOptions, tree: Node): readonly string[] {
  const entries = [...options.environment];
  const inside = entries.filter(([name]) => changesPrograms(name));
  const plain = entries.filter(([name]) => !changesPrograms(name) && isPlainVariable(name));
  const odd = entries.filter(([name]) => !changesPrograms(name) && !isPlainVariable(name));
  const words = commandOf(settingInside(inside, options.words, tree));
  return [
    // Found now: the command has a PATH of its own.
    'SETPRIV=$(command -v setpriv) UNSHARE=$(command -v unshare) ENV=$(command -v env)',
    'set +e',
    '(',
    'exec </dev/null >&6 2>&7 3>&- 4>&- 6>&- 7>&-',
    `set -- "$ENV" -u PWD -u OLDPWD -u SHLVL -u _ -- ${pairs(odd)} "$SETPRIV" ${rights(options)} "$UNSHARE" ${place(options)} -- ${words}`,
    'unset SETPRIV UNSHARE ENV LC_ALL LIBMOUNT_FORCE_MOUNT2',
    ...plain.map(([name, value]) => `export ${name}=${quote(value)}`),
    'exec "$@"',
    ')',
    'status=$?',
  ];
}

const pairs = (entries: readonly (readonly [string, string])[]): string =>
  entries.map(([name, value]) => quote(`${name}=${value}`)).join(' ');

function rights({ user, hasUsers }: StartOptions): string {
  const bounding = ['-all', ...capabilities.map((name) => `+${name}`)].join(',');
  const groups = user.groups.length === 0 ? ['--clear-groups'] : ['--groups', user.groups.join(',')];
  const ids = hasUsers ? ['--regid', String(user.gid), ...groups] : [];
  return commandOf([`--bounding-set=${bounding}`, '--inh-caps=-all', ...ids, '--']);
}

function place({ user, directory }: StartOptions): string {
  const ids = user.uid === 0 ? [] : ['--setuid', String(user.uid)];
  return `${commandOf(['--root=.', ...ids])} --wd=${quote(directory)}`;
}

/** Variables that would change the host's own programs on the way are set by the image's `env`, or its shell. */
function settingInside(
  variables: readonly (readonly [string, string])[],
  words: readonly string[],
  tree: Node,
): readonly string[] {
  if (variables.length === 0) return words;
  const values = variables.map(([name, value]) => `${name}=${value}`);
  const env = ['/usr/bin/env', '/bin/env'].find((path) => resolveLinks(tree, path).node?.kind === 'file');
  if (env !== undefined) return [env, '--', ...values, ...words];
  const script = 'while [ "$1" != -- ]; do export "$1"; shift; done; shift; exec "$@"';
  return ['/bin/sh', '-c', script, 'sh', ...values, '--', ...words];
}
