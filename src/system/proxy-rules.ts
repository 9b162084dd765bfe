import { ToolError } from '../core/errors.ts';
import type { System } from '../core/ports.ts';

/**
 * The proxy that a request to `url` goes through, or undefined for none. The rules are those of Go's
 * golang.org/x/net/http/httpproxy: `HTTP_PROXY` for http, `HTTPS_PROXY` for https, `NO_PROXY` for exceptions, upper case
 * before lower case, never a proxy for `localhost` and loopback addresses.
 *
 * @throws {ToolError} `NOT_SUPPORTED` for proxies other than http and https, `REGISTRY_UNREACHABLE` for no URL at all.
 */
export function proxyFor(url: URL, env: System['env']): URL | undefined {
  const value = url.protocol === 'https:' ? either(env, 'HTTPS_PROXY') : httpProxy(env);
  if (value === '' || isExempt(url, either(env, 'NO_PROXY'))) return undefined;
  return parseProxy(value, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
}

function either(env: System['env'], name: string): string {
  return env[name] || env[name.toLowerCase()] || '';
}

/** In a CGI program HTTP_PROXY may come from a request's `Proxy:` header, so it is not believed there (httpoxy). */
function httpProxy(env: System['env']): string {
  return env['REQUEST_METHOD'] ? '' : either(env, 'HTTP_PROXY');
}

function parseProxy(value: string, name: string): URL {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  const suggestions = [{ code: 'CHECK_PROXY', action: `Set ${name} to a URL such as http://proxy.example:3128` }];
  if (proxy === undefined || proxy.hostname === '') {
    throw new ToolError('REGISTRY_UNREACHABLE', `the value of ${name} is not a URL`, { suggestions });
  }
  if (proxy.protocol === 'http:' || proxy.protocol === 'https:') return proxy;
  throw new ToolError(
    'NOT_SUPPORTED',
    `${name} names a proxy of type ${proxy.protocol.slice(0, -1)}, only http and https work`,
    {
      suggestions,
    },
  );
}

function isExempt(url: URL, noProxy: string): boolean {
  const host = bare(url.hostname);
  if (host === 'localhost' || isLoopback(host)) return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy.split(',').some((entry) => matches(entry.trim().toLowerCase(), host, port));
}

/** Without the brackets of an IPv6 address and the final dot of a fully qualified name. */
function bare(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function isLoopback(host: string): boolean {
  return /^127\.\d+\.\d+\.\d+$/.test(host) || host === '::1';
}

/** One entry of NO_PROXY: `*`, an address, a CIDR block, or a domain; the last also with a port. */
function matches(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  if (entry.includes('/')) return inBlock(entry, host);
  const { name, only } = cutPort(entry);
  if (only !== undefined && only !== port) return false;
  const suffix = name.startsWith('*.') ? name.slice(1) : name;
  if (suffix.startsWith('.')) return host.endsWith(suffix);
  return host === suffix || (!isAddress(host) && host.endsWith(`.${suffix}`));
}

function cutPort(entry: string): { readonly name: string; readonly only: string | undefined } {
  const match = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry);
  return match === null ? { name: entry, only: undefined } : { name: match[1] ?? match[2] ?? '', only: match[3] };
}

function isAddress(host: string): boolean {
  return process.getBuiltinModule('node:net').isIP(host) !== 0;
}

function inBlock(block: string, host: string): boolean {
  const { BlockList, isIP } = process.getBuiltinModule('node:net');
  const [network = '', bits = ''] = block.split('/');
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const limit = family === 'ipv6' ? 128 : 32;
  if (isIP(network) === 0 || isIP(network) !== isIP(host) || !/^\d+$/.test(bits) || Number(bits) > limit) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(host, family);
}
