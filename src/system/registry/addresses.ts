import { BlockList } from 'node:net';

/** Networks by family; made at their first use, since most registries are named by a host name. */
function networks(...subnets: readonly string[]): (hostname: string) => boolean {
  let list: BlockList | undefined;
  return (hostname) => {
    const family = familyOf(hostname);
    if (family === undefined) return false;
    list ??= blocks(subnets);
    return list.check(hostname, family);
  };
}

function blocks(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', bits] = subnet.split('/');
    list.addSubnet(network, Number(bits), familyOf(network));
  }
  return list;
}

/** Told by the form alone: `isIP` compiles an expression that takes longer than a request. Names hold letters and no colon. */
function familyOf(hostname: string): 'ipv4' | 'ipv6' | undefined {
  if (hostname.includes(':')) return 'ipv6';
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(hostname) ? 'ipv4' : undefined;
}

const isLoopbackAddress = networks('127.0.0.0/8', '::1/128');
/** RFC 1918: networks where registries without certificates are usual. */
const isHomeAddress = networks('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16');
/** What no host of the internet may send us to: the above, link-local (cloud metadata), shared and unspecified addresses. */
const isInnerAddress = networks('0.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '::/128', 'fe80::/10', 'fc00::/7');

/** The name or address in a `host[:port]`, without port and brackets, in lower case. */
export function hostnameOf(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '');
}

/** `localhost`, names below it, and loopback addresses. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || isLoopbackAddress(hostname);
}

/** Loopback and RFC 1918 addresses: hosts that may speak plain HTTP without being asked to (as in go-containerregistry). */
export function isHome(hostname: string): boolean {
  return isLoopback(hostname) || isHomeAddress(hostname);
}

/** Addresses that are not of the public internet. */
export function isPrivate(hostname: string): boolean {
  return isHome(hostname) || isInnerAddress(hostname);
}
