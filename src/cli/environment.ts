import type { CommandName } from './command-names.ts';
import type { Flag } from './flags/flag.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that can set flags, read once: looking a name up in `process.env` costs as much as reading all of it. */
export function flagVariables(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => /^(?:SKAFFOLD|SLIPWAY)_/.test(name)));
}

/** The variables that set a flag, the one that wins first: `SLIPWAY_FILE_OUTPUT`, `SKAFFOLD_FILE_OUTPUT`. */
export function variablesOf(flag: Flag): readonly string[] {
  if (flag.name === 'help') return [];
  const name = flag.name.toUpperCase().replaceAll('-', '_');
  if (flag.own === true) return [`SLIPWAY_${name}`];
  // The alias Skaffold once had for the namespace of deployments.
  const aliases = flag.name === 'namespace' ? [deployNamespace] : [];
  return [`SLIPWAY_${name}`, `SKAFFOLD_${name}`, ...aliases];
}

const deployNamespace = 'SKAFFOLD_DEPLOY_NAMESPACE';

/**
 * The value the environment has for a flag. As in Skaffold, commands of the second level (`config set`) read
 * only the variables of flags that all commands take; our own flags are read everywhere. An empty value counts.
 */
export function fromEnvironment(flag: Flag, command: CommandName, env: Environment): string | undefined {
  if (command.includes(' ') && flag.on !== 'all' && flag.own !== true) return undefined;
  for (const variable of variablesOf(flag)) {
    if (env[variable] !== undefined) return env[variable];
  }
  return undefined;
}

/** What to tell about variables that still work but should not be used any more. */
export function environmentWarnings(env: Environment): readonly string[] {
  if (env[deployNamespace] === undefined) return [];
  return [`Using ${deployNamespace} env variable is deprecated. Please use SKAFFOLD_NAMESPACE instead.`];
}
