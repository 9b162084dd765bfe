/** One program of an image, run in the sandbox; what it changes besides the shared directories is dropped. */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import type { ContainerGroupRequest, ContainerProgram } from '../../../core/containers.ts';
import { ToolError } from '../../../core/errors.ts';
import type { Platform } from '../../../core/names.ts';
import type { Context } from '../../../core/ports.ts';
import type { Store } from '../../../store/store.ts';
import { type BaseImage, findBaseImage } from '../base-image.ts';
import type { LayerLibrary } from '../layer-library.ts';
import type { Node } from '../node.ts';
import { readImageFile } from '../read-image-file.ts';
import { etcFiles } from '../sandbox/etc.ts';
import type { FileTool } from '../sandbox/file-tool.ts';
import type { PreparedMount } from '../sandbox/mounts.ts';
import { type CommandOutput, openOutput } from '../sandbox/output.ts';
import { joinPipes, openPipes, readPipes } from '../sandbox/pipes.ts';
import { openMountPoints } from '../sandbox/points.ts';
import { hostEnvironment, type SandboxShell, startShell } from '../sandbox/process.ts';
import { makeRunDirectory } from '../sandbox/runs.ts';
import { setupScript } from '../sandbox/script.ts';
import { startScript } from '../sandbox/start-script.ts';
import { tarOf } from '../sandbox/tar-stream.ts';
import type { Ground } from '../sandbox/types.ts';
import { openUnpackedLayers } from '../sandbox/unpacked.ts';
import { findRunUser } from '../sandbox/user.ts';
import { openSpool } from '../spool.ts';
import { openStageFiles } from '../stage-files.ts';
import type { GroupDirectories } from './directories.ts';

/** What programs of a group are run with. */
export interface ProgramPlace {
  readonly request: ContainerGroupRequest;
  readonly ground: Ground;
  readonly tool: FileTool;
  /** One that works after the run was stopped, too. */
  readonly remover: FileTool;
  readonly store: Store;
  readonly library: LayerLibrary;
  readonly platform: Platform;
  readonly directories: GroupDirectories;
}

/** A program with everything about it at hand. */
interface Launch {
  readonly program: ContainerProgram;
  readonly place: ProgramPlace;
  readonly image: BaseImage;
  readonly tree: Node;
  /** The run's own directory, absolute. */
  readonly run: string;
  readonly ctx: Context;
}

/** Runs a program. @returns its exit code. */
export async function runProgram(program: ContainerProgram, place: ProgramPlace, ctx: Context): Promise<number> {
  const { ground, library, platform, remover, store } = place;
  const image = await findBaseImage(program.image, { platform, built: new Map(), pull: false }, store, ctx);
  const tree = await openStageFiles(image.layers, library).root();
  const run = await makeRunDirectory(join(ground.directory, 'runs'), ctx.system.random.hex(6));
  try {
    return await launch({ program, place, image, tree, run, ctx });
  } finally {
    await remover.remove(run);
  }
}

async function launch(job: Launch): Promise<number> {
  const { ctx, program, place, run } = job;
  const { kind, directory } = place.ground;
  for (const name of ['upper', 'work', 'root', 'init', 'etc', 'unpack']) mkdirSync(join(run, name));
  const setup = await layOut(job);
  const start = await startOf(job);
  const { image } = place.request;
  const print = (line: string): void =>
    ctx.emit({ type: 'output', phase: 'Build', image, stream: 'stdout', text: `${line}\n` });
  const secrets = [program.env['CNB_REGISTRY_AUTH'] ?? ''];
  const complaints = openOutput(() => undefined, secrets);
  const shell = startShell(kind.enter('host'), {
    directory,
    env: hostEnvironment(ctx.system.env['PATH']),
    signal: ctx.signal,
    onOutput: (stream, text) => complaints.take(stream, text),
  });
  try {
    shell.tell(openPipes(relative(directory, run)));
    if ((await shell.answer()) !== 'up') throw failed(job, complaints);
    const pipes = joinPipes(run);
    const reading = readPipes(pipes, openOutput(print, secrets));
    const exitCode = await runIn(shell, [setup, start]);
    if (exitCode === undefined) pipes.close();
    await reading;
    if (exitCode === undefined) throw failed(job, complaints);
    await shell.close();
    return exitCode;
  } catch (error) {
    await shell.kill();
    ctx.signal.throwIfAborted();
    throw error;
  }
}

