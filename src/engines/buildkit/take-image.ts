/** An image that is not pushed, taken from BuildKit into the store: it comes as a tar of an OCI layout. */
import { PassThrough } from 'node:stream';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { BuildOutcome } from '../../core/artifact.ts';
import { ToolError } from '../../core/errors.ts';
import type { Digest, ImageId } from '../../core/names.ts';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { isDigest } from '../../image/digest.ts';
import { isIndexType, parseIndex, parseManifest } from '../../image/oci.ts';
import { parseReference } from '../../image/reference.ts';
import { readTar } from '../../image/tar-reader.ts';
import type { Store } from '../../store/store.ts';
import { nameKey } from '../embedded/names.ts';
import type { BuildKitConnection } from './connection.ts';
import { type BytesMessage, bytesMessage } from './control-messages.ts';
import { method } from './grpc.ts';
import type { Service } from './services/service.ts';
import { type SolveOptions, solve } from './solve.ts';

/** Builds, and keeps the image under the request's tag. */
export async function takeImage(
  connection: BuildKitConnection,
  request: DockerfileBuild,
  options: Omit<SolveOptions, 'exporter' | 'services'>,
  store: Store,
  ctx: Context,
): Promise<BuildOutcome> {
  let taken: Digest | undefined;
  const receiver = fileReceiver(async (content) => {
    taken = await keepLayout(content, store);
  });
  const times = request.rewritesTimes === true ? { 'rewrite-timestamp': 'true' } : {};
  const exporter = { type: 'oci', attributes: { tar: 'true', 'oci-mediatypes': 'true', ...times } };
  await solve(connection, request, { ...options, exporter, services: [receiver] }, ctx);
  if (taken === undefined) throw noImage();
  const { digest, id } = await imageOf(taken, store);
  await store.images.set(nameKey(parseReference(request.tag)), { digest, id });
  return { at: 'store', digest, id };
}

/** Serves one file that BuildKit sends (moby/buildkit, `session/filesync`, `FileSend`). */
function fileReceiver(keep: (content: AsyncIterable<Uint8Array>) => Promise<void>): Service {
  const DiffCopy = method('/moby.filesync.v1.FileSend/DiffCopy', bytesMessage, bytesMessage, {
    request: true,
    response: true,
  });
  const handle = (call: Call): void => {
    Promise.all([keep(contentOf(call)), ended(call)]).then(
      () => call.end(),
      (error: Error) => call.emit('error', { code: internal, details: error.message }),
    );
  };
  return { methods: { DiffCopy }, handlers: { DiffCopy: handle } };
}

type Call = ServerDuplexStream<BytesMessage, BytesMessage>;

/** gRPC's code for a failure on this side. */
const internal = 13;

/** What comes over a call. A reader that has enough leaves it; the call goes on to its end, or it could not be answered. */
function contentOf(call: Call): AsyncIterable<Uint8Array> {
  const content = new PassThrough();
  call.on('data', ({ data }: BytesMessage) => {
    if (!content.destroyed && !content.write(data)) call.pause();
  });
  content.on('drain', () => call.resume());
  content.on('close', () => call.resume());
  call.on('end', () => content.end());
  call.on('cancelled', () => content.destroy(new ToolError('CANCELLED', 'BuildKit stopped sending the image')));
  return content;
}

function ended(call: Call): Promise<void> {
  return new Promise((resolve, reject) => {
    call.on('end', () => resolve());
    call.on('cancelled', () => reject(new ToolError('CANCELLED', 'BuildKit stopped sending the image')));
  });
}

/** Keeps the blobs of a layout; returns what its index names. */
async function keepLayout(tar: AsyncIterable<Uint8Array>, store: Store): Promise<Digest | undefined> {
  let index: Uint8Array | undefined;
  for await (const { entry, content } of readTar(tar, 'the image that BuildKit sent')) {
    const [, algorithm, hex] = /^blobs\/(\w+)\/([0-9a-f]+)$/.exec(entry.path) ?? [];
    const digest = `${algorithm}:${hex}`;
    if (entry.path === 'index.json') index = await bytesOf(content);
    else if (isDigest(digest) && !(await store.blobs.has(digest, entry.size)))
      await store.blobs.putStream(content, digest);
  }
  return index === undefined ? undefined : parseIndex(index, 'the index that BuildKit sent').manifests[0]?.digest;
}

async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function imageOf(digest: Digest, store: Store): Promise<{ readonly digest: Digest; readonly id: ImageId }> {
  const bytes = await store.blobs.read(digest);
  if (bytes === undefined) throw noImage();
  const mediaType = (JSON.parse(Buffer.from(bytes).toString('utf8')) as { readonly mediaType?: string }).mediaType;
  if (mediaType !== undefined && isIndexType(mediaType)) {
    const [first] = parseIndex(bytes, 'the index that BuildKit sent').manifests;
    if (first === undefined) throw noImage();
    return imageOf(first.digest, store);
  }
  const { config } = parseManifest(bytes, 'the manifest that BuildKit sent');
  return { digest, id: config.digest as string as ImageId };
}

function noImage(): ToolError {
  return new ToolError('BUILDKIT_ERR', 'BuildKit ended the build without sending an image');
}
