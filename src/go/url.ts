import { quote } from './template/quote.ts';
import { GoFailure } from './template/values.ts';
import { escapeUrlPart, unescapeUrlPart } from './url-escape.ts';

/** The parts of a URL, their escapes taken out but for the query's. Empty when they are not there. */
export interface UrlParts {
  readonly scheme: string;
  /** What follows the scheme when that is no path: `a@b` of `mailto:a@b`. */
  readonly opaque: string;
  /** As it is written again behind `//` and in front of `@`; undefined when there is none. */
  readonly userinfo: string | undefined;
  /** With its port. */
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

const nothing: UrlParts = {
  scheme: '',
  opaque: '',
  userinfo: undefined,
  host: '',
  path: '',
  query: '',
  fragment: '',
};

/**
 * Takes a URL apart as Go's `url.Parse` does.
 *
 * @throws {GoFailure} `parse "…": …` in Go's words; of addresses in brackets it only says that they are none.
 */
export function parseUrl(url: string): UrlParts {
  const [whole, fragment = ''] = cut(url, '#');
  const parts = naming(whole, () => parseWithoutFragment(whole));
  return { ...parts, fragment: naming(url, () => unescapeUrlPart(fragment, 'fragment')) };
}

function naming<T>(url: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof GoFailure) throw new GoFailure(`parse ${quote(url)}: ${error.message}`);
    throw error;
  }
}

/** The text before and after the first separator. */
function cut(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function parseWithoutFragment(url: string): UrlParts {
  if (/[\x00-\x1f\x7f]/.test(url)) throw new GoFailure('net/url: invalid control character in URL');
  if (url === '*') return { ...nothing, path: '*' };
  if (url.startsWith(':')) throw new GoFailure('missing protocol scheme');
  const written = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(url)?.[1] ?? '';
  const scheme = written.toLowerCase();
  const [rest, query = ''] = cut(url.slice(written === '' ? 0 : written.length + 1), '?');
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...nothing, scheme, opaque: rest, query };
    if (cut(rest, '/')[0].includes(':')) throw new GoFailure('first path segment in URL cannot contain colon');
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'));
  if (!hasAuthority) return { ...nothing, scheme, query, path: unescapeUrlPart(rest, 'path') };
  const slash = rest.indexOf('/', 2);
  const authority = parseAuthority(scheme, rest.slice(2, slash < 0 ? undefined : slash));
  return {
    ...nothing,
    scheme,
    query,
    ...authority,
    path: slash < 0 ? '' : unescapeUrlPart(rest.slice(slash), 'path'),
  };
}

function parseAuthority(scheme: string, authority: string): Pick<UrlParts, 'userinfo' | 'host'> {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at < 0) return { userinfo: undefined, host };
  return { userinfo: normalUserinfo(authority.slice(0, at)), host };
}

/** User and password with Go's own escapes. */
function normalUserinfo(text: string): string {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text)) throw new GoFailure('net/url: invalid userinfo');
  return cut(text, ':')
    .map((part = '') => escapeUrlPart(unescapeUrlPart(part, 'userinfo'), 'userinfo'))
    .join(':');
}

const isPort = (text: string): boolean => /^(?::\d*)?$/.test(text);

function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) throw new GoFailure('invalid IP-literal');
  if (bracket === 0) return parseBrackets(host);
  const first = host.indexOf(':');
  const isStrict = scheme === 'http' || scheme === 'https';
  const port = first < 0 ? '' : host.slice(isStrict ? first : host.lastIndexOf(':'));
  if (!isPort(port)) throw new GoFailure(`invalid port ${quote(port)} after host`);
  return unescapeUrlPart(host, 'host');
}

/** `[address]` or `[address%25zone]`, and a port. */
function parseBrackets(host: string): string {
  const end = host.lastIndexOf(']');
  if (end < 0) throw new GoFailure("missing ']' in host");
  const port = host.slice(end + 1);
  if (!isPort(port)) throw new GoFailure(`invalid port ${quote(port)} after host`);
  const inside = host.slice(1, end);
  const zoneStart = inside.indexOf('%25');
  const address = unescapeUrlPart(zoneStart < 0 ? inside : inside.slice(0, zoneStart), 'host');
  const zone = zoneStart < 0 ? '' : unescapeUrlPart(inside.slice(zoneStart), 'zone');
  if (isIpv4(address)) throw new GoFailure('invalid IP-literal');
  if (!isIpv6(address) || zone === '%') {
    throw new GoFailure(`invalid host: ParseAddr(${quote(address + zone)}): unable to parse IP`);
  }
  return `[${address}${zone}]${port}`;
}

function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

/** Eight groups of hexadecimal digits; `::` stands for one or more that are zero, an IPv4 address for the last two. */
function isIpv6(text: string): boolean {
  const mapped = /^(.*:)([^:]*\.[^:]*)$/.exec(text);
  if (mapped !== null && !isIpv4(mapped[2] ?? '')) return false;
  const groups = mapped === null ? text : `${mapped[1]}0:0`;
  const [before = '', after, ...more] = groups.split('::');
  if (more.length > 0) return false;
  const parts = [before, after ?? ''].flatMap((side) => (side === '' ? [] : side.split(':')));
  if (!parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return false;
  return after === undefined ? parts.length === 8 : parts.length < 8;
}

/** The host without its port and brackets. */
export function hostnameOf(host: string): string {
  const colon = host.lastIndexOf(':');
  const name = colon >= 0 && isPort(host.slice(colon)) ? host.slice(0, colon) : host;
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

/** Go's `URL.String`. Its user information is written as it is. */
export function formatUrl({ scheme, opaque, userinfo, host, path, query, fragment }: UrlParts): string {
  const tail = (query === '' ? '' : `?${query}`) + (fragment === '' ? '' : `#${escapeUrlPart(fragment, 'fragment')}`);
  const start = scheme === '' ? '' : `${scheme}:`;
  if (opaque !== '') return start + opaque + tail;
  const hasAuthority = scheme !== '' || host !== '' || userinfo !== undefined;
  const slashes = hasAuthority && (host !== '' || path !== '' || userinfo !== undefined) ? '//' : '';
  const user = userinfo === undefined ? '' : `${userinfo}@`;
  const head = start + slashes + user + escapeUrlPart(host, 'host');
  const escaped = path === '*' ? path : escapeUrlPart(path, 'path');
  const needsSlash = escaped !== '' && !escaped.startsWith('/') && host !== '';
  // A colon in the first part of a path would make a scheme of what is before it.
  const dot = head === '' && !needsSlash && cut(escaped, '/')[0].includes(':') ? './' : '';
  return head + (needsSlash ? '/' : '') + dot + escaped + tail;
}
