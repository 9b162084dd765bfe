/** What a command of RUN finds in its environment: the image's variables and the build's arguments, nothing of the host's. */
import { proxyArguments } from '../../../dockerfile/scope.ts';
import type { BuildParts, Stage } from '../stage.ts';

/**
 * Variables by name: ENV, then the arguments that ARG declared (ENV wins), then proxies given as arguments, then `HOME` as
 * `/etc/passwd` of the image has it.
 */
export function environmentOf(stage: Stage, home: string, { scope }: BuildParts): ReadonlyMap<string, string> {
  const environment = new Map<string, string>();
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && !environment.has(name)) environment.set(name, value);
  };
  for (const pair of stage.draft.config.Env ?? []) {
    const at = pair.indexOf('=');
    if (at > 0) environment.set(pair.slice(0, at), pair.slice(at + 1));
  }
  for (const name of stage.argumentNames) add(name, stage.variables.get(name));
  for (const [name, value] of Object.entries(proxyArguments(scope.buildArgs))) add(name, value);
  add('HOME', home);
  return environment;
}

/** Variables that change what programs of the host do which start the command: the image's own `env` has to set them. */
export function changesPrograms(name: string): boolean {
  return /^(?:LD_|MALLOC_|GLIBC_|GCONV_PATH$|GETCONF_DIR$|HOSTALIASES$|LOCALDOMAIN$|LOCPATH$|NIS_PATH$|NLSPATH$|RES_OPTIONS$|RESOLV_HOST_CONF$)/.test(
    name,
  );
}

/** Variables that a shell can export without giving them a meaning of its own. */
export function isPlainVariable(name: string): boolean {
  const own =
    /^(?:BASH.*|ENV|EUID|FUNCNAME|GROUPS|IFS|LINENO|OLDPWD|OPTARG|OPTIND|PIPESTATUS|POSIXLY_CORRECT|PPID|PS\d|PWD|RANDOM|SECONDS|SHELLOPTS|SHLVL|UID|_)$/;
  return /^[A-Za-z_]\w*$/.test(name) && !own.test(name);
}
