import type { CommandName } from '../command-names.ts';
import { buildingFlags } from './building.ts';
import { configurationFlags } from './configuration.ts';
import { configured } from './configured.ts';
import { deployingFlags } from './deploying.ts';
import { developingFlags } from './developing.ts';
import type { Flag } from './flag.ts';
import { initFlags } from './init.ts';
import { inspectFlags } from './inspect.ts';
import { localFlags } from './local.ts';
import { ownFlags } from './own.ts';
import { persistentFlags } from './persistent.ts';
import { renderingFlags } from './rendering.ts';

/**
 * Flags whose value is one and the same for all commands. A command that does not take the flag still has the value:
 * from the environment, or the flag's plain default (as in Skaffold, where all commands share one options structure).
 */
export const sharedFlags: readonly Flag[] = [
  ...persistentFlags,
  ...configurationFlags,
  ...buildingFlags,
  ...renderingFlags,
  ...deployingFlags,
  ...developingFlags,
];

/** A row of {@link sharedFlags} with its literal types. */
export type SharedFlag =
  | (typeof persistentFlags)[number]
  | (typeof configurationFlags)[number]
  | (typeof buildingFlags)[number]
  | (typeof renderingFlags)[number]
  | (typeof deployingFlags)[number]
  | (typeof developingFlags)[number];

/** Flags that exist only for the commands they name; the same name may stand for different things on different commands. */
export const commandFlags: readonly Flag[] = [...localFlags, ...initFlags, ...inspectFlags, ...ownFlags];

/** A row of {@link commandFlags} with its literal types. */
export type CommandFlag =
  | (typeof localFlags)[number]
  | (typeof initFlags)[number]
  | (typeof inspectFlags)[number]
  | (typeof ownFlags)[number];

/** Whether the command takes the flag. */
function takes(command: CommandName, flag: Flag): boolean {
  if (flag.on === 'all') return true;
  return (flag.on === 'configured' ? configured : flag.on).includes(command);
}

/** The flags a command takes. A flag of its own hides a shared one of the same name. */
export function flagsOf(command: CommandName): readonly Flag[] {
  return [...commandFlags, ...sharedFlags].filter((flag) => takes(command, flag));
}
