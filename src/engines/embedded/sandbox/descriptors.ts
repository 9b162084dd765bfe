/** Files that this process was started with open, and that its children would find open as well. */
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';

/** `O_CLOEXEC`, which `/proc/PID/fdinfo` shows among the flags. */
const closedOnExec = 0o2000000;

/**
 * Numbers from `first` on of open files that a child would inherit. Node keeps the lowest ones from its children by itself,
 * but not those beyond a gap.
 */
function inheritedDescriptors(first: number): readonly number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((number) => number >= first && isInherited(number))
    .sort((left, right) => left - right);
}

function isInherited(number: number): boolean {
  try {
    const [, flags = ''] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${number}`, 'utf8')) ?? [];
    return (Number.parseInt(flags, 8) & closedOnExec) === 0;
  } catch {
    // The directory itself was open while it was listed.
    return false;
  }
}

type Stdio = 'pipe' | 'ignore' | number;

/** Starts a child whose files are `stdio` and otherwise none of this process's: `/dev/null` takes the place of what leads elsewhere. */
export function withoutInherited<T>(stdio: readonly Stdio[], start: (stdio: Stdio[]) => T): T {
  const inherited = inheritedDescriptors(stdio.length);
  if (inherited.length === 0) return start([...stdio]);
  const nothing = openSync('/dev/null', 'r');
  try {
    const all: Stdio[] = [...stdio];
    for (const number of inherited) {
      while (all.length < number) all.push('ignore');
      all[number] = nothing;
    }
    return start(all);
  } finally {
    closeSync(nothing);
  }
}
