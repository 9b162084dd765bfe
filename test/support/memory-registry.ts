import { createHash, randomUUID } from 'node:crypto';

/** What a registry of the tests can do; everything is on unless switched off. */
export interface RegistryFeatures {
  /** `POST …/uploads/?digest=` with the content. */
  readonly monolithic?: boolean;
  readonly mount?: boolean;
  /** `Docker-Content-Digest` on answers. */
  readonly digestHeader?: boolean;
  readonly referrers?: boolean;
  /** Range requests on blobs. */
  readonly ranges?: boolean;
  /** Absolute `Location` URLs with this origin in place of relative ones. */
  readonly absolute?: string;
  readonly tagsPerPage?: number;
}

export interface StoredManifest {
  readonly type: string;
  readonly bytes: Buffer;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The state of a registry of the tests: small, in memory, with its inside open. */
export interface MemoryRegistry {
  /** By `repository@digest`. */
  readonly blobs: Map<string, Buffer>;
  /** By `repository:tag` and `repository@digest`. */
  readonly manifests: Map<string, StoredManifest>;
  answer(asked: Asked): Answered;
}

export function sha256(bytes: Uint8Array | string): `sha256:${string}` {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const reply = (status: number, headers: Record<string, string> = {}, body: Buffer | string = ''): Answered => ({
  status,
  headers,
  body: Buffer.from(body),
});

const refuse = (status: number, code: string): Answered =>
  reply(
    status,
    { 'content-type': 'application/json' },
    JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }),
  );

interface State extends MemoryRegistry {
  readonly features: RegistryFeatures;
  readonly uploads: Map<string, Buffer>;
}

/** A place in a repository: `NAME` and what follows its last keyword. */
interface Place {
  readonly name: string;
  readonly kind: string;
  readonly rest: string;
}

export function memoryRegistry(features: RegistryFeatures = {}): MemoryRegistry {
  const state: State = {
    features,
    blobs: new Map(),
    manifests: new Map(),
    uploads: new Map(),
    answer: (asked) => route(state, asked),
  };
  return state;
}

function route(state: State, asked: Asked): Answered {
  if (asked.path === '/v2/') return reply(200);
  const match = /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests|tags|referrers)\/(.*)$/.exec(asked.path);
  if (match === null) return refuse(404, 'NAME_UNKNOWN');
  const place: Place = { name: match[1] ?? '', kind: match[2] ?? '', rest: match[3] ?? '' };
  if (place.kind === 'blobs/uploads') return upload(state, place, asked);
  if (place.kind === 'blobs') return blob(state, place, asked);
  if (place.kind === 'manifests') return manifest(state, place, asked);
  return place.kind === 'tags' ? tags(state, place, asked) : referrers(state, place);
}

const withDigest = (state: State, digest: string): Record<string, string> =>
  state.features.digestHeader === false ? {} : { 'docker-content-digest': digest };

