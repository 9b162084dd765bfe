import type { SkaffoldConfig } from '../../config/generated/types.ts';
import { keyName } from '../../config/nodes.ts';
import { fieldAt, latest, rootDefinition } from '../../config/schema.ts';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import type { YamlNode } from '../../core/yaml-node.ts';
import { expandEnvTemplate } from '../../go/env-template.ts';
import { stringNode } from '../../yaml/value-node.ts';

type Expand = (text: string) => Promise<string>;

/** What of a field is a template: its texts, or of a map the keys as well. */
type Templated = 'values' | 'keys and values';

/** The templated fields of each definition (Skaffold's schema marks them). */
const templatedFields: Readonly<Record<string, Readonly<Record<string, Templated>>>> = {
  EnvTemplateTagger: { template: 'values' },
  DockerArtifact: { buildArgs: 'values', cliFlags: 'values' },
  KoArtifact: { env: 'values', flags: 'values', labels: 'values', ldflags: 'values' },
  KanikoArtifact: { env: 'values', registryCertificate: 'values', label: 'values', buildArgs: 'values' },
  BuildpackArtifact: { env: 'values' },
  CustomArtifact: { buildCommand: 'values' },
  DockerfileDependency: { buildArgs: 'values' },
  CustomTest: { command: 'values' },
  RenderConfig: { rawYaml: 'values' },
  Kustomize: { paths: 'values' },
  HelmRelease: {
    name: 'values',
    chartPath: 'values',
    valuesFiles: 'values',
    namespace: 'values',
    version: 'values',
    repo: 'values',
    setValueTemplates: 'keys and values',
  },
  HelmPackaged: { version: 'values', appVersion: 'values' },
  KubectlDeploy: { defaultNamespace: 'values' },
  PortForwardResource: { resourceName: 'values', namespace: 'values' },
};

/**
 * The configuration with its templated fields expanded over the environment. A text that cannot be expanded, since a
 * variable is missing or known only later (`IMAGE_NAME`), stays as it is; the log says why.
 */
export async function expandTemplates(config: SkaffoldConfig, ctx: Context): Promise<SkaffoldConfig> {
  const expand: Expand = async (text) => {
    try {
      return await expandEnvTemplate(text, {}, ctx, { mode: 'strict' });
    } catch (error) {
      if (!(error instanceof ToolError) || error.code !== 'TEMPLATE_ERR') throw error;
      ctx.emit({ type: 'log', level: 'info', message: `${text} stays as it is: ${error.message}` });
      return text;
    }
  };
  return (await expandObject(config as Fields, rootDefinition, expand)) as SkaffoldConfig;
}

type Fields = Readonly<Record<string, unknown>>;

async function expandObject(value: Fields, definition: string, expand: Expand): Promise<Fields> {
  const result: Record<string, unknown> = {};
  for (const [name, content] of Object.entries(value)) {
    const kind = templatedFields[definition]?.[name];
    const type = fieldAt(definition, name, latest)?.type ?? '';
    result[name] =
      kind === undefined ? await expandBelow(content, type, expand) : await expandTexts(content, kind, expand);
  }
  return result;
}

async function expandBelow(content: unknown, type: string, expand: Expand): Promise<unknown> {
  if (content === undefined) return undefined;
  if (type.startsWith('@')) return expandObject(content as Fields, type.slice(1), expand);
  if (!type.startsWith('[@')) return content;
  return inTurn(content as readonly Fields[], (item) => expandObject(item, type.slice(2), expand));
}

async function expandTexts(content: unknown, kind: Templated, expand: Expand): Promise<unknown> {
  if (typeof content === 'string') return expand(content);
  if (Array.isArray(content)) {
    return inTurn<string | YamlNode, unknown>(content, (item) =>
      typeof item === 'string' ? expand(item) : expandValue(item, expand),
    );
  }
  if (typeof content !== 'object' || content === null) return content;
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(content)) {
    const name = kind === 'values' ? key : await expand(key);
    result[name] = typeof item === 'string' ? await expand(item) : item;
  }
  return result;
}

/** An environment entry of a pod: only its `value` is a template. */
async function expandValue(node: YamlNode, expand: Expand): Promise<YamlNode> {
  if (node.kind !== 'mapping') return node;
  const pairs = await inTurn(node.pairs, async (pair) => {
    if (keyName(pair) !== 'value' || pair.value.kind !== 'scalar' || !pair.value.text.includes('{{')) return pair;
    return { key: pair.key, value: stringNode(await expand(pair.value.text)) };
  });
  return { ...node, pairs };
}

/** One after the other: templates may run programs. */
async function inTurn<Item, Result>(
  items: readonly Item[],
  change: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await change(item));
  return results;
}
