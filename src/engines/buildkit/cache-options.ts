/** `cacheFrom` and `cacheTo` as `docker build --cache-from/--cache-to` reads them: an image, or `type=T,name=value,…`. */

import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { parseReference } from '../../image/reference.ts';
import { isInsecureHost } from '../insecure.ts';
import type { TypedAttributes } from './control-messages.ts';

/** The registry flag that BuildKit wants for hosts without TLS. */
const insecureFlag = 'registry.insecure';

/**
 * Reads the entries of one of the fields.
 *
 * @param field its path in skaffold.yaml, for errors.
 * @throws `NOT_SUPPORTED` for `type=local`, a directory of this machine that BuildKit cannot see; `BUILD_USER_ERROR` for an
 * entry that cannot be read.
 */
export function cacheEntries(field: string, entries: readonly string[], ctx: Context): readonly TypedAttributes[] {
  return entries.map((entry) => {
    const attributes = attributesOf(field, entry);
    const { type = 'registry', ...rest } = attributes;
    if (type === 'local') throw localCache(field, entry);
    if (type !== 'registry') return { type, attributes: rest };
    const { ref } = rest;
    if (ref === undefined) throw unreadable(field, entry, 'it names no ref');
    const isInsecure = isInsecureHost(parseReference(ref).registry, ctx);
    return { type, attributes: isInsecure ? { [insecureFlag]: 'true', ...rest } : rest };
  });
}

function attributesOf(field: string, entry: string): Readonly<Record<string, string>> {
  if (!/(?:^|,)\s*type=/.test(entry)) {
    if (entry.includes('=')) throw unreadable(field, entry, 'it names no type');
    return { type: 'registry', ref: entry };
  }
  const pairs = entry.split(',').map((pair) => {
    const [name = '', ...value] = pair.trim().split('=');
    if (value.length === 0) throw unreadable(field, entry, `"${name}" has no value`);
    return [name.toLowerCase(), value.join('=')] as const;
  });
  return Object.fromEntries(pairs);
}

function unreadable(field: string, entry: string, problem: string): ToolError {
  return new ToolError('BUILD_USER_ERROR', `${field}: "${entry}" cannot be read: ${problem}`, {
    suggestions: [{ code: 'FIX_CACHE', action: 'Write an image, or type=registry,ref=IMAGE with more attributes' }],
  });
}

function localCache(field: string, entry: string): ToolError {
  return new ToolError('NOT_SUPPORTED', `${field}: "${entry}" is a directory, which BuildKit is not given here`, {
    suggestions: [{ code: 'USE_REGISTRY_CACHE', action: 'Keep the cache in a registry: type=registry,ref=IMAGE' }],
  });
}
