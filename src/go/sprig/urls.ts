import { GoFailure, type GoMap, mapOf } from '../template/values.ts';
import { formatUrl, hostnameOf, parseUrl, type UrlParts } from '../url.ts';
import { kindOf } from './convert.ts';
import { type FunctionTable, onMap, onString } from './define.ts';

/** sprig's functions on URLs. */
export const urlFunctions: FunctionTable = {
  urlParse: onString((url) => {
    const parts = explained('unable to parse url', () => parseUrl(url));
    return mapOf(Object.entries({ ...parts, hostname: hostnameOf(parts.host), userinfo: parts.userinfo ?? '' }));
  }),
  urlJoin: onMap([], joinUrl),
};

/** The keys are read in sprig's order, so that of several mistakes the same one is reported. */
function joinUrl(map: GoMap): string {
  const part = (key: string): string => textUnder(map, key);
  const [scheme, host, path, query, opaque, fragment] = [
    part('scheme'),
    part('host'),
    part('path'),
    part('query'),
    part('opaque'),
    part('fragment'),
  ];
  return formatUrl({ scheme, host, path, query, opaque, fragment, userinfo: userinfoFrom(part('userinfo')) });
}

function userinfoFrom(text: string): UrlParts['userinfo'] {
  if (text === '') return undefined;
  return explained('unable to parse userinfo in dict', () => parseUrl(`proto://${text}@host`)).userinfo;
}

function textUnder(map: GoMap, key: string): string {
  if (!map.entries.has(key)) return '';
  const value = map.entries.get(key);
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) {
    throw new GoFailure('runtime error: invalid memory address or nil pointer dereference');
  }
  throw new GoFailure(`unable to parse ${key} key, must be of type string, but ${kindOf(value)} found`);
}

function explained<T>(problem: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof GoFailure) throw new GoFailure(`${problem}: ${error.message}`);
    throw error;
  }
}