async function runIn(shell: SandboxShell, [setup, start]: readonly [string, string]): Promise<number | undefined> {
  shell.tell(setup);
  if ((await shell.answer()) !== 'ready') return undefined;
  shell.tell(start);
  const [, code] = /^exit (\d+)$/.exec((await shell.answer()) ?? '') ?? [];
  return code === undefined ? undefined : Number(code);
}

/** Writes what the script refers to, and the script. */
async function layOut({ image, place, program, run, tree }: Launch): Promise<string> {
  const { ground, library, tool } = place;
  const { directory, kind } = ground;
  const unpacked = join(directory, kind.storeName, 'layers');
  const layers = openUnpackedLayers({ root: unpacked, scratch: join(run, 'unpack'), whiteouts: true, tool, library });
  const names = await layers.directories(image.layers);
  const etc = etcFiles({ request: { addHosts: [] } });
  for (const [name, text] of Object.entries(etc)) writeFileSync(join(run, 'etc', name), text, { mode: 0o644 });
  const points = openMountPoints(tree);
  points.need(workingDirectory(image));
  const own = relative(directory, run);
  const layersAt = relative(directory, unpacked);
  const script = setupScript(
    {
      run: own,
      lowers: [...names.map((name) => `${layersAt}/${name}`), `${own}/init`],
      options: kind.overlay ?? [],
      etc: Object.keys(etc),
      mounts: mountsOf(program, place),
      program: undefined,
      network: 'host',
    },
    points,
  );
  await tool.extract(tarOf(points.missing().map((entry) => ({ entry }))), join(run, 'init'), false);
  return script;
}

function mountsOf({ directories, mounts }: ContainerProgram, place: ProgramPlace): readonly PreparedMount[] {
  const bind = (source: string, target: string, readOnly: boolean): PreparedMount => {
    if (!existsSync(source)) throw missing(source);
    return { kind: 'bind', target, source, isFile: !statSync(source).isDirectory(), readOnly };
  };
  return [
    ...directories.map((path) => bind(place.directories.source(path), path, false)),
    ...mounts.map(({ source, target, readOnly }) => bind(source, target, readOnly)),
  ];
}

async function startOf({ ctx, image, place, program, run, tree }: Launch): Promise<string> {
  const spool = openSpool(ctx.system.files);
  const { uid, gid } = program.user;
  try {
    const user = await findRunUser(`${uid}:${gid}`, readImageFile(tree, spool, { library: place.library, ctx }));
    const pairs = (image.document.config?.Env ?? []).map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    });
    const environment = new Map([['HOME', user.home], ...pairs, ...Object.entries(program.env)]);
    const directory = workingDirectory(image);
    const options = { words: program.command, environment, user, directory, root: join(run, 'root'), hasUsers: true };
    return startScript(options, tree);
  } finally {
    await spool.close();
  }
}

function workingDirectory({ document }: BaseImage): string {
  return posix.join('/', document.config?.WorkingDir ?? '');
}

function missing(source: string): ToolError {
  return new ToolError('BUILD_USER_ERROR', `${source} is to be mounted and does not exist`, {
    suggestions: [{ code: 'FIX_VOLUMES', action: 'Create it, or correct the volume' }],
  });
}

function failed({ place, program }: Launch, complaints: CommandOutput): ToolError {
  complaints.flush();
  const lines = complaints.last().join('; ');
  const { name } = place.ground.kind;
  return new ToolError(
    'COMMAND_FAILED',
    `the sandbox "${name}" for ${program.command[0]} could not be made: ${lines}`,
    {
      suggestions: [
        { code: 'USE_DOCKER_ENGINE', action: 'Choose another one with --sandbox, or build with --engine=docker' },
      ],
    },
  );
}
