import { ToolError } from '../core/errors.ts';
import type { InputsOf, Tagger, TaggerFactory } from '../core/plugins.ts';
import type { PluginEntry } from '../core/project.ts';
import { envTemplate } from './env-template.ts';
import { gitCommit } from './git-commit.ts';
import { sha256 } from './sha256.ts';

/** Every tag policy there is; a new one is its file and one line here. */
const all: readonly TaggerFactory<never>[] = [envTemplate, gitCommit, sha256];

/** Tag policies by the key they answer to under `build.tagPolicy`. */
export const taggers: ReadonlyMap<string, TaggerFactory> = new Map(
  all.map((factory) => [factory.type, factory as TaggerFactory]),
);

/**
 * The tagger that a `tagPolicy` asks for.
 *
 * @throws `INIT_CREATE_TAGGER_ERROR` for a policy that cannot work, `NOT_SUPPORTED` for one that is not there.
 */
export function createTagger(policy: PluginEntry, inputsOf: InputsOf): Tagger {
  const factory = taggers.get(policy.type);
  if (factory === undefined) {
    throw new ToolError('NOT_SUPPORTED', `build.tagPolicy.${policy.type} is not a tag policy of this version`, {
      suggestions: [{ code: 'FIX_TAG_POLICY', action: `Use one of ${[...taggers.keys()].join(', ')}, or give --tag` }],
    });
  }
  return factory.create(policy.spec, { inputsOf, nested: (entry) => createTagger(entry, inputsOf) });
}
