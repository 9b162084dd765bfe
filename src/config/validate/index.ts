import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Context } from '../../core/ports.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import type { LoadOptions } from '../options.ts';
import { oneOfGroups } from './one-of.ts';
import { requiredFields } from './required-fields.ts';

/** A check of one configuration by itself. */
type Rule = (loaded: LoadedConfig, options: LoadOptions) => readonly Diagnostic[];

/** All rules that one configuration can break by itself, in the order Skaffold checks them. */
const rules: readonly Rule[] = [requiredFields, oneOfGroups];

/** Every rule that the configurations break. Reads nothing but files. */
export async function validate(
  configs: readonly LoadedConfig[],
  options: LoadOptions,
  _ctx: Context,
): Promise<readonly Diagnostic[]> {
  return configs.flatMap((loaded) => rules.flatMap((rule) => rule(loaded, options)));
}
