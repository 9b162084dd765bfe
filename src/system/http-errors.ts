import { type Suggestion, ToolError } from '../core/errors.ts';
import { errnoOf } from './file-errors.ts';

interface Explanation {
  /** Completes `cannot reach HOST: …`. */
  readonly reason: string;
  readonly suggestion: Suggestion;
}

type Explain = (host: string) => Explanation;

const check = (code: string, action: string): Suggestion => ({ code, action });
const explained =
  (reason: string, code: string, action: (host: string) => string): Explain =>
  (host) => ({ reason, suggestion: check(code, action(host)) });

const unknownHost = explained(
  'the host name is not known',
  'CHECK_HOST_NAME',
  (host) => `Check the spelling of ${host} and your DNS settings`,
);
const cut = explained(
  'the connection was cut',
  'RETRY',
  (host) => `Try again, and look at the logs of ${host} if it goes on`,
);
const silent = explained(
  'it did not answer in time',
  'CHECK_NETWORK',
  (host) => `Check that ${host} is up and that no firewall is in the way`,
);
const noRoute = explained(
  'there is no route to it',
  'CHECK_NETWORK',
  (host) => `Check your network connection and the address of ${host}`,
);
const noTls = explained(
  'it does not speak TLS there',
  'INSECURE_REGISTRY',
  (host) => `If ${host} is meant to be plain HTTP, add it to the insecure registries`,
);
const untrusted = explained(
  'its certificate is not trusted',
  'TRUST_CERTIFICATE',
  (host) =>
    `Install the certificate authority of ${host} (SSL_CERT_FILE or NODE_EXTRA_CA_CERTS), or add ${host} to the insecure registries`,
);
const notHttp = explained(
  'it does not speak HTTP',
  'CHECK_HOST_NAME',
  (host) => `Check that ${host} is the address and port of a registry`,
);

/** By the code of the error, as Node's net, dns, tls and http modules name it. */
const explanations: Readonly<Record<string, Explain>> = {
  ECONNREFUSED: explained(
    'the connection was refused',
    'CHECK_REGISTRY',
    (host) => `Check that a registry is running at ${host}`,
  ),
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  ECONNRESET: cut,
  EPIPE: cut,
  ECONNABORTED: cut,
  ETIMEDOUT: silent,
  CONNECT_TIMEOUT: silent,
  IDLE_TIMEOUT: explained(
    'it fell silent',
    'CHECK_NETWORK',
    (host) => `Try again, and check the network between this machine and ${host}`,
  ),
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  EADDRNOTAVAIL: noRoute,
  EPROTO: noTls,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  CERT_HAS_EXPIRED: explained(
    'its certificate has expired',
    'RENEW_CERTIFICATE',
    (host) => `Renew the certificate of ${host}, and check the clock of this machine`,
  ),
  CERT_NOT_YET_VALID: explained(
    'its certificate is not valid yet',
    'CHECK_CLOCK',
    () => 'Check the clock of this machine',
  ),
  ERR_TLS_CERT_ALTNAME_INVALID: explained(
    'its certificate is for another name',
    'CHECK_HOST_NAME',
    (host) => `Use the name that the certificate of ${host} is for`,
  ),
  PROXY_LOGIN: explained(
    'the proxy asks for a login',
    'CHECK_PROXY',
    () => 'Put the user name and password into HTTPS_PROXY, as in http://user:password@proxy:3128',
  ),
  PROXY_REFUSED: explained(
    'the proxy did not let the connection through',
    'CHECK_PROXY',
    (host) => `Allow ${host} in the proxy, or add it to NO_PROXY`,
  ),
};

const untrustedCodes = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_UNTRUSTED',
]);

/** True when TLS failed for want of a trusted issuer: more certificates could mend it. */
export function isUntrusted(error: unknown): boolean {
  return error instanceof ToolError && untrustedCodes.has(errnoOf(error.cause) ?? '');
}

const notTlsCodes = new Set(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

/** True when what answered at the port does not speak TLS. */
export function isNotTls(error: unknown): boolean {
  return error instanceof ToolError && notTlsCodes.has(errnoOf(error.cause) ?? '');
}

/**
 * What went wrong on the way to a host, as one sentence with a next step. The error of Node stays as `cause`:
 * its `code` tells those who retry whether that can help. A `ToolError` comes back as it is.
 */
export function unreachable(host: string, error: Error): ToolError {
  if (error instanceof ToolError) return error;
  const { reason, suggestion } = explain(errnoOf(firstOf(error)) ?? '', host);
  return new ToolError('REGISTRY_UNREACHABLE', `cannot reach ${host}: ${reason}`, {
    cause: firstOf(error),
    suggestions: [suggestion],
  });
}

/** A name with several addresses fails with one error per address; they are alike as a rule. */
function firstOf(error: Error): Error {
  return error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
}

function explain(code: string, host: string): Explanation {
  const known = explanations[code];
  if (known !== undefined) return known(host);
  if (untrustedCodes.has(code)) return untrusted(host);
  if (code.startsWith('HPE_')) return notHttp(host);
  return {
    reason: code === '' ? 'the connection failed' : `the connection failed (${code})`,
    suggestion: silent(host).suggestion,
  };
}
