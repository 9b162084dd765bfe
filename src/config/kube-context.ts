import { delimiter, join, resolve } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Context } from '../core/ports.ts';
import { largestKubeconfig } from './limits.ts';
import { readSettingsDocument } from './settings-file.ts';

/** The Kubernetes context in use, as far as the kube config describes it. */
export interface KubeContext {
  /** `--kube-context`, or the kube config's `current-context`; empty without one. */
  readonly name: string;
  /** Whether the kube config has a context of that name. */
  readonly known: boolean;
  /** Address of its cluster, such as `https://10.0.0.1:6443`. */
  readonly server?: string;
  /** File with the certificate of its cluster's authority. */
  readonly certificateAuthority?: string;
  readonly namespace?: string;
}

/** `--kubeconfig` and `--kube-context`. */
export interface KubeOptions {
  readonly kubeconfig: string | undefined;
  readonly kubeContext: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The current context by kubectl's rules: one file named by `--kubeconfig`, else the files listed in `KUBECONFIG`, else
 * `~/.kube/config`. Files are merged, the first mention of anything wins, missing files are empty.
 *
 * @throws {ToolError} `CONFIG_FILE_PARSING_ERR` for a file that is no YAML mapping; `FILE_READ_ERR`.
 */
export async function currentKubeContext(options: KubeOptions, ctx: Context): Promise<KubeContext> {
  const configs: Fields[] = [];
  for (const path of kubeconfigPaths(options.kubeconfig, ctx)) {
    const config = await readKubeconfig(path, ctx);
    if (config !== undefined) configs.push(config);
  }
  const name = given(options.kubeContext) ?? firstText(configs.map((config) => config['current-context'])) ?? '';
  const context = named(configs, 'contexts', 'context', name);
  const cluster =
    context === undefined ? undefined : named(configs, 'clusters', 'cluster', text(context['cluster']) ?? '');
  const server = text(cluster?.['server']);
  const certificateAuthority = text(cluster?.['certificate-authority']);
  const namespace = text(context?.['namespace']);
  return {
    name,
    known: context !== undefined,
    ...(server === undefined ? {} : { server }),
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

/** Absolute paths of the kube config files that count, in order. */
function kubeconfigPaths(kubeconfig: string | undefined, ctx: Context): readonly string[] {
  const { env, cwd, homeDirectory } = ctx.system;
  const explicit = given(kubeconfig);
  if (explicit !== undefined) return [resolve(cwd, explicit)];
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (listed.length > 0) return [...new Set(listed.map((path) => resolve(cwd, path)))];
  return [join(homeDirectory, '.kube', 'config')];
}

async function readKubeconfig(path: string, ctx: Context): Promise<Fields | undefined> {
  const bytes = await ctx.system.files.readIfExists(path);
  if (bytes === undefined) return undefined;
  const refuse = (problem: string): ToolError => unreadable(path, problem);
  return (await readSettingsDocument(path, bytes, largestKubeconfig, refuse)).settings;
}

function unreadable(path: string, problem: string): ToolError {
  return new ToolError('CONFIG_FILE_PARSING_ERR', `cannot read the kube config ${path}: ${problem}`, {
    suggestions: [{ code: 'CHECK_KUBECONFIG', action: `Correct ${path} or name another file with KUBECONFIG` }],
  });
}

/** The `kind` part of the first list entry of this name; files earlier in the list win. */
function named(configs: readonly Fields[], list: string, kind: string, name: string): Fields | undefined {
  for (const config of configs) {
    const entries = config[list];
    for (const entry of Array.isArray(entries) ? entries : []) {
      if (!isFields(entry) || entry['name'] !== name) continue;
      const found = entry[kind];
      return isFields(found) ? found : {};
    }
  }
  return undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function firstText(values: readonly unknown[]): string | undefined {
  return values.map(text).find((value) => value !== undefined);
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
