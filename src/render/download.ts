import { ToolError } from '../core/errors.ts';
import type { Context } from '../core/ports.ts';

const mostRedirects = 10;

/** The largest manifest taken from the network, in bytes. */
const largestDownload = 64 * 1024 * 1024;

/**
 * Fetches a manifest over HTTP, following redirects.
 *
 * @throws {ToolError} `FILE_READ_ERR` where the server does not answer with the file, or the port's own codes.
 */
export async function download(url: string, ctx: Context): Promise<Uint8Array> {
  let current = url;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await ctx.system.http.request({ method: 'GET', url: current, signal: ctx.signal });
    if (response.status === 200) return collect(response.body, url);
    response.discard();
    const location = response.headers['location'];
    if (response.status < 300 || response.status > 399 || location === undefined) {
      throw unreadable(url, `the server answers with status ${response.status}`);
    }
    current = new URL(location, current).href;
  }
  throw unreadable(url, 'the server redirects again and again');
}

async function collect(body: AsyncIterable<Uint8Array>, url: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > largestDownload) throw unreadable(url, 'it is larger than 64 MiB');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function unreadable(url: string, reason: string): ToolError {
  return new ToolError('FILE_READ_ERR', `cannot download the manifest ${url}: ${reason}`, {
    suggestions: [{ code: 'CHECK_URL', action: 'Check the address under manifests.rawYaml' }],
  });
}
