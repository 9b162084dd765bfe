import { resolve } from 'node:path';
import type { LoadedConfig } from '../../config/loaded-config.ts';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { parseYaml } from '../../yaml/parse.ts';
import { toValue } from '../../yaml/value.ts';
import type { Invocation } from '../invocation.ts';
import { answer, inspectedConfigs } from './inspect-answer.ts';

/** `inspect namespaces list FILE`: the deployments (`apps/v1`) in a manifest file and the namespace of each. */
export function run(invocation: Invocation<'inspect namespaces list'>): Promise<number> {
  const { args, ctx } = invocation;
  return answer(invocation, async () => {
    const configs = await inspectedConfigs(invocation);
    const deployments = await readDeployments(args[0], defaultNamespace(configs), ctx);
    return { resourceToInfoMap: deployments.length === 0 ? {} : { 'apps/v1, Kind=Deployment': deployments } };
  });
}

async function readDeployments(file: string | undefined, fallback: string, ctx: Context): Promise<readonly unknown[]> {
  if (file === undefined || file === '') {
    throw new ToolError('FILE_READ_ERR', 'inspect namespaces list needs a file with manifests', {
      suggestions: [{ code: 'NAME_MANIFESTS', action: 'Give the path of the rendered manifests' }],
    });
  }
  const { documents, errors } = await parseYaml(await ctx.system.files.readText(resolve(ctx.system.cwd, file)));
  if (errors[0] !== undefined) throw new ToolError('MANIFEST_PARSE_ERR', `${file}: ${errors[0].message}`);
  const objects = documents.map(({ root }) => fieldsOf(root === undefined ? undefined : toValue(root)));
  const deployments = objects.filter(({ apiVersion, kind }) => apiVersion === 'apps/v1' && kind === 'Deployment');
  return deployments.map((deployment) => {
    const { name, namespace } = fieldsOf(deployment['metadata']);
    return { name: String(name ?? ''), namespace: (namespace ?? '') === '' ? fallback : String(namespace) };
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** The namespace kubectl would be told: by its flags, else by the deployer's setting. */
function defaultNamespace(configs: readonly LoadedConfig[]): string {
  const deployers = configs.flatMap(({ config }) => config.deploy?.kubectl ?? []);
  const flags = deployers.flatMap(
    ({ flags: { global = [], apply = [] } = {} }) => namespaceFlag([...global, ...apply]) ?? [],
  );
  const settings = deployers.flatMap(({ defaultNamespace: namespace = '' }) => (namespace === '' ? [] : namespace));
  return flags[0] ?? settings[0] ?? 'default';
}

/** `-n NAME`, `--namespace NAME`, `-n=NAME`, `--namespace=NAME`, or `-nNAME`; flags that hold blanks are several words. */
function namespaceFlag(flags: readonly string[]): string | undefined {
  const words = flags.flatMap((flag) => flag.split(/\s+/));
  for (const [index, word] of words.entries()) {
    if (word === '-n' || word === '--namespace') return words[index + 1];
    const joined = /^(?:--namespace=|-n=?)(.+)$/.exec(word);
    if (joined !== null) return joined[1];
  }
  return undefined;
}
