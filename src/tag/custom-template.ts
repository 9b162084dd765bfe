import { ToolError, withPrefix } from '../core/errors.ts';
import type { Tagger, TaggerFactory, TaggerParts } from '../core/plugins.ts';
import type { PluginEntry } from '../core/project.ts';
import { templateFields } from '../go/template/fields-used.ts';
import { executeTemplate, parseTemplate, type Template } from '../go/template/template.ts';
import { stringMap } from '../go/template/values.ts';
import { templateError } from './template-error.ts';

/** `tagPolicy.customTemplate`: each component has its name and one key more, a tag policy. */
export interface CustomTemplateSpec {
  readonly template: string;
  readonly components?: readonly Readonly<Record<string, unknown>>[];
}

/** Components that are always there, unless the configuration has ones of their names. */
const standardComponents: readonly (readonly [string, PluginEntry])[] = [
  ['GIT', { type: 'gitCommit', spec: {} }],
  ['DATE', { type: 'dateTime', spec: {} }],
  ['SHA', { type: 'sha256', spec: {} }],
  ['INPUT_DIGEST', { type: 'inputDigest', spec: {} }],
];

/**
 * A Go template over the tags of other policies (Skaffold's `customTemplate`), with none of sprig's functions. Components that the
 * template does not name are not evaluated; one it names that does not exist is an error for every artifact.
 */
export const customTemplate: TaggerFactory<CustomTemplateSpec> = {
  type: 'customTemplate',
  async create({ template: text, components = [] }, parts) {
    const taggers = await createComponents(components, parts);
    const template = parse(text);
    const names = templateFields(template);
    return {
      tag: async (artifact, ctx) => {
        const tags = await Promise.all(
          names.map(async (name) => [name, await requireComponent(taggers, name).tag(artifact, ctx)] as const),
        );
        return executeTemplate(template, stringMap(Object.fromEntries(tags)));
      },
    };
  },
};

function parse(text: string): Template {
  try {
    return parseTemplate(text, { name: 'customTemplate' });
  } catch (error) {
    throw templateError(error);
  }
}

function requireComponent(taggers: ReadonlyMap<string, Tagger>, name: string): Tagger {
  const tagger = taggers.get(name);
  if (tagger !== undefined) return tagger;
  throw new ToolError('INIT_CREATE_TAGGER_ERROR', `no tagger available for component ${name}`, {
    suggestions: [
      {
        code: 'FIX_TAG_POLICY',
        action: `Add ${name} to build.tagPolicy.customTemplate.components, or use one of ${[...taggers.keys()].join(', ')}`,
      },
    ],
  });
}

async function createComponents(
  components: NonNullable<CustomTemplateSpec['components']>,
  parts: TaggerParts,
): Promise<ReadonlyMap<string, Tagger>> {
  const entries = new Map<string, PluginEntry>();
  for (const component of components) {
    const { name, entry } = readComponent(component);
    if (entries.has(name)) throw badComponents(`multiple components with name ${name}`);
    if (entry.type === 'customTemplate') {
      throw badComponents(`nested customTemplate components are not supported in skaffold (${name})`);
    }
    entries.set(name, entry);
  }
  const taggers = new Map<string, Tagger>();
  for (const [name, entry] of [...standardComponents, ...entries]) {
    if (entries.has(name) && entries.get(name) !== entry) continue;
    taggers.set(name, await createComponent(entry, parts));
  }
  return taggers;
}

async function createComponent(entry: PluginEntry, parts: TaggerParts): Promise<Tagger> {
  try {
    return await parts.nested(entry);
  } catch (error) {
    throw withPrefix('creating components', error);
  }
}

function readComponent({ name, ...policies }: Readonly<Record<string, unknown>>): {
  readonly name: string;
  readonly entry: PluginEntry;
} {
  const [policy, ...others] = Object.entries(policies);
  if (policy === undefined || others.length > 0)
    throw badComponents(`component ${String(name)} must have exactly one tag policy`);
  return { name: String(name), entry: { type: policy[0], spec: policy[1] ?? {} } };
}

function badComponents(problem: string): ToolError {
  return new ToolError('INIT_CREATE_TAGGER_ERROR', `creating components: ${problem}`, {
    suggestions: [
      {
        code: 'FIX_TAG_POLICY',
        action: 'Give every component in build.tagPolicy.customTemplate a name of its own and one tag policy',
      },
    ],
  });
}
