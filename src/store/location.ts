import { join } from 'node:path';
import type { System } from '../core/ports.ts';

/**
 * Where the store lies: `$SLIPWAY_CACHE_DIR`, else `$XDG_CACHE_HOME/slipway`, else `~/.cache/slipway`
 * (XDG base directory specification: a relative `XDG_CACHE_HOME` does not count).
 */
export function cacheDirectory(system: Pick<System, 'env' | 'homeDirectory' | 'cwd'>): string {
  const own = system.env['SLIPWAY_CACHE_DIR'];
  if (own !== undefined && own !== '') return own.startsWith('/') ? own : join(system.cwd, own);
  const xdg = system.env['XDG_CACHE_HOME'];
  return join(xdg?.startsWith('/') === true ? xdg : join(system.homeDirectory, '.cache'), 'slipway');
}
