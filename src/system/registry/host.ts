import { ToolError } from '../../core/errors.ts';
import { throwIfCancelled } from '../cancel.ts';
import { apiHost } from '../docker-hub.ts';
import { isNotTls } from '../http-errors.ts';
import { hostnameOf, isHome, isLoopback } from './addresses.ts';
import { readBody } from './body.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import { idleTimeout, type RegistryParts } from './parts.ts';

/** What is known of one registry, shared by all its repositories. */
export interface Host {
  /** As references name it; what errors say and credentials are looked up by. */
  readonly registry: string;
  /** Whether TLS certificates are taken unverified at a URL: at that of an insecure registry, whoever sent us there. */
  skipsVerification(url: URL): boolean;
  /** How it wants to be authenticated to; undefined until it has asked. */
  challenge: Challenge | undefined;
  /** Whether a blob may be sent with the first request of an upload; true until it turns out otherwise. */
  acceptsMonolithic: boolean;
  /** `https://host/` or `http://host/`. */
  base(signal: AbortSignal): Promise<URL>;
}

function isListed(parts: RegistryParts, registry: string): boolean {
  return parts.insecureRegistries.includes(registry);
}

/** The head start of the likelier scheme before the other one is tried too, in milliseconds (as in go-containerregistry). */
const headStart = 300;

export function createHost(registry: string, parts: RegistryParts): Host {
  const address = apiHost(registry);
  const ownHost = new URL(`https://${address}`).host;
  let base: Promise<URL> | undefined;
  const host: Host = {
    registry,
    skipsVerification: (url) => (isListed(parts, registry) && url.host === ownHost) || isListed(parts, url.host),
    challenge: undefined,
    acceptsMonolithic: true,
    base: (signal) => {
      base ??= findBase(host, address, parts, signal).catch((error: unknown) => {
        base = undefined;
        throw error;
      });
      return base;
    },
  };
  return host;
}

/**
 * Https, without asking, for every host but those that may speak plain HTTP: there a request tells. A registry on this machine
 * rarely has a certificate, so it is first asked in plain HTTP; no credential is sent before the answer.
 */
async function findBase(host: Host, address: string, parts: RegistryParts, signal: AbortSignal): Promise<URL> {
  const hostname = hostnameOf(address);
  const [secure, plain] = [new URL(`https://${address}/`), new URL(`http://${address}/`)];
  if (!isListed(parts, host.registry) && !isHome(hostname)) return secure;
  return isLoopback(hostname)
    ? race(host, [plain, secure], undefined, parts, signal)
    : race(host, [secure, plain], headStart, parts, signal);
}

/** Without a head start the second scheme is tried only when the first has failed. */
async function race(
  host: Host,
  [first, second]: readonly [URL, URL],
  start: number | undefined,
  parts: RegistryParts,
  signal: AbortSignal,
): Promise<URL> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const leading = ping(host, first, parts, either);
  const following = afterHeadStart(leading, start, parts, either).then(() => ping(host, second, parts, either));
  try {
    return await Promise.any([leading, following]);
  } catch (error) {
    throwIfCancelled(signal);
    const { errors } = error as AggregateError;
    throw first.protocol === 'https:' ? moreTelling(errors[0], errors[1]) : moreTelling(errors[1], errors[0]);
  } finally {
    stop.abort();
  }
}

/** What went wrong in TLS, as with a certificate, unless it is that the other side does not speak it. */
function moreTelling(secure: unknown, plain: unknown): unknown {
  return isNotTls(secure) && plain instanceof ToolError ? plain : secure;
}

/** Resolves when the leader has failed or is slow; stays open once it has won. */
function afterHeadStart(
  leading: Promise<URL>,
  start: number | undefined,
  parts: RegistryParts,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    leading.catch(() => resolve());
    if (start !== undefined) parts.clock.sleep(start, signal).then(resolve, reject);
  });
}

/** Asks for `/v2/`. What a TLS port says to plain HTTP (400, or a redirect) does not count as an answer. */
async function ping(host: Host, base: URL, parts: RegistryParts, signal: AbortSignal): Promise<URL> {
  const answer = await parts.http.request({
    method: 'GET',
    url: new URL('v2/', base).href,
    signal,
    insecure: host.skipsVerification(base),
    ...idleTimeout(parts),
  });
  // Read to its end, so that the connection is free for the next request before the other attempt is stopped.
  await readBody(answer, 64 * 1024, `the answer of ${host.registry}`);
  const isOdd = answer.status === 400 || (answer.status >= 300 && answer.status < 400);
  if (base.protocol === 'http:' && isOdd) throw new Error('not plain HTTP');
  if (answer.status === 401) host.challenge = parseChallenge(answer.headers['www-authenticate'] ?? '');
  return base;
}
