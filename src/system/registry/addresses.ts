import { BlockList, isIP } from 'node:net';

function blocks(...subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', bits] = subnet.split('/');
    list.addSubnet(network, Number(bits), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

const loopback = blocks('127.0.0.0/8', '::1/128');
/** RFC 1918: networks where registries without certificates are usual. */
const home = blocks('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16');
/** What no host of the internet may send us to: the above, link-local (cloud metadata), shared and unspecified addresses. */
const inner = blocks('0.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '::/128', 'fe80::/10', 'fc00::/7');

function isIn(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

/** The name or address in a `host[:port]`, without port and brackets, in lower case. */
export function hostnameOf(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '');
}

/** `localhost`, names below it, and loopback addresses. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || isIn(loopback, hostname);
}

/** Loopback and RFC 1918 addresses: hosts that may speak plain HTTP without being asked to (as in go-containerregistry). */
export function isHome(hostname: string): boolean {
  return isLoopback(hostname) || isIn(home, hostname);
}

/** Addresses that are not of the public internet. */
export function isPrivate(hostname: string): boolean {
  return isHome(hostname) || isIn(inner, hostname);
}
