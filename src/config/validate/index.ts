import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Context } from '../../core/ports.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import type { LoadOptions } from '../options.ts';
import { buildDependencies } from './build-dependencies.ts';
import { builderFit } from './builder-fit.ts';
import { cloudRunLocation } from './cloud-run.ts';
import { customActions, verifyNames, verifyTests } from './containers.ts';
import { customDependencies, customTestDependencies } from './custom-dependencies.ts';
import { dockerNetworks } from './docker-network.ts';
import { duplicateImages } from './duplicate-images.ts';
import { imageNames } from './image-names.ts';
import { kptFunctions } from './kpt-functions.ts';
import { manifestFiles } from './manifest-files.ts';
import { oneOfGroups } from './one-of.ts';
import { portForwards } from './port-forwards.ts';
import { requiredFields } from './required-fields.ts';
import { syncRules } from './sync-rules.ts';
import { taggerComponents } from './tagger-components.ts';
import { importMissing, jibTypes, logPrefix, workerPools } from './words.ts';

/** A check of one configuration by itself. */
type Rule = (loaded: LoadedConfig, options: LoadOptions) => readonly Diagnostic[];

/** A check of all configurations together. */
type CrossRule = (configs: readonly LoadedConfig[], command: string) => readonly Diagnostic[];

/** What one configuration can break by itself, in the order Skaffold checks it. A new rule is a function and a line. */
const rules: readonly Rule[] = [
  imageNames,
  requiredFields,
  oneOfGroups,
  taggerComponents,
  dockerNetworks,
  customDependencies,
  syncRules,
  portForwards,
  jibTypes,
  logPrefix,
  builderFit,
  importMissing,
  customTestDependencies,
  workerPools,
  kptFunctions,
  cloudRunLocation,
];

const crossRules: readonly CrossRule[] = [duplicateImages, buildDependencies, verifyTests, verifyNames, customActions];

/** Every rule that the configurations break, each finding once. Looks at nothing but the configurations and, for manifests, files. */
export async function validate(
  configs: readonly LoadedConfig[],
  options: LoadOptions,
  ctx: Context,
): Promise<readonly Diagnostic[]> {
  const inModule = configs.length > 1 ? withModule : (_: LoadedConfig, findings: readonly Diagnostic[]) => findings;
  const own = configs.flatMap((loaded) =>
    inModule(
      loaded,
      rules.flatMap((rule) => rule(loaded, options)),
    ),
  );
  const cross = crossRules.flatMap((rule) => rule(configs, options.command));
  const files = await Promise.all(
    configs.map(async (loaded) => inModule(loaded, await manifestFiles(loaded, options.command, ctx))),
  );
  return [...own, ...cross, ...files.flat()];
}

/** Findings that name the module they are about, where it has a name: there are others. */
function withModule(loaded: LoadedConfig, findings: readonly Diagnostic[]): readonly Diagnostic[] {
  const name = loaded.config.metadata?.name ?? '';
  if (name === '') return findings;
  return findings.map((finding) => ({ ...finding, message: `${finding.message} in module "${name}"` }));
}
