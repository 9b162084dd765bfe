import { resolve } from 'node:path';
import type { SkaffoldConfig } from '../../config/generated/types.ts';
import type { LoadedConfig } from '../../config/loaded-config.ts';
import { absolutePaths } from '../../config/paths.ts';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import type { Invocation } from '../invocation.ts';
import { configText } from './config-text.ts';
import { answer, inspectedConfigs } from './inspect-answer.ts';
import { writeResult } from './session-options.ts';

/** Job manifests by the name of what uses them, in the form in which `inspect jobManifestPaths list` prints them. */
interface JobManifestPaths {
  readonly verify: ReadonlyMap<string, string>;
  readonly customActions: ReadonlyMap<string, string>;
}

/**
 * `inspect jobManifestPaths modify FILE`: prints the configuration as it takes effect, required ones first, with the job
 * manifests that the JSON file names. No file of the configuration changes.
 */
export function run(invocation: Invocation<'inspect jobManifestPaths modify'>): Promise<number> {
  const { args, options, io, ctx } = invocation;
  return answer(invocation, async () => {
    const paths = await readPaths(args[0] ?? '', ctx);
    const configs = (await inspectedConfigs(invocation)).map(resolved);
    warnOfUnknown(paths, configs, ctx);
    const text = configText(configs.map((config) => withPaths(config, paths)));
    if (options.output === '') io.stdout.write(text);
    else await writeResult(options.output, text, ctx);
  });
}

function resolved({ config, directory }: LoadedConfig): SkaffoldConfig {
  const { requires: _read, ...rest } = absolutePaths(config, directory);
  return rest;
}

function withPaths(config: SkaffoldConfig, paths: JobManifestPaths): SkaffoldConfig {
  const { verify, customActions } = config;
  return {
    ...config,
    ...(verify && { verify: verify.map((test) => withPath(test, paths.verify, 'verify test')) }),
    ...(customActions && {
      customActions: customActions.map((it) => withPath(it, paths.customActions, 'custom action')),
    }),
  };
}

/** What runs containers on request. */
interface Runs {
  readonly name?: string | undefined;
  readonly executionMode?: NonNullable<SkaffoldConfig['verify']>[number]['executionMode'];
}

function withPath<Entry extends Runs>(entry: Entry, paths: ReadonlyMap<string, string>, kind: string): Entry {
  const jobManifestPath = paths.get(entry.name ?? '');
  if (jobManifestPath === undefined) return entry;
  if (entry.executionMode?.local !== undefined) {
    throw new ToolError('CONFIG_VALIDATION_ERR', `${kind} ${entry.name} runs on this machine and has no job manifest`, {
      suggestions: [{ code: 'CHECK_EXECUTION_MODE', action: 'Take it out of the file, or let it run in the cluster' }],
    });
  }
  const kubernetesCluster = { ...entry.executionMode?.kubernetesCluster, jobManifestPath };
  return { ...entry, executionMode: { kubernetesCluster } };
}

/** Skaffold passes over names that nothing has. */
function warnOfUnknown(paths: JobManifestPaths, configs: readonly SkaffoldConfig[], ctx: Context): void {
  const known = (entries: (config: SkaffoldConfig) => readonly Runs[] | undefined): ReadonlySet<string> =>
    new Set(configs.flatMap((config) => (entries(config) ?? []).map(({ name = '' }) => name)));
  const [tests, actions] = [known(({ verify }) => verify), known(({ customActions }) => customActions)];
  const unknown = [
    ...[...paths.verify.keys()].filter((name) => !tests.has(name)).map((name) => `verify test ${name}`),
    ...[...paths.customActions.keys()].filter((name) => !actions.has(name)).map((name) => `custom action ${name}`),
  ];
  for (const what of unknown)
    ctx.emit({
      type: 'log',
      level: 'warning',
      message: `the configuration has no ${what}: its job manifest is passed over`,
    });
}

async function readPaths(file: string, ctx: Context): Promise<JobManifestPaths> {
  if (file === '') throw unusable('inspect jobManifestPaths modify needs a JSON file with job manifests');
  const text = await ctx.system.files.readText(resolve(ctx.system.cwd, file));
  const content = parsed(text, file);
  return {
    verify: pathsIn(content, 'verifyJobManifestPaths', file),
    customActions: pathsIn(content, 'customActionJobManifestPaths', file),
  };
}

function parsed(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(text);
    if (isObject(content)) return content;
  } catch {
    // Said below.
  }
  throw unusable(`${file} is not a JSON object`);
}

function pathsIn(content: Readonly<Record<string, unknown>>, key: string, file: string): ReadonlyMap<string, string> {
  const value = content[key] ?? {};
  const entries = isObject(value) ? Object.entries(value) : undefined;
  if (entries === undefined || entries.some(([, path]) => typeof path !== 'string'))
    throw unusable(`${file}: ${key} is not a map of names to paths`);
  return new Map(entries.map(([name, path]) => [name, String(path)]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unusable(message: string): ToolError {
  return new ToolError('CONFIG_FILE_PARSING_ERR', message, {
    suggestions: [
      { code: 'CHECK_JOB_MANIFESTS', action: 'Write it in the form that inspect jobManifestPaths list prints' },
    ],
  });
}
