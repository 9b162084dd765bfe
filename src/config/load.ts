import type { Context } from '../core/ports.ts';
import { singleConfigDefaults } from './defaults/single.ts';
import { failWith, hasErrors } from './failure.ts';
import { type LoadedConfigs, loadConfigs } from './load-configs.ts';
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
  const { configs, findings, isValidated } = await checkConfigs(options, ctx);
  if (hasErrors(findings)) throw failWith(findings, isValidated ? 'CONFIG_VALIDATION_ERR' : 'CONFIG_FILE_PARSING_ERR');
  return {
    project: {
      modules: configs.map((config) => resolveModule(config, ctx.system.cwd)),
      activeProfiles: [...new Set(configs.flatMap(({ activeProfiles }) => activeProfiles))],
    },
    warnings: findings,
  };
}

/** Configurations with all defaults, and everything that was found about them. */
interface CheckedConfigs extends LoadedConfigs {
  /** Whether the rules beyond names and types were applied: only configurations without errors get that far. */
  readonly isValidated: boolean;
}

/**
 * Loads the configuration and checks it like {@link loadProject}, but hands findings over instead of throwing them.
 *
 * @throws {ToolError} what no place in a file is to blame for: `CONFIG_FILE_NOT_FOUND_ERR`, `CONFIG_PROFILES_NOT_FOUND_ERR`, …
 */
export async function checkConfigs(options: LoadOptions, ctx: Context): Promise<CheckedConfigs> {
  const { configs, findings } = await loadConfigs(options, ctx);
  if (hasErrors(findings)) return { configs, findings, isValidated: false };
  const complete = withSingleDefaults(configs);
  const problems = await validate(complete, options, ctx);
  return { configs: complete, findings: [...findings, ...problems], isValidated: true };
}

/** Manifests and deployer are filled in only where exactly one configuration is worked on. */
function withSingleDefaults(configs: readonly LoadedConfig[]): readonly LoadedConfig[] {
  const [only] = configs;
  if (configs.length !== 1 || only === undefined) return configs;
  return [{ ...only, config: singleConfigDefaults(only.config) }];
}
