import { ToolError } from '../core/errors.ts';
import type { CommandName } from './command-names.ts';
import { optionKey } from './flags/options.ts';
import type { Invocation } from './invocation.ts';

/** Refused by everything that builds or renders. A command that does not take such a flag still has it from the environment. */
const everywhere = [
  'enable-rpc',
  'rpc-port',
  'rpc-http-port',
  'event-log-file',
  'last-log-file',
  'wait-for-connection',
  'check-cluster-node-platforms',
  'minikube-profile',
] as const;

/** Flags of Skaffold that parse but that this version does nothing for: using one is an error, never silence. */
const refused: Partial<Readonly<Record<CommandName, readonly string[]>>> = {
  build: everywhere,
  render: [...everywhere, 'enable-platform-node-affinity', 'enable-gke-arm-node-toleration'],
  test: everywhere,
  // There are no surveys here.
  'config set': ['survey', 'id'],
  'config unset': ['survey', 'id'],
  filter: ['debugging', 'protocols'],
};

/** The names of flags refused for a command, for the compatibility table. */
export function refusedFlags(command: CommandName): readonly string[] {
  return refused[command] ?? [];
}

/**
 * Refuses flags that were set to something they would have to act on; `false`, an empty text and an empty list ask
 * for nothing.
 *
 * @throws `NOT_SUPPORTED` naming the flags.
 */
export function refuseUnsupportedFlags({ command, options, given }: Invocation): void {
  const values = options as Readonly<Record<string, unknown>>;
  const asksForSomething = (name: string): boolean => {
    const value = values[optionKey(name)];
    return (
      given.has(name) &&
      value !== false &&
      value !== '' &&
      value !== undefined &&
      !(Array.isArray(value) && value.length === 0)
    );
  };
  const used = refusedFlags(command).filter(asksForSomething);
  if (used.length === 0) return;
  const list = used.map((name) => `--${name}`).join(', ');
  throw new ToolError('NOT_SUPPORTED', `${command} ${list}: this version cannot do that`, {
    suggestions: [{ code: 'REMOVE_FLAG', action: `Leave out ${list}, on the command line and in SKAFFOLD_ variables` }],
  });
}
