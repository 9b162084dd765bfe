import type { Diagnostic } from '../core/diagnostic.ts';
import type { Context } from '../core/ports.ts';
import { singleConfigDefaults } from './defaults/single.ts';
import { failWith, hasErrors } from './failure.ts';
import { loadConfigs } from './load-configs.ts';
import type { LoadedConfig } from './loaded-config.ts';
import type { LoadedProject, LoadOptions } from './options.ts';
import { resolveModule } from './resolve.ts';
import { validate } from './validate/index.ts';

export type { LoadedProject, LoadOptions } from './options.ts';

/**
 * Reads the configuration a command works on, with everything it requires, and checks it by all rules that need no
 * cluster, daemon or registry. Nothing after this reads skaffold.yaml.
 *
 * @throws {ToolError} with every finding in `diagnostics`: `CONFIG_FILE_PARSING_ERR`, `CONFIG_UNKNOWN_API_VERSION_ERR`,
 * `CONFIG_APPLY_PROFILES_ERR`, `CONFIG_VALIDATION_ERR`, …; without: `CONFIG_FILE_NOT_FOUND_ERR`,
 * `CONFIG_PROFILES_NOT_FOUND_ERR`, `CONFIG_BAD_FILTER_ERR`.
 */
export async function loadProject(options: LoadOptions, ctx: Context): Promise<LoadedProject> {
  const { configs, findings } = await loadConfigs(options, ctx);
  if (hasErrors(findings)) throw failWith(findings, 'CONFIG_FILE_PARSING_ERR');
  const complete = withSingleDefaults(configs);
  const problems = await validate(complete, options, ctx);
  const all: readonly Diagnostic[] = [...findings, ...problems];
  if (hasErrors(problems)) throw failWith(all, 'CONFIG_VALIDATION_ERR');
  return {
    project: {
      modules: complete.map((config) => resolveModule(config, ctx.system.cwd)),
      activeProfiles: [...new Set(complete.flatMap(({ activeProfiles }) => activeProfiles))],
    },
    warnings: all,
  };
}

/** Manifests and deployer are filled in only where exactly one configuration is worked on. */
function withSingleDefaults(configs: readonly LoadedConfig[]): readonly LoadedConfig[] {
  const [only] = configs;
  if (configs.length !== 1 || only === undefined) return configs;
  return [{ ...only, config: singleConfigDefaults(only.config) }];
}
