/** Why connections fail, told by errno and never by text. */

/** What the errno of a connection that could not be made, or broke, means. */
export const connectionProblems: Readonly<Record<string, string>> = {
  ENOENT: 'no such socket',
  ECONNREFUSED: 'the connection is refused',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTFOUND: 'the host is not known',
  EAI_AGAIN: 'the host is not known',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'it does not answer in time',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ENOTSOCK: 'it is not a socket',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection broke',
};

/** Half a sentence on why a connection failed. */
export function unreachableReason(error: unknown): string {
  return connectionProblem(error) ?? `the connection fails (${errnoOf(error) ?? 'unknown reason'})`;
}

/** The same, for what is known to come from a connection. */
export function connectionProblem(error: unknown): string | undefined {
  const code = errnoOf(error) ?? '';
  if (/^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|UNABLE_TO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/.test(code))
    return `the TLS connection fails (${code})`;
  if (code.startsWith('HPE_')) return 'it does not speak HTTP';
  return connectionProblems[code];
}

function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
