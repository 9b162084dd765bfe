/** Running a command in a copy of the image's files, where nothing can be laid over anything: changes are found by comparing. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { unsupported } from '../failure.ts';
import { bubblewrapScript } from './bubblewrap.ts';
import { chrootScript, withPlaced } from './chroot.ts';
import { etcFiles } from './etc.ts';
import { commandFailed, sandboxFailed } from './failed.ts';
import type { Job, Runner } from './job.ts';
import { layerOf } from './layer-changes.ts';
import { openOutput } from './output.ts';
import { joinPipes, openPipes, readPipes } from './pipes.ts';
import { openMountPoints } from './points.ts';
import { hostEnvironment, startShell } from './process.ts';
import { entriesBelow } from './sources.ts';
import { tarOf } from './tar-stream.ts';

/** How one kind runs a command in a copied tree. */
export interface CopiedRun {
  /** Tells the shell to run the command and to say `exit CODE`. */
  readonly script: string;
  /** What the shell reads from its `secrets` file, which ends with it. */
  readonly fed: Uint8Array | undefined;
}

/** What a kind is told about the copy. */
export interface Copy {
  readonly job: Job;
  /** Absolute. */
  readonly root: string;
  readonly workingDirectory: string;
  /** Where mounts go, free of links, in their order. */
  readonly places: readonly string[];
  /** Files of `/etc`: place in the tree → absolute path. */
  readonly etc: ReadonlyMap<string, string>;
}

/** Copies the image, runs the command, and compares. */
export const runCopied: Runner = async (job) => {
  const { run, tool, tree, parts, spool, kind } = job;
  refuse(job);
  for (const name of ['root', 'etc']) mkdirSync(join(run, name));
  const { copy, except } = await layOut(job);
  const snapshot = join(run, 'snapshot');
  await tool.snapshot(copy.root, snapshot);
  const run_ = (): Promise<void> => runCommandIn(copy);
  await (kind.name === 'chroot' ? withPlaced(copy, run_) : run_());
  const changes = await tool.changesSince(copy.root, snapshot, except, spool);
  const options = { keepOwners: kind.ids === 'one', latest: parts.latestTime };
  return { sources: await layerOf(changes, tree, options), upper: undefined };
};

function refuse({ mounts, kind, instruction, command }: Job): void {
  const what = mounts.mounts.some(({ kind: one }) => one === 'secret')
    ? 'RUN --mount=type=secret with a file'
    : kind.name === 'chroot' && instruction.network === 'none'
      ? 'RUN --network=none'
      : command.program !== undefined
        ? 'a heredoc of RUN that is a program (#!)'
        : undefined;
  if (what === undefined) return;
  throw unsupported(
    `${what} is not possible in the sandbox "${kind.name}"`,
    'Use --sandbox=userns or --sandbox=root, or build with --engine=docker or --engine=buildkit',
  );
}

async function layOut(job: Job): Promise<{ readonly copy: Copy; readonly except: readonly string[] }> {
  const { run, tool, tree, parts, spool, mounts, stage } = job;
  const root = join(run, 'root');
  const workingDirectory = posix.join('/', stage.draft.config.WorkingDir ?? '');
  const points = openMountPoints(tree);
  points.need(workingDirectory);
  const hidden = ['/proc', '/sys', '/dev'].map((path) => points.claim(path, 'directory', true).path);
  const etc = new Map<string, string>();
  for (const [name, text] of Object.entries(etcFiles(parts))) {
    const file = join(run, 'etc', name);
    writeFileSync(file, text, { mode: 0o644 });
    etc.set(points.claim(`/etc/${name}`, 'file').path, file);
  }
  const places = mounts.mounts.map((mount) => {
    const isFile = mount.kind === 'secret' || (mount.kind !== 'tmpfs' && mount.isFile);
    return points.claim(mount.target, isFile ? 'file' : 'directory', mount.kind === 'tmpfs').path;
  });
  const missing = points.missing();
  await tool.extract(tarOf(await entriesBelow(tree, '', spool, parts)), root, false);
  await tool.extract(tarOf(missing.map((entry) => ({ entry }))), root, false);
  const except = [...hidden, ...etc.keys(), ...places, ...missing.filter(isNew(job)).map(({ path }) => path)];
  return { copy: { job, root, workingDirectory, places, etc }, except };
}

/** Directories of the image may change; those made for mounts alone are left out, with what is in them. */
const isNew =
  ({ tree, stage }: Job) =>
  ({ path }: { readonly path: string }): boolean => {
    const directory = posix.join('/', stage.draft.config.WorkingDir ?? '');
    return !`${directory}/`.startsWith(`/${path}/`) && !path.split('/').reduce(descend, tree as Descent)?.children;
  };

type Descent = Job['tree'] | undefined;
const descend = (node: Descent, part: string): Descent => node?.children?.get(part);

async function runCommandIn(copy: Copy): Promise<void> {
  const { job } = copy;
  const { directory, run, parts, mounts, kind } = job;
  const output = openOutput(parts.print, mounts.secrets);
  const complaints = openOutput(() => undefined, mounts.secrets);
  const { script, fed } = kind.name === 'chroot' ? chrootScript(copy) : bubblewrapScript(copy);
  const shell = startShell(['setpriv', '--pdeathsig', 'KILL', '--'], {
    directory,
    env: hostEnvironment(parts.ctx.system.env['PATH']),
    signal: parts.ctx.signal,
    onOutput: (stream, text) => complaints.take(stream, text),
  });
  try {
    shell.tell(openPipes(relative(directory, run)));
    if ((await shell.answer()) !== 'up') throw sandboxFailed(job, complaints);
    const reading = readPipes(joinPipes(run), output);
    shell.tell(script);
    if (fed !== undefined) shell.feed(fed, true);
    const [, code] = /^exit (\d+)$/.exec((await shell.answer()) ?? '') ?? [];
    if (code === undefined) throw sandboxFailed(job, complaints);
    await reading;
    if (code !== '0') throw commandFailed(job, Number(code), output);
    await shell.close();
  } catch (error) {
    // Its end is what tells the watcher to end everything else.
    await shell.kill();
    parts.ctx.signal.throwIfAborted();
    throw error;
  }
}
