import type { LoadOptions } from '../../config/options.ts';
import type { CommandName } from '../command-names.ts';
import type { Io } from '../invocation.ts';

/** The flags that say which configuration is read and how; every command that reads one has their values. */
export interface ConfigurationFlags {
  readonly filename: string;
  readonly profile: readonly string[];
  readonly module: readonly string[];
  readonly profileAutoActivation: boolean;
  readonly propagateProfiles: boolean;
  readonly kubeContext: string;
  readonly kubeconfig: string;
  readonly remoteCacheDir: string;
  readonly syncRemoteCache: string;
}

/** What the config room needs to load the configuration these flags name. Standard input is read where `--filename` is `-`. */
export async function loadOptions(
  flags: ConfigurationFlags,
  command: CommandName | 'inspect',
  io: Io,
): Promise<LoadOptions> {
  return {
    filename: flags.filename,
    profiles: flags.profile,
    modules: flags.module,
    command,
    profileAutoActivation: flags.profileAutoActivation,
    propagateProfiles: flags.propagateProfiles,
    kubeContext: textOrUnset(flags.kubeContext),
    kubeconfig: textOrUnset(flags.kubeconfig),
    ...(flags.remoteCacheDir === '' ? {} : { remoteCacheDirectory: flags.remoteCacheDir }),
    syncRemoteCache: flags.syncRemoteCache as 'always' | 'missing' | 'never',
    ...(flags.filename === '-' ? { stdin: new TextEncoder().encode(await io.stdin.text()) } : {}),
  };
}

/** Skaffold's flags mean "not given" by an empty text. */
export function textOrUnset(text: string): string | undefined {
  return text === '' ? undefined : text;
}
