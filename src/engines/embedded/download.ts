/** ADD of a URL: downloaded over HTTP, redirects followed, its checksum held against what the Dockerfile says. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Http, HttpResponse } from '../../core/ports.ts';
import type { Content } from '../../image/layer.ts';
import type { CopySource } from './copy-sources.ts';
import { buildError } from './failure.ts';
import { openSpool, type Spool } from './spool.ts';
import type { InstructionParts } from './stage.ts';

/** One URL of an ADD. */
export interface Download {
  /** A text that changes when the content does: the given checksum, else the hash of what is downloaded now. */
  describe(): Promise<string>;
  /** The downloaded file, mode 0600, named after the URL's path. */
  fetch(): Promise<CopySource>;
  close(): Promise<void>;
}

const mostRedirects = 10;

/** Whether a source of ADD is downloaded. */
export function isUrl(source: string): boolean {
  return /^https?:\/\//.test(source) && !isGitSource(source);
}

/** Whether a source of ADD is a Git repository (Dockerfile reference, "Adding files from a Git repository"). */
export function isGitSource(source: string): boolean {
  return (
    /^(?:git|ssh):\/\//.test(source) ||
    /^[\w.-]+@[\w.-]+:/.test(source) ||
    /^https?:\/\/[^?#]*\.git(?:[?#].*)?$/.test(source)
  );
}

/** A URL without the password it may carry. */
export function shownUrl(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1');
}

interface Downloaded {
  readonly content: Content;
  readonly size: number;
  readonly sha256: string;
}

/** Prepares a download; nothing is asked for yet. @throws `BUILD_USER_ERROR` for a checksum that cannot be checked. */
export function downloadOf(url: string, checksum: string | undefined, parts: InstructionParts): Download {
  const expected = checksum === undefined ? undefined : parseChecksum(checksum);
  const ownSpool = openSpool(parts.ctx.system.files);
  let downloaded: Promise<Downloaded> | undefined;
  const get = (): Promise<Downloaded> => {
    downloaded ??= download(url, expected, ownSpool, parts);
    return downloaded;
  };
  return {
    describe: async () => JSON.stringify([nameOf(url), checksum ?? (await get()).sha256]),
    fetch: async () => {
      const { content, size, sha256 } = await get();
      const values = { mode: 0o600, uid: 0, gid: 0, modifiedAt: parts.epoch };
      const node = { ...values, kind: 'file', size, sha256, origin: { at: 'content', content } } as const;
      return { node, path: [nameOf(url)], filter: undefined };
    },
    close: () => ownSpool.close(),
  };
}

interface Checksum {
  readonly algorithm: string;
  readonly hex: string;
}

function parseChecksum(text: string): Checksum {
  const [, algorithm, hex] = /^(sha256|sha384|sha512):([0-9a-f]+)$/.exec(text) ?? [];
  const length = { sha256: 64, sha384: 96, sha512: 128 }[algorithm ?? ''];
  if (algorithm !== undefined && hex?.length === length) return { algorithm, hex: hex ?? '' };
  throw buildError(`invalid checksum "${text}"`, 'Write it as sha256: and 64 lower-case hex digits');
}

/** The last part of the URL's path, as BuildKit names the file. */
function nameOf(url: string): string {
  const base = URL.canParse(url) ? posix.basename(decodePath(new URL(url).pathname)) : '';
  return base === '' || base === '.' || base === '..' ? '__unnamed__' : base;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function download(
  url: string,
  expected: Checksum | undefined,
  spool: Spool,
  parts: InstructionParts,
): Promise<Downloaded> {
  const { ctx } = parts;
  const response = await follow(url, ctx.system.http, ctx.signal);
  const sha256 = createHash('sha256');
  const check = createHash(expected?.algorithm ?? 'sha256');
  let size = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of response.body) {
      sha256.update(piece);
      check.update(piece);
      size += piece.length;
      yield piece;
    }
  }
  // The length is believed only where it says that the content is too large for memory.
  const content = await spool.add(counted(), Number(response.headers['content-length'] ?? Number.MAX_SAFE_INTEGER));
  const got = check.digest('hex');
  if (expected !== undefined && got !== expected.hex) throw wrongChecksum(url, expected, got);
  return { content, size, sha256: sha256.digest('hex') };
}

async function follow(url: string, http: Http, signal: AbortSignal): Promise<HttpResponse> {
  let target = url;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const response = await http.request({ method: 'GET', url: target, signal });
    if (response.status === 200) return response;
    response.discard();
    const location = response.headers['location'];
    if (![301, 302, 303, 307, 308].includes(response.status) || location === undefined)
      throw notServed(url, response.status);
    target = new URL(location, target).href;
    if (!/^https?:/.test(target)) throw notServed(url, response.status);
  }
  throw buildError(`"${shownUrl(url)}" redirects more than ${mostRedirects} times`, 'Give ADD the final URL');
}

function notServed(url: string, status: number): Error {
  return buildError(
    `"${shownUrl(url)}" cannot be downloaded: the server answered ${status}`,
    'Check the URL of the ADD',
  );
}

function wrongChecksum(url: string, { algorithm, hex }: Checksum, got: string): Error {
  return new ToolError(
    'DIGEST_MISMATCH',
    `"${shownUrl(url)}" has the checksum ${algorithm}:${got}, not ${algorithm}:${hex} as the Dockerfile says`,
    {
      suggestions: [
        {
          code: 'CHECK_CHECKSUM',
          action: 'Check that the URL still serves what you expect before changing --checksum',
        },
      ],
    },
  );
}
