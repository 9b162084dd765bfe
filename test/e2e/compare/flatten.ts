/** Images laid flat for comparing: one line of text per file, and the parts of the configuration that a container sees. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { extract, type Header } from 'tar-stream';

/** Path → kind, mode, owner and content or link target: `file 0644 0:0 "text"`, `link 0777 0:0 -> target`. Sorted by path. */
export type FlatTree = Readonly<Record<string, string>>;

export interface FlatImage {
  readonly tree: FlatTree;
  readonly config: object;
}

/** Name → content of every entry of a tar. */
export async function readTar(
  bytes: Uint8Array,
): Promise<readonly { readonly header: Header; readonly content: Buffer }[]> {
  const found: { header: Header; content: Buffer }[] = [];
  const unpack = extract();
  Readable.from([bytes]).pipe(unpack);
  for await (const entry of unpack) found.push({ header: entry.header as Header, content: await buffer(entry) });
  return found;
}

/** Applies layers, lowest first, as the OCI image specification says (layer.md: changesets, whiteouts). */
export async function flattenLayers(layers: readonly Uint8Array[]): Promise<FlatTree> {
  const tree = new Map<string, string>();
  for (const layer of layers) await applyLayer(tree, isGzip(layer) ? gunzipSync(layer) : layer);
  return Object.fromEntries([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function applyLayer(tree: Map<string, string>, layer: Uint8Array): Promise<void> {
  const entries = (await readTar(layer)).map((entry) => ({
    ...entry,
    path: posix.join('/', entry.header.name).replace(/(.)\/$/, '$1'),
  }));
  for (const { path } of entries) whiteOut(tree, path);
  for (const { path, header, content } of entries) {
    if (path === '/' || posix.basename(path).startsWith('.wh.')) continue;
    addParents(tree, path);
    if (header.type !== 'directory') removeBelow(tree, path);
    else if (!tree.get(path)?.startsWith('directory')) removeBelow(tree, path);
    tree.set(
      path,
      header.type === 'link'
        ? (tree.get(posix.join('/', header.linkname ?? '')) ?? 'broken hard link')
        : describe(header, content),
    );
  }
}

function whiteOut(tree: Map<string, string>, path: string): void {
  const name = posix.basename(path);
  const directory = posix.dirname(path);
  if (name === '.wh..wh..opq') removeBelow(tree, directory);
  else if (name.startsWith('.wh.')) {
    const hidden = posix.join(directory, name.slice('.wh.'.length));
    tree.delete(hidden);
    removeBelow(tree, hidden);
  }
}

function removeBelow(tree: Map<string, string>, directory: string): void {
  for (const path of tree.keys()) if (path.startsWith(`${directory}/`)) tree.delete(path);
}

// Directories that no layer lists are made by whoever unpacks it.
function addParents(tree: Map<string, string>, path: string): void {
  for (let parent = posix.dirname(path); parent !== '/'; parent = posix.dirname(parent)) {
    if (!tree.has(parent)) tree.set(parent, 'directory 0755 0:0');
  }
}

// Some tools write the kind of file into the mode as well.
function describe({ type, mode = 0, uid, gid, linkname }: Header, content: Buffer): string {
  const owner = `${(mode & 0o7777).toString(8).padStart(4, '0')} ${uid}:${gid}`;
  if (type === 'symlink') return `link ${uid}:${gid} -> ${linkname}`;
  return type === 'file' ? `file ${owner} ${contentOf(content)}` : `${type} ${owner}`;
}

function contentOf(content: Buffer): string {
  const text = content.toString('utf8');
  if (content.length <= 120 && !text.includes('\uFFFD')) return JSON.stringify(text);
  return `${content.length} bytes ${createHash('sha256').update(content).digest('hex')}`;
}

/** The `config` of an image config document, absent and empty fields alike left out. */
export function comparableConfig(document: {
  readonly author?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}): object {
  const names = [
    ...[
      'Env',
      'Entrypoint',
      'Cmd',
      'User',
      'ExposedPorts',
      'Volumes',
      'Labels',
      'StopSignal',
      'Shell',
      'Healthcheck',
      'OnBuild',
    ],
    'WorkingDir',
  ];
  const { config = {}, author } = document;
  const entries = names.map((name) => [name, config[name]] as const).filter(([name, value]) => !isEmpty(name, value));
  return { ...Object.fromEntries(entries), ...(author === undefined || author === '' ? {} : { author }) };
}

// An engine that starts containers in `/` when nothing is said may also say it.
function isEmpty(name: string, value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (name === 'WorkingDir' && value === '/') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
