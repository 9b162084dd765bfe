import { ToolError } from '../core/errors.ts';
import type { Files, RegistryCredential } from '../core/ports.ts';

/** What a `config.json` of Docker or an `auth.json` of Podman says about credentials. */
export interface CredentialsFile {
  /** By registry host, or path within it; Docker Hub's key is `https://index.docker.io/v1/`. Empty entries are left out. */
  readonly auths: ReadonlyMap<string, RegistryCredential>;
  readonly credsStore: string | undefined;
  readonly credHelpers: ReadonlyMap<string, string>;
}

/**
 * Reads a credentials file; undefined where there is none.
 * @throws {ToolError} `FILE_READ_ERR` naming the file and the entry, never quoting what stands there.
 */
export async function readCredentialsFile(path: string, files: Files): Promise<CredentialsFile | undefined> {
  const bytes = await files.readIfExists(path);
  if (bytes === undefined) return undefined;
  const root = asRecord(parse(path, bytes));
  if (root === undefined) throw malformed(path, 'it is not a JSON object');
  const credsStore = root['credsStore'];
  return {
    auths: readAuths(path, asRecord(root['auths']) ?? {}),
    credsStore: typeof credsStore === 'string' && credsStore !== '' ? credsStore : undefined,
    credHelpers: readHelpers(asRecord(root['credHelpers']) ?? {}),
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

function asRecord(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function parse(path: string, bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString('utf8').trim();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    // The parser's message quotes the text around the fault, which may be a password.
    throw malformed(path, 'it is not valid JSON');
  }
}

function malformed(path: string, reason: string): ToolError {
  return new ToolError('FILE_READ_ERR', `cannot read the credentials in ${path}: ${reason}`, {
    suggestions: [{ code: 'CHECK_DOCKER_CONFIG', action: `Mend ${path}, or log in again with docker login` }],
  });
}

function readHelpers(value: JsonObject): ReadonlyMap<string, string> {
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
  return new Map(entries);
}

function readAuths(path: string, value: JsonObject): ReadonlyMap<string, RegistryCredential> {
  const auths = new Map<string, RegistryCredential>();
  for (const [key, entry] of Object.entries(value)) {
    const credential = readEntry(path, key, asRecord(entry) ?? {});
    if (credential === undefined) continue;
    auths.set(key, credential);
    const host = hostOf(key);
    if (host !== undefined && !Object.hasOwn(value, host)) auths.set(host, credential);
  }
  return auths;
}

/** The host of a key in the form of a URL (`https://host/v1/`), which old versions of Docker wrote. */
function hostOf(key: string): string | undefined {
  return /^https?:\/\/([^/]+)/.exec(key)?.[1] ?? /^([^/]+)\/v[12]\/?$/.exec(key)?.[1];
}

function readEntry(path: string, key: string, entry: JsonObject): RegistryCredential | undefined {
  const text = (name: string): string | undefined =>
    typeof entry[name] === 'string' && entry[name] !== '' ? entry[name] : undefined;
  const encoded = text('auth');
  const pair =
    encoded === undefined ? { username: text('username'), password: text('password') } : decode(path, key, encoded);
  const all = { ...pair, identityToken: text('identitytoken'), registryToken: text('registrytoken') };
  const known = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return Object.keys(known).length === 0 ? undefined : known;
}

/** `auth` is base64 of `user:password`; the password may be empty beside an identity token. */
function decode(
  path: string,
  key: string,
  encoded: string,
): { readonly username: string; readonly password: string | undefined } {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon <= 0) throw malformed(path, `"auth" of ${key} is not the base64 of user:password`);
  const password = text.slice(colon + 1).replace(/\0+$/, '');
  return { username: text.slice(0, colon), password: password === '' ? undefined : password };
}
