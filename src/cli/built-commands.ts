import type { CommandName } from './command-names.ts';
import { childrenOf, describe } from './command-table.ts';

/** The commands this version has; `load-command.ts` says where each one is. */
const builtCommands = [
  'build',
  'render',
  'test',
  'version',
  'diagnose',
  'fix',
  'filter',
  'schema get',
  'schema list',
  'find-configs',
  'lint',
  'init',
  'config set',
  'config unset',
  'config list',
  'inspect modules list',
  'inspect profiles list',
  'inspect build-env list',
  'inspect tests list',
  'inspect jobManifestPaths list',
  'inspect jobManifestPaths modify',
  'inspect executionModes list',
  'inspect namespaces list',
  'inspect build-env add local',
  'inspect build-env add googleCloudBuild',
  'inspect build-env add cluster',
  'inspect build-env modify googleCloudBuild',
  'inspect config-dependencies add',
  'completion',
  'help',
  'options',
  '__complete',
  '__completeNoDesc',
  'registry serve',
  'why',
  'affected',
  'prune',
] as const;

export type BuiltCommand = (typeof builtCommands)[number];

/** Whether this version has the command. */
export function isBuilt(command: CommandName): command is BuiltCommand {
  return (builtCommands as readonly string[]).includes(command);
}

/** Whether help and completion mention a command or group: it is not hidden, and this version has it or something below it. */
export function isAvailable(name: string): boolean {
  if (describe(name).hidden) return false;
  return (builtCommands as readonly string[]).includes(name) || childrenOf(name).some(isAvailable);
}
