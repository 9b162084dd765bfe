import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { System } from '../core/ports.ts';

/** Where systems keep their bundle of trusted certificates; the list of Go's crypto/x509 for Linux, and macOS's file. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * Node's own trusted certificates and those of this system (`SSL_CERT_FILE` and `SSL_CERT_DIR` as in Go), in PEM.
 * Node trusts only its own by default, so a company's certificate that every other program accepts would be refused.
 */
export function trustedCertificates(env: System['env']): readonly string[] {
  const file = env['SSL_CERT_FILE'] ? [env['SSL_CERT_FILE']] : bundles;
  const fromDirectories = (env['SSL_CERT_DIR'] ?? '')
    .split(':')
    .filter((directory) => directory !== '')
    .flatMap(filesIn);
  const first = file.map(readIfPossible).find((content) => content !== undefined);
  const found = [first, ...fromDirectories.map(readIfPossible)].filter((content) => content !== undefined);
  return [...rootCertificates, ...found];
}

function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}

/** The text of a certificate file; whatever cannot be read or is none does not count. */
function readIfPossible(path: string): string | undefined {
  try {
    const text = statSync(path).isFile() ? readFileSync(path, 'utf8') : '';
    return text.includes('-----BEGIN CERTIFICATE-----') ? text : undefined;
  } catch {
    return undefined;
  }
}
