import type { BuiltCommand } from '../../../src/cli/built-commands.ts';
import { refusedFlags } from '../../../src/cli/unsupported-flags.ts';
import { noEffect, type Status, works } from './status.ts';

/** Flags that are accepted and rightly do nothing, and why; by flag, or by command (or its group) and flag. */
export const noEffectFlags: Readonly<Record<string, string>> = {
  'update-check': 'nothing is ever looked up, with or without it',
  user: 'Skaffold sends it with its statistics; nothing is sent here',
  'assume-yes': 'nothing is ever asked',
  'inspect format': '`inspect` answers in JSON whatever it says, in Skaffold too',
  'build toot': 'it tells the end of a deploy, and `build` deploys nothing',
  'build namespace': 'Skaffold uses it for builds in a cluster, which are refused',
  'init module': 'there is no configuration yet that could have modules',
  'init remote-cache-dir': 'nothing is fetched',
  'init sync-remote-cache': 'nothing is fetched',
  'render hydration-dir': 'packages are rendered from where they lie, in Skaffold too',
};

/** Limits of flags that work, by flag, or by command and flag. */
const notes: Readonly<Record<string, string>> = {
  'build cache-file': 'kept up to date for Skaffold’s sake; what was built is remembered in a place of its own',
  'build platform': 'several become an index, which has to be pushed',
  'lint format': 'anything but `plain-text` gives JSON, in Skaffold too',
  'fix module': 'the whole file is upgraded, in Skaffold too',
  'init assume-yes': 'whether to write is not asked then; what builds which image still is',
  'init force': 'needed to write files where there is no terminal to ask at',
  'build skip-tests': '`build` runs no tests, in Skaffold neither; `custom` artifacts are told',
  'render platform': 'several become an index, which has to be pushed',
  'render output': '`gs://` is refused',
  'build output': 'all of Go’s template language, with the functions json, join, title, lower and upper',
  'detect-minikube': 'decides whether the cluster is local; images are not built inside minikube',
  interactive: 'switched off, progress is never redrawn in place',
};

/** Why a refused flag is refused only sometimes. */
const refusalNotes: Readonly<Record<string, string>> = {
  'enable-gke-arm-node-toleration': 'asked for by name; tolerations for arm64 nodes are never added',
};

/** What becomes of a flag of a command that this version has. */
export function flagStatus(command: BuiltCommand, flag: string): Status {
  const [group = ''] = command.split(' ');
  const reason = noEffectFlags[`${command} ${flag}`] ?? noEffectFlags[`${group} ${flag}`] ?? noEffectFlags[flag];
  const isUsed = notes[`${command} ${flag}`] !== undefined;
  if (reason !== undefined && !isUsed) return noEffect(reason);
  if (!refusedFlags(command).includes(flag)) return works(notes[`${command} ${flag}`] ?? notes[flag]);
  const note = refusalNotes[flag];
  return { kind: 'refused', by: [], naming: `--${flag}`, ...(note === undefined ? {} : { note }) };
}
