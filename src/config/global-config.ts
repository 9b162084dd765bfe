import { dirname, join, resolve } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Context } from '../core/ports.ts';
import { largestConfiguration } from './limits.ts';
import { createPatternBudget, patternMatches } from './profiles/regular-expression.ts';
import { readSettingsDocument } from './settings-file.ts';

/** Settings of `~/.skaffold/config` as they count for a Kubernetes context. */
export interface GlobalConfig {
  readonly defaultRepo: string | undefined;
  readonly multiLevelRepo: boolean | undefined;
  readonly localCluster: boolean | undefined;
  readonly insecureRegistries: readonly string[];
  readonly kindDisableLoad: boolean;
  readonly k3dDisableLoad: boolean;
  readonly debugHelpersRegistry: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the global config: the settings of the last `kubeContexts` entry whose `kube-context` (a name or a regular
 * expression) matches, filled up from `global`; lists are joined, the context's first. A `false` of the entry counts as
 * unset. Without a context only `global` counts. A missing file says nothing and is created empty, as Skaffold does;
 * unknown keys are read over.
 *
 * @throws {ToolError} `CONFIG_FILE_PARSING_ERR` for a file that cannot be read as such.
 */
export async function loadGlobalConfig(
  path: string | undefined,
  kubeContext: string,
  ctx: Context,
): Promise<GlobalConfig> {
  const { cwd, homeDirectory, files } = ctx.system;
  const file = path === undefined || path === '' ? join(homeDirectory, '.skaffold', 'config') : resolve(cwd, path);
  const bytes = await files.readIfExists(file);
  if (bytes === undefined) await createEmpty(file, ctx);
  const refuse = (problem: string): ToolError => invalid(file, problem);
  const { settings: content } = await readSettingsDocument(
    file,
    bytes ?? new Uint8Array(),
    largestConfiguration,
    refuse,
  );
  const global = fieldsAt(content, 'global', file);
  return effective(kubeContext === '' ? {} : matchingEntry(content, kubeContext, file), global, file);
}

/** Appends nothing, so that settings written in the same moment stay. Where nothing can be written, there is no file. */
async function createEmpty(file: string, { system: { files } }: Context): Promise<void> {
  try {
    await files.mkdir(dirname(file));
    await files.append(file, new Uint8Array());
  } catch {
    // Nobody asked for the file.
  }
}

function matchingEntry(content: Fields, kubeContext: string, file: string): Fields {
  const entries = content['kubeContexts'] ?? [];
  if (!Array.isArray(entries)) throw invalid(file, 'kubeContexts is not a list');
  const budget = createPatternBudget();
  const matching = entries.filter((entry) => {
    if (!isFields(entry)) throw invalid(file, 'an entry of kubeContexts is not a mapping');
    return patternMatches(textAt(entry, 'kube-context', file) ?? '', kubeContext, budget);
  });
  return (matching.at(-1) as Fields | undefined) ?? {};
}

function effective(entry: Fields, global: Fields, file: string): GlobalConfig {
  const text = (name: string): string | undefined => textAt(entry, name, file) ?? textAt(global, name, file);
  const flag = (name: string): boolean | undefined => flagAt(entry, name, file) || flagAt(global, name, file);
  return {
    defaultRepo: text('default-repo'),
    multiLevelRepo: flag('multi-level-repo'),
    localCluster: flag('local-cluster'),
    insecureRegistries: [entry, global].flatMap((settings) => textsAt(settings, 'insecure-registries', file)),
    kindDisableLoad: flag('kind-disable-load') ?? false,
    k3dDisableLoad: flag('k3d-disable-load') ?? false,
    debugHelpersRegistry: text('debug-helpers-registry'),
  };
}

function fieldsAt(content: Fields, name: string, file: string): Fields {
  const value = content[name] ?? {};
  if (!isFields(value)) throw invalid(file, `${name} is not a mapping`);
  return value;
}

function textAt(settings: Fields, name: string, file: string): string | undefined {
  const value = settings[name] ?? '';
  if (typeof value === 'object') throw invalid(file, `${name} is not a text`);
  return value === '' ? undefined : String(value);
}

function flagAt(settings: Fields, name: string, file: string): boolean | undefined {
  const value = settings[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  if (/^(?:y|Y|yes|on)$/.test(String(value))) return true;
  if (/^(?:n|N|no|off)$/.test(String(value))) return false;
  throw invalid(file, `${name} is neither true nor false`);
}

function textsAt(settings: Fields, name: string, file: string): readonly string[] {
  const value = settings[name] ?? [];
  if (!Array.isArray(value)) throw invalid(file, `${name} is not a list`);
  return value.map(String);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(file: string, problem: string): ToolError {
  return new ToolError('CONFIG_FILE_PARSING_ERR', `unmarshalling global skaffold config ${file}: ${problem}`, {
    suggestions: [{ code: 'CHECK_GLOBAL_CONFIG', action: `Correct ${file}, or name another file with --config` }],
  });
}
