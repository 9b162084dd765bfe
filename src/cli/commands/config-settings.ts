import { join, resolve } from 'node:path';
import { largestConfiguration } from '../../config/limits.ts';
import { patternMatches } from '../../config/profiles/regular-expression.ts';
import { readSettingsDocument } from '../../config/settings-file.ts';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import type { YamlNode } from '../../core/yaml-node.ts';
import { printValue } from '../../yaml/print.ts';

/** The settings of a context, or those for all contexts, by their names in the file. */
export type Settings = Readonly<Record<string, unknown>>;

/** The global config file. */
export interface SettingsFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly root: YamlNode | undefined;
  readonly content: SettingsContent;
}

export interface SettingsContent {
  readonly global: Settings | undefined;
  readonly kubeContexts: readonly Settings[];
  /** What else is in the file; nothing reads it. */
  readonly rest: Settings;
}

/** Every setting with what it holds, in the order Skaffold writes them. */
export const settingTypes: Readonly<Record<string, 'text' | 'flag' | 'texts' | 'other'>> = {
  'kube-context': 'other',
  'default-repo': 'text',
  'multi-level-repo': 'flag',
  'local-cluster': 'flag',
  'insecure-registries': 'texts',
  'debug-helpers-registry': 'text',
  'update-check': 'flag',
  survey: 'other',
  'kind-disable-load': 'flag',
  'k3d-disable-load': 'flag',
  'collect-metrics': 'flag',
  update: 'other',
};

/** Where a setting stands among the others; unknown ones come last. */
export function settingRank(name: string): number {
  const index = Object.keys(settingTypes).indexOf(name);
  return index < 0 ? Number.MAX_SAFE_INTEGER : index;
}

/**
 * Reads the global config file; a missing or empty one has no settings.
 *
 * @param file `--config`; empty for `~/.skaffold/config`.
 * @throws {ToolError} `CONFIG_FILE_PARSING_ERR` for a file that is no such thing.
 */
export async function readSettings(file: string, ctx: Context): Promise<SettingsFile> {
  const { cwd, homeDirectory, files } = ctx.system;
  const path = file === '' ? join(homeDirectory, '.skaffold', 'config') : resolve(cwd, file);
  const text = new TextDecoder().decode((await files.readIfExists(path)) ?? new Uint8Array());
  return { path, text, ...(await parseSettings(path, text)) };
}

/** The settings in a text. @throws as {@link readSettings}. */
export async function parseSettings(path: string, text: string): Promise<Pick<SettingsFile, 'root' | 'content'>> {
  const refuse = (problem: string): ToolError => invalid(path, problem);
  const document = await readSettingsDocument(path, Buffer.from(text), largestConfiguration, refuse);
  const { root, settings } = document;
  const { global, kubeContexts, ...rest } = settings;
  const contexts = kubeContexts ?? [];
  if ((global ?? undefined) !== undefined && !isSettings(global)) throw invalid(path, 'global is not a mapping');
  if (!Array.isArray(contexts) || !contexts.every(isSettings))
    throw invalid(path, 'kubeContexts is not a list of mappings');
  return { root, content: { global: isSettings(global) ? global : undefined, kubeContexts: contexts, rest } };
}

/** The whole file as Skaffold writes it. */
export function contentText({ global, kubeContexts, rest }: SettingsContent): string {
  return printValue(
    { ...(global === undefined ? {} : { global: inOrder(global) }), kubeContexts: kubeContexts.map(inOrder), ...rest },
    { sortKeys: false },
  );
}

/** One section as Skaffold writes it. */
export function settingsText(settings: Settings): string {
  return printValue(inOrder(settings), { sortKeys: false });
}

function inOrder(settings: Settings): Settings {
  const entries = Object.entries(settings).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.sort(([left], [right]) => settingRank(left) - settingRank(right)));
}

/** Index of the entry for a context: the first whose name or regular expression matches; -1 without one. */
export function entryIndex({ kubeContexts }: SettingsContent, context: string): number {
  return kubeContexts.findIndex((entry) => patternMatches(String(entry['kube-context'] ?? ''), context));
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(path: string, problem: string): ToolError {
  return new ToolError('CONFIG_FILE_PARSING_ERR', `unmarshalling global skaffold config ${path}: ${problem}`, {
    suggestions: [{ code: 'CHECK_GLOBAL_CONFIG', action: `Correct ${path}, or name another file with --config` }],
  });
}
