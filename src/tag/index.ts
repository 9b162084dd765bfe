import { ToolError } from '../core/errors.ts';
import type { Tagger, TaggerFactory, TaggerParts } from '../core/plugins.ts';
import type { PluginEntry } from '../core/project.ts';

/** Loads a tag policy. The parameter says only that no two of them take the same configuration. */
type Load = () => Promise<TaggerFactory<never>>;

/** Tag policies by the key they answer to under `build.tagPolicy`, each loaded when it is used. A new one is its file and one line here. */
const taggers: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['gitCommit', async () => (await import('./git-commit.ts')).gitCommit],
  ['sha256', async () => (await import('./sha256.ts')).sha256],
  ['envTemplate', async () => (await import('./env-template.ts')).envTemplate],
  ['dateTime', async () => (await import('./date-time.ts')).dateTime],
  ['inputDigest', async () => (await import('./input-digest.ts')).inputDigest],
  ['customTemplate', async () => (await import('./custom-template.ts')).customTemplate],
]);

/**
 * The tagger that a `tagPolicy` asks for.
 *
 * @throws {ToolError} `INIT_CREATE_TAGGER_ERROR` for a policy that cannot work, `NOT_SUPPORTED` for one that is not there.
 */
export async function createTagger(policy: PluginEntry, parts: Omit<TaggerParts, 'nested'>): Promise<Tagger> {
  const load = taggers.get(policy.type);
  if (load === undefined) {
    throw new ToolError('NOT_SUPPORTED', `build.tagPolicy.${policy.type} is not a tag policy of this version`, {
      suggestions: [{ code: 'FIX_TAG_POLICY', action: `Use one of ${[...taggers.keys()].join(', ')}, or give --tag` }],
    });
  }
  const factory = (await load()) as TaggerFactory;
  return factory.create(policy.spec, { ...parts, nested: (entry) => createTagger(entry, parts) });
}
