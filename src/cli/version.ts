declare const __SLIPWAY_VERSION__: string | undefined;

/** The package's version without `v`; the bundler puts it in. `0.0.0` when run from source. */
export const version: string = typeof __SLIPWAY_VERSION__ === 'string' ? __SLIPWAY_VERSION__ : '0.0.0';

/**
 * The release of Skaffold whose behaviour is matched. Started through a link named `skaffold` the program answers with
 * it, since scripts and editors compare `skaffold version` with the oldest release they can use.
 */
const skaffoldVersion = '2.24.0';

/** What `version` says to whoever called the program by this name, with the leading `v`. */
export function versionFor(program: string): string {
  return `v${program === 'skaffold' ? skaffoldVersion : version}`;
}

/** The newest configuration version that is understood; `version` prints it and `fix` upgrades to it. */
export const configVersion = 'skaffold/v4beta14';
