import { ToolError } from '../../core/errors.ts';
import { hostnameOf, isLoopback, isPrivate } from './addresses.ts';
import type { Host } from './host.ts';

/** Where a request goes, and whether that is the registry itself, which alone may see credentials. */
export interface Target {
  readonly url: URL;
  readonly own: boolean;
}

/**
 * Resolves a URL that a registry sent (`Location`, `Link`) against the one it was asked at. On the registry's own host the
 * scheme stays the one in use: behind a proxy registries often believe they are spoken to in plain HTTP.
 *
 * @throws {ToolError} `REGISTRY_PROTOCOL` for no URL, or one that {@link checkForeign} refuses.
 */
export function resolveTarget(location: string, asked: URL, base: URL, host: Host): Target {
  const url = URL.canParse(location, asked.href) ? new URL(location, asked) : undefined;
  if (url === undefined) throw refused(host, 'sends us to something that is not a URL');
  if (hostnameOf(url.host) === hostnameOf(base.host) && portOf(url, base) === portOf(base, base)) {
    url.protocol = base.protocol;
    url.port = base.port;
    return { url, own: true };
  }
  checkForeign(url, base, host, 'redirects');
  return { url, own: false };
}

/** The port, where leaving it out means the registry's default, whichever scheme was written. */
function portOf(url: URL, base: URL): string {
  return url.port === '' ? (base.protocol === 'https:' ? '443' : '80') : url.port;
}

/**
 * Refuses to be sent to another host in a way that helps an attacker: from https to plain HTTP, with a user name in the URL,
 * or to an address of this machine or of the network around it. A registry on this machine may name others on it.
 */
export function checkForeign(url: URL, base: URL, host: Host, verb: string): void {
  const hostname = hostnameOf(url.host);
  if (url.protocol !== 'https:' && (url.protocol !== 'http:' || base.protocol === 'https:'))
    throw refused(host, `${verb} us to a URL that is not https`);
  if (url.username !== '' || url.password !== '') throw refused(host, `${verb} us to a URL with a user name in it`);
  const sameMachine = hostname === hostnameOf(base.host) || (isLoopback(hostname) && isLoopback(hostnameOf(base.host)));
  if (isPrivate(hostname) && !sameMachine) throw refused(host, `${verb} us to the private address ${url.host}`);
}

function refused(host: Host, what: string): ToolError {
  return new ToolError('REGISTRY_PROTOCOL', `the registry ${host.registry} ${what}, which is refused`, {
    suggestions: [
      { code: 'CHECK_REGISTRY', action: `Check that ${host.registry} is the registry you mean, and how it is set up` },
    ],
  });
}
