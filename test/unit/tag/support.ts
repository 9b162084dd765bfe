import { ToolError } from '../../../src/core/errors.ts';
import type { Event } from '../../../src/core/events.ts';
import type { ImageName } from '../../../src/core/names.ts';
import type { Context, ExecResult, Files } from '../../../src/core/ports.ts';
import type { Artifact, Module, PluginEntry } from '../../../src/core/project.ts';
import { createSystem } from '../../../src/system/node.ts';

export interface World {
  readonly ctx: Context;
  readonly events: Event[];
  /** Every program that was run: its directory and words. */
  readonly runs: (readonly [string | undefined, ...string[]])[];
}

export interface WorldOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly now?: string;
  readonly files?: Partial<Files>;
  /** What a program prints by its words; an error text makes it fail. */
  readonly git?: (args: string, directory: string | undefined) => string | Error;
}

/** A context with real files (unless given), scripted programs and a clock that stands still. */
export function world(options: WorldOptions = {}): World {
  const { cwd = '/', env = {}, git, now = '2025-02-03T04:05:06.780Z' } = options;
  const system = createSystem({ env, cwd });
  const events: Event[] = [];
  const runs: World['runs'] = [];
  const run: Context['system']['exec']['run'] = async (file, args, execOptions): Promise<ExecResult> => {
    runs.push([execOptions?.cwd, file, ...args]);
    const words = args.filter((word) => word !== '--no-optional-locks').join(' ');
    const answer = git?.(words, execOptions?.cwd);
    if (answer === undefined) throw new ToolError('COMMAND_NOT_FOUND', `no ${file} here`);
    if (answer instanceof Error) return { exitCode: 128, stdout: '', stderr: answer.message };
    return { exitCode: 0, stdout: answer, stderr: '' };
  };
  const ctx: Context = {
    system: {
      ...system,
      exec: { run },
      files: { ...system.files, ...options.files },
      clock: { ...system.clock, now: () => new Date(now) },
    },
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
  };
  return { ctx, events, runs };
}

export function artifact(image: string, rest: Partial<Artifact> = {}): Artifact {
  return {
    image: image as ImageName,
    workspace: '/work',
    context: '.',
    type: 'docker',
    spec: {},
    requires: [],
    platforms: [],
    hooks: { before: [], after: [] },
    ...rest,
  };
}

/** A module with these artifacts and this tag policy; nothing else of it is looked at. */
export function module(tagPolicy: PluginEntry, ...artifacts: readonly Artifact[]): Module {
  return { artifacts, build: { tagPolicy } } as unknown as Module;
}
