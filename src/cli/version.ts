declare const __SLIPWAY_VERSION__: string | undefined;

/** The package's version without `v`; the bundler puts it in. `0.0.0` when run from source. */
export const version: string = typeof __SLIPWAY_VERSION__ === 'string' ? __SLIPWAY_VERSION__ : '0.0.0';

/**
 * The release of Skaffold whose files, flags and outputs are followed, without `v`. Scripts and editors compare what
 * `version` prints with the oldest release they can use.
 */
export const skaffoldVersion = '2.24.0';

/** The newest configuration version that is understood; `version` prints it and `fix` upgrades to it. */
export const configVersion = 'skaffold/v4beta14';
