/**
 * A command in a plain `chroot`, for where a container's root may do no more. There are no namespaces and no mounts: files
 * are put in their places and taken out again, and a watcher outside ends what the command leaves behind, also when this
 * process is killed.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { quote } from './quote.ts';
import type { CopiedRun, Copy } from './run-copied.ts';
import { commandLines } from './start-script.ts';

/** Runs some work with everything in its place that other sandboxes mount. */
export async function withPlaced(copy: Copy, work: () => Promise<void>): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const [place, file] of copy.etc) await copyFile(file, await makeRoom(copy, place, undo));
    for (const [index, mount] of copy.job.mounts.mounts.entries()) {
      const to = await makeRoom(copy, copy.places[index] ?? '', undo);
      if (mount.kind === 'tmpfs') mkdirSync(to, { mode: 0o1777 });
      if (mount.kind !== 'bind') continue;
      await rename(mount.source, to);
      undo.push(() => rename(to, mount.source));
    }
    await work();
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

/** Puts aside what is there, to be put back. */
async function makeRoom({ root, job }: Copy, place: string, undo: (() => Promise<void>)[]): Promise<string> {
  const path = join(root, place);
  const aside = join(job.run, `aside${undo.length}`);
  undo.push(async () => {
    await rm(path, { recursive: true, force: true });
    if (existsSync(aside)) await rename(aside, path);
  });
  if (existsSync(path)) await rename(path, aside);
  return path;
}

/** Ends every process whose root is the copy. */
const endAll = [
  'end_all() {',
  '  again=1',
  '  while [ "$again" = 1 ]; do',
  '    again=0',
  '    for entry in /proc/[0-9]*; do',
  '      if [ "$entry/root" -ef "$1" ]; then kill -9 "$(basename "$entry")" 2>/dev/null && again=1; fi',
  '    done',
  '  done',
  '}',
];

/** Runs the command beside a watcher, which waits for the end of the `secrets` file: the end of this process. */
export function chrootScript({ job, root, workingDirectory }: Copy): CopiedRun {
  const { command, environment, user, tree } = job;
  const dev = quote(join(root, 'dev'));
  const script = [
    'umask 022',
    ...endAll,
    `for device in 'null 3' 'zero 5' 'full 7' 'random 8' 'urandom 9'; do set -- $device; mknod -m 666 ${dev}/$1 c 1 $2 2>/dev/null || :; done`,
    `( exec 3>&- 6>&- 7>&- >/dev/null 2>&1; while read -r line <&4; do :; done; end_all ${quote(root)} ) &`,
    `cd ${quote(root)}`,
    ...commandLines(
      { words: command.words, environment, user, directory: workingDirectory, root, hasUsers: true },
      tree,
    ),
    `end_all ${quote(root)}`,
    'exec 6>&- 7>&-',
    'echo "exit $status" >&3',
  ].join('\n');
  return { script, fed: undefined };
}
