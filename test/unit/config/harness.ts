import { type LoadOptions, loadProject } from '../../../src/config/load.ts';
import { type LoadedConfigs, loadConfigs } from '../../../src/config/load-configs.ts';
import type { Diagnostic } from '../../../src/core/diagnostic.ts';
import { ToolError } from '../../../src/core/errors.ts';
import type { Context, Files, HttpResponse, System } from '../../../src/core/ports.ts';
import type { Project } from '../../../src/core/project.ts';
import { type FakeProgram, fakeExec } from '../../support/fake-exec.ts';
import { fakeFiles } from '../../support/fake-files.ts';
import { fakeClock } from '../../support/fake-system.ts';

export const head = 'apiVersion: skaffold/v4beta14\nkind: Config\n';

export interface Surroundings {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly programs?: Readonly<Record<string, FakeProgram>>;
  /** Body or status by URL. */
  readonly web?: Readonly<Record<string, string | number>>;
}

/** A context over files in memory; the working directory is `/work`, the home `/home/me`. */
export function contextOf({ files = {}, env = {}, programs = {}, web = {} }: Surroundings): Context {
  const unused = (name: string) => () => {
    throw new Error(`${name} is not used here`);
  };
  const memory: Files = fakeFiles({ '/work/.keep': '', '/home/me/.keep': '', ...files });
  const system = {
    files: memory,
    exec: fakeExec(programs),
    http: { request: async ({ url }: { readonly url: string }) => answer(web[url]) },
    env,
    cwd: '/work',
    homeDirectory: '/home/me',
    clock: fakeClock(),
    random: { hex: (bytes: number) => 'ab'.repeat(bytes), fraction: () => 0.5 },
    withInsecureRegistries: unused('withInsecureRegistries'),
  } as unknown as System;
  return { system, emit: () => undefined, signal: new AbortController().signal };
}

function answer(content: string | number | undefined): HttpResponse {
  const status = typeof content === 'string' ? 200 : (content ?? 404);
  const body = (async function* () {
    if (typeof content === 'string') yield Buffer.from(content);
  })();
  return { status, headers: {}, body, discard: () => undefined };
}

const options: LoadOptions = {
  filename: 'skaffold.yaml',
  profiles: [],
  modules: [],
  command: 'build',
  profileAutoActivation: true,
  propagateProfiles: true,
  kubeContext: undefined,
  kubeconfig: undefined,
};

export interface Attempt extends Partial<LoadOptions>, Surroundings {}

function split({ files, env, programs, web, ...rest }: Attempt, text: string | undefined): [LoadOptions, Context] {
  const all = { ...(text === undefined ? {} : { '/work/skaffold.yaml': text }), ...files };
  const surroundings = { files: all, ...(env && { env }), ...(programs && { programs }), ...(web && { web }) };
  return [{ ...options, ...rest }, contextOf(surroundings)];
}

/** Loads `/work/skaffold.yaml` with this text. */
export async function load(text: string | undefined, attempt: Attempt = {}): Promise<Project> {
  return (await loadProject(...split(attempt, text))).project;
}

/** As `load`, without validation: what `diagnose` sees. */
export async function loadOnly(text: string | undefined, attempt: Attempt = {}): Promise<LoadedConfigs> {
  return loadConfigs(...split(attempt, text));
}

/** The error loading ends with; anything but a `ToolError` fails the test. */
export async function failure(text: string | undefined, attempt: Attempt = {}): Promise<ToolError> {
  try {
    await load(text, attempt);
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error('loading succeeded');
}

/** Errors as `code line:column`. */
export async function errorsOf(text: string, attempt: Attempt = {}): Promise<readonly string[]> {
  const { diagnostics } = await failure(text, attempt);
  return diagnostics.filter(({ severity }) => severity === 'error').map(placeOf);
}

export function placeOf({ code, at }: Diagnostic): string {
  return `${code} ${at?.line}:${at?.column}`;
}

/** Warnings of a configuration that loads. */
export async function warningsOf(text: string, attempt: Attempt = {}): Promise<readonly Diagnostic[]> {
  return (await loadProject(...split(attempt, text))).warnings;
}