function blob(state: State, { name, rest }: Place, asked: Asked): Answered {
  const content = state.blobs.get(`${name}@${rest}`);
  if (content === undefined) return refuse(404, 'BLOB_UNKNOWN');
  const headers = { 'content-type': 'application/octet-stream', ...withDigest(state, rest) };
  const start = /^bytes=(\d+)-$/.exec(asked.headers['range'] ?? '')?.[1];
  if (start === undefined || state.features.ranges === false) return reply(200, headers, content);
  if (Number(start) >= content.length) return refuse(416, 'UNSUPPORTED');
  const range = { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
  return reply(206, { ...headers, ...range }, content.subarray(Number(start)));
}

function upload(state: State, place: Place, asked: Asked): Answered {
  const { method, query, body } = asked;
  if (method === 'POST') return openUpload(state, place, asked);
  const before = state.uploads.get(place.rest);
  if (before === undefined) return refuse(404, 'BLOB_UPLOAD_UNKNOWN');
  const content = Buffer.concat([before, body]);
  if (method === 'DELETE') state.uploads.delete(place.rest);
  if (method === 'DELETE') return reply(204);
  if (method === 'PATCH') {
    state.uploads.set(place.rest, content);
    return reply(202, { location: locationOf(state, place.name, place.rest) });
  }
  if (query.get('state') !== 'a b+c') return refuse(400, 'BLOB_UPLOAD_INVALID');
  return keep(state, place, query.get('digest') ?? '', content);
}

/** The query must come back untouched; `%2B` and `+` are not the same thing. */
function locationOf({ features }: State, name: string, id: string): string {
  return `${features.absolute ?? ''}/v2/${name}/blobs/uploads/${id}?state=a+b%2Bc`;
}

function openUpload(state: State, { name }: Place, { query, body }: Asked): Answered {
  const [mount, from, digest] = [query.get('mount'), query.get('from'), query.get('digest')];
  const source = mount === null ? undefined : state.blobs.get(`${from}@${mount}`);
  if (source !== undefined && state.features.mount !== false)
    return keep(state, { name, kind: '', rest: '' }, mount ?? '', source);
  if (digest !== null && state.features.monolithic !== false)
    return keep(state, { name, kind: '', rest: '' }, digest, body);
  const id = randomUUID();
  state.uploads.set(id, Buffer.alloc(0));
  return reply(202, { location: locationOf(state, name, id) });
}

function keep(state: State, { name }: Place, digest: string, content: Buffer): Answered {
  if (sha256(content) !== digest) return refuse(400, 'DIGEST_INVALID');
  state.blobs.set(`${name}@${digest}`, content);
  return reply(201, { location: `/v2/${name}/blobs/${digest}`, ...withDigest(state, digest) });
}

function manifest(state: State, { name, rest }: Place, asked: Asked): Answered {
  const key = `${name}${rest.includes(':') ? '@' : ':'}${rest}`;
  const digest = sha256(asked.body);
  if (asked.method === 'PUT') {
    const stored = { type: asked.headers['content-type'] ?? '', bytes: asked.body };
    for (const each of [key, `${name}@${digest}`]) state.manifests.set(each, stored);
    const subject = (JSON.parse(asked.body.toString()) as { readonly subject?: { readonly digest: string } }).subject;
    const listed = subject !== undefined && state.features.referrers !== false ? { 'oci-subject': subject.digest } : {};
    return reply(201, { ...withDigest(state, digest), ...listed });
  }
  const stored = state.manifests.get(key);
  if (stored === undefined) return refuse(404, 'MANIFEST_UNKNOWN');
  if (asked.method === 'DELETE') state.manifests.delete(key);
  if (asked.method === 'DELETE') return reply(202);
  return reply(200, { 'content-type': stored.type, ...withDigest(state, sha256(stored.bytes)) }, stored.bytes);
}

function tags({ manifests, features }: State, { name }: Place, { query }: Asked): Answered {
  const all = [...manifests.keys()]
    .filter((key) => key.startsWith(`${name}:`))
    .map((key) => key.slice(name.length + 1));
  const after = all.sort().filter((tag) => tag > (query.get('last') ?? ''));
  const page = after.slice(0, features.tagsPerPage ?? Number(query.get('n') ?? 1000));
  const link =
    page.length < after.length ? { link: `</v2/${name}/tags/list?n=1000&last=${page.at(-1)}>; rel="next"` } : {};
  return reply(200, { 'content-type': 'application/json', ...link }, JSON.stringify({ name, tags: page }));
}

function referrers({ manifests, features }: State, { name, rest }: Place): Answered {
  if (features.referrers === false) return refuse(404, 'NOT_FOUND');
  const found = [...manifests]
    .filter(([key]) => key.startsWith(`${name}@`))
    .flatMap(([, { type, bytes }]) => {
      const { subject, artifactType } = JSON.parse(bytes.toString()) as {
        readonly subject?: { readonly digest: string };
        readonly artifactType?: string;
      };
      return subject?.digest === rest
        ? [{ mediaType: type, digest: sha256(bytes), size: bytes.length, artifactType }]
        : [];
    });
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  return reply(200, { 'content-type': mediaType }, JSON.stringify({ schemaVersion: 2, mediaType, manifests: found }));
}
