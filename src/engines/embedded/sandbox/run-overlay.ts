/** Running a command over overlayfs, in namespaces of its own. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { etcFiles } from './etc.ts';
import { commandFailed, sandboxFailed } from './failed.ts';
import type { Job, Runner } from './job.ts';
import { layerOf } from './layer-changes.ts';
import { type CommandOutput, openOutput } from './output.ts';
import { joinPipes, type OutputPipes, openPipes, readPipes } from './pipes.ts';
import { openMountPoints } from './points.ts';
import { hostEnvironment, type SandboxShell, startShell } from './process.ts';
import { setupScript } from './script.ts';
import { startScript } from './start-script.ts';
import { tarOf } from './tar-stream.ts';

/** Lays the image's layers out, runs the command, and reads what it left in the upper directory. */
export const runOverlay: Runner = async (job) => {
  const { kind, directory, run, parts, tool, mounts } = job;
  for (const name of ['upper', 'work', 'root', 'init', 'etc']) mkdirSync(join(run, name));
  const network = networkOf(job);
  const setup = await layOut(job, network);
  const output = openOutput(parts.print, mounts.secrets);
  const complaints = openOutput(() => undefined, mounts.secrets);
  const shell = startShell(kind.enter(network), {
    directory,
    env: hostEnvironment(parts.ctx.system.env['PATH']),
    signal: parts.ctx.signal,
    onOutput: (stream, text) => complaints.take(stream, text),
  });
  try {
    const pipes = await setUp(shell, setup, job, complaints);
    const reading = readPipes(pipes, output);
    const code = await runCommandIn(shell, job);
    await reading;
    parts.ctx.signal.throwIfAborted();
    if (code === undefined) throw sandboxFailed(job, complaints);
    if (code !== 0) throw commandFailed(job, code, output);
    const sources = await readLayer(shell, job);
    await shell.close();
    await tool.remove(join(run, 'work'));
    return { sources, upper: join(run, 'upper') };
  } catch (error) {
    await shell.kill();
    parts.ctx.signal.throwIfAborted();
    throw error;
  }
};

function networkOf({ instruction, parts }: Job): 'host' | 'none' {
  if (instruction.network === 'default') return parts.request.network === 'none' ? 'none' : 'host';
  return instruction.network;
}

/** Writes what the script refers to, and the script. */
async function layOut(job: Job, network: 'host' | 'none'): Promise<string> {
  const { directory, run, stage, tool, layers, layersAt, tree, kind, mounts, command, parts } = job;
  const names = await layers.directories(stage.files.layers);
  const etc = etcFiles(parts);
  for (const [name, text] of Object.entries(etc)) writeFileSync(join(run, 'etc', name), text, { mode: 0o644 });
  const points = openMountPoints(tree);
  points.need(workingDirectory(job));
  const own = relative(directory, run);
  const script = setupScript(
    {
      run: own,
      lowers: [...names.map((name) => `${layersAt}/${name}`), `${own}/init`],
      options: kind.overlay ?? [],
      etc: Object.keys(etc),
      mounts: mounts.mounts,
      program: command.program,
      network,
    },
    points,
  );
  await tool.extract(tarOf(points.missing().map((entry) => ({ entry }))), join(run, 'init'), false);
  return script;
}

async function setUp(shell: SandboxShell, script: string, job: Job, complaints: CommandOutput): Promise<OutputPipes> {
  // Nothing that matters is handed over before the shell is known to end with this process.
  shell.tell(openPipes(relative(job.directory, job.run)));
  if ((await shell.answer()) === 'up') {
    const pipes = joinPipes(job.run);
    shell.tell(script);
    for (const mount of job.mounts.mounts) if (mount.kind === 'secret') shell.feed(mount.content);
    if ((await shell.answer()) === 'ready') return pipes;
    pipes.close();
  }
  await shell.kill();
  job.parts.ctx.signal.throwIfAborted();
  complaints.flush();
  throw sandboxFailed(job, complaints);
}

async function runCommandIn(shell: SandboxShell, job: Job): Promise<number | undefined> {
  const { command, environment, user, run, kind, tree } = job;
  const options = {
    words: command.words,
    environment,
    user,
    directory: workingDirectory(job),
    root: join(run, 'root'),
    hasUsers: kind.ids === 'all',
  };
  shell.tell(startScript(options, tree));
  const [, code] = /^exit (\d+)$/.exec((await shell.answer()) ?? '') ?? [];
  return code === undefined ? undefined : Number(code);
}

function workingDirectory({ stage }: Job): string {
  const directory = stage.draft.config.WorkingDir ?? '';
  return posix.join('/', directory);
}

async function readLayer(shell: SandboxShell, { run, parts, tree, tool, spool, kind }: Job): Promise<LayerSources> {
  const changes = await tool.changes(join(run, 'upper'), firstChild(shell.pid ?? 0), spool);
  return layerOf(changes, tree, { keepOwners: kind.ids === 'one', latest: parts.latestTime });
}

type LayerSources = Awaited<ReturnType<typeof layerOf>>;

/** The sandbox's own shell: the one child of what made its namespaces. */
function firstChild(pid: number): string {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return children[0] ?? '';
}
