declare const __SLIPWAY_VERSION__: string | undefined;

/** The package's version without `v`; the bundler puts it in. `0.0.0` when run from source. */
export const version: string = typeof __SLIPWAY_VERSION__ === 'string' ? __SLIPWAY_VERSION__ : '0.0.0';

/** The newest configuration version that is understood; `version` prints it and `fix` upgrades to it. */
export const configVersion = 'skaffold/v4beta14';
