import { createHash, timingSafeEqual } from 'node:crypto';
import { ToolError } from '../core/errors.ts';
import type { IncomingHttpRequest } from '../core/ports.ts';
import { RegistryError } from './errors.ts';

/** Who may use the registry: SHA-256 of the password by user name. Passwords themselves are not kept. */
export type Users = ReadonlyMap<string, Uint8Array>;

/**
 * Reads an `--auth-file`: one user per line as `name:password` or `name:{SHA256}hex` (what `printf %s PASSWORD |
 * sha256sum` prints). Blank lines and lines starting with `#` are left out. `file` is for messages. Throws
 * `NOT_SUPPORTED` for hashes of other kinds (which would otherwise be taken for passwords) and `FILE_READ_ERR` for
 * anything else; no message repeats what a line says after the name.
 */
export function parseUsers(text: string, file: string): Users {
  const users = new Map<string, Uint8Array>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const place = `${file}:${index + 1}`;
    const colon = line.indexOf(':');
    if (colon < 1) throw wrong(`${place}: the line is not of the form NAME:PASSWORD`);
    const name = line.slice(0, colon);
    if (users.has(name)) throw wrong(`${place}: user "${name}" is there twice`);
    users.set(name, passwordHash(line.slice(colon + 1), place));
  }
  if (users.size === 0) throw wrong(`${file}: the file names no user`);
  return users;
}

/** Lets a request pass when it carries the name and password of one of the users (RFC 7617); else throws `UNAUTHORIZED`. */
export function authorize(request: IncomingHttpRequest, users: Users): void {
  const [, encoded = ''] = /^basic +(\S+) *$/i.exec(request.headers['authorization'] ?? '') ?? [];
  const [, name = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  // An unknown user costs the same comparison as a known one, so that time does not tell which names exist.
  const expected = users.get(name);
  const equal = timingSafeEqual(sha256(password), expected ?? sha256(''));
  if (expected !== undefined && equal) return;
  throw new RegistryError('UNAUTHORIZED', 'a user name and password are needed', {
    headers: { 'www-authenticate': 'Basic realm="Slipway registry", charset="UTF-8"' },
  });
}

function passwordHash(text: string, place: string): Uint8Array {
  const [, hex] = /^\{SHA256\}([0-9a-f]{64})$/i.exec(text) ?? [];
  if (hex !== undefined) return Buffer.from(hex, 'hex');
  if (text === '') throw wrong(`${place}: the password is empty`);
  if (!/^(?:\{\w+\}|\$\w+\$)/.test(text)) return sha256(text);
  throw new ToolError('NOT_SUPPORTED', `${place}: this kind of password hash is not supported`, {
    suggestions: [
      { code: 'USE_SHA256_PASSWORD', action: 'Write NAME:{SHA256} followed by the SHA-256 of the password in hex' },
    ],
  });
}

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

function wrong(message: string): ToolError {
  return new ToolError('FILE_READ_ERR', message, {
    suggestions: [{ code: 'FIX_AUTH_FILE', action: 'Write one user per line as NAME:PASSWORD or NAME:{SHA256}HEX' }],
  });
}
