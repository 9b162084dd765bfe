/** The files of a build, sent to BuildKit on demand (moby/buildkit, `session/filesync`): names first, then what changed. */
import { join } from 'node:path';
import type { Metadata, ServerDuplexStream } from '@grpc/grpc-js';
import { ToolError } from '../../../core/errors.ts';
import type { Context, FileInfo, WalkedEntry } from '../../../core/ports.ts';
import { type DirectoryFilter, filteredEntries } from '../directory-filter.ts';
import { headerValues, method } from '../grpc.ts';
import { type FileStat, type Packet, packet, packetTypes } from '../session-messages.ts';
import type { Service } from './service.ts';

type Call = ServerDuplexStream<Packet, Partial<Packet>>;

/** What was sent, told when BuildKit has all it wanted. */
export interface SentFiles {
  /** Files whose content was asked for. */
  readonly files: number;
  /** Bytes of content. */
  readonly bytes: number;
}

/**
 * Serves directories by the names that BuildKit has for them (`context`, `dockerfile`). Owners are not sent: what is
 * copied belongs to root, as with the `docker` command.
 */
export function fileSync(
  directories: Readonly<Record<string, string>>,
  onSent: (name: string, sent: SentFiles) => void,
  ctx: Context,
): Service {
  const DiffCopy = method('/moby.filesync.v1.FileSync/DiffCopy', packet, packet, { request: true, response: true });
  const handle = (call: Call): void => {
    const [name = ''] = headerValues(call.metadata, 'dir-name');
    const root = Object.hasOwn(directories, name) ? directories[name] : undefined;
    sendDirectory(call, root, ctx).then(
      (sent) => onSent(name, sent),
      // BuildKit ends the build with the message; it has no other use for it.
      (error: unknown) => fail(call, error),
    );
  };
  return { methods: { DiffCopy }, handlers: { DiffCopy: handle } };
}

function fail(call: Call, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  call.write({ type: packetTypes.failure, data: Buffer.from(text) });
  call.emit('error', { code: 2, details: text });
}

async function sendDirectory(call: Call, root: string | undefined, ctx: Context): Promise<SentFiles> {
  if (root === undefined)
    throw new ToolError('BUILDKIT_ERR', 'BuildKit asks for a directory that is no part of the build');
  const filter = filterFrom(call.metadata);
  const all = await filteredEntries(root, filter, ctx.system.files);
  const entries = all.filter(({ path }) => path !== ignoreFile || asksForIgnoreFile(filter));
  const contents = entries.map(({ path, info }) => (info.kind === 'file' ? join(root, path) : undefined));
  const answered = answerRequests(call, contents, ctx);
  const sendNames = async (): Promise<void> => {
    for (const entry of entries) await write(call, { type: packetTypes.stat, stat: await statOf(root, entry, ctx) });
    await write(call, { type: packetTypes.stat });
  };
  const [sent] = await Promise.all([answered, sendNames()]);
  return sent;
}

const ignoreFile = '.dockerignore';

/**
 * BuildKit reads the rules from the context too. Into an image the file does not come, whoever builds it: what it says
 * counts by the files that it leaves out.
 */
function asksForIgnoreFile({ follow }: DirectoryFilter): boolean {
  return follow.length > 0 && follow.every((path) => path === ignoreFile);
}

function filterFrom(metadata: Metadata): DirectoryFilter {
  return {
    include: headerValues(metadata, 'include-patterns'),
    exclude: headerValues(metadata, 'exclude-patterns'),
    follow: headerValues(metadata, 'followpaths'),
  };
}

/** Files that are read at the same time. */
const lanes = 8;

/** Requests come while names are still being sent; each is an entry's place in `contents`. */
function answerRequests(call: Call, contents: readonly (string | undefined)[], ctx: Context): Promise<SentFiles> {
  const sent = { files: 0, bytes: 0 };
  const work = Array.from({ length: lanes }, () => Promise.resolve());
  return new Promise((resolve, reject) => {
    const sendLater = (id: number, file: string): void => {
      sent.files++;
      const before = work[id % lanes] ?? Promise.resolve();
      const sending = before.then(async () => {
        const bytes = await sendContent(call, id, file, ctx);
        sent.bytes += bytes;
      });
      // A file that cannot be read ends the transfer at once, not when BuildKit has asked for all the others.
      sending.catch(reject);
      work[id % lanes] = sending;
    };
    const finish = async (): Promise<void> => {
      await Promise.all(work);
      call.write({ type: packetTypes.end });
      call.end();
      resolve(sent);
    };
    call.on('cancelled', () => reject(new ToolError('CANCELLED', 'BuildKit asks for no more files')));
    call.on('data', ({ type, id, data }: Packet) => {
      const file = type === packetTypes.request ? contents[id] : undefined;
      if (file !== undefined) sendLater(id, file);
      if (type === packetTypes.end) finish().catch(reject);
      if (type === packetTypes.failure) reject(new ToolError('BUILDKIT_ERR', Buffer.from(data).toString('utf8')));
    });
  });
}

async function sendContent(call: Call, id: number, file: string, ctx: Context): Promise<number> {
  let bytes = 0;
  for await (const data of ctx.system.files.readStream(file)) {
    bytes += data.length;
    await write(call, { type: packetTypes.data, id, data });
  }
  await write(call, { type: packetTypes.data, id });
  return bytes;
}

function write(call: Call, message: Partial<Packet>): Promise<void> | undefined {
  if (call.write(message)) return undefined;
  return new Promise((resolve) => {
    const done = (): void => {
      call.off('drain', done).off('close', done).off('cancelled', done);
      resolve();
    };
    call.on('drain', done).on('close', done).on('cancelled', done);
  });
}

async function statOf(root: string, { path, info }: WalkedEntry, ctx: Context): Promise<FileStat> {
  return {
    path,
    mode: goMode(info),
    uid: 0,
    gid: 0,
    size: info.kind === 'file' ? info.size : 0,
    modifiedAt: BigInt(Math.trunc(info.modifiedAt)) * 1_000_000n + BigInt(Math.round((info.modifiedAt % 1) * 1e6)),
    linkTarget: info.kind === 'link' ? await ctx.system.files.readlink(join(root, path)) : '',
  };
}

const goBits = { directory: 2 ** 31, link: 2 ** 27, setuid: 2 ** 23, setgid: 2 ** 22, sticky: 2 ** 20 };

/** Go's `os.FileMode` of an entry. */
function goMode({ mode, kind }: FileInfo): number {
  return (
    (mode & 0o777) +
    (kind === 'directory' ? goBits.directory : 0) +
    (kind === 'link' ? goBits.link : 0) +
    ((mode & 0o4000) === 0 ? 0 : goBits.setuid) +
    ((mode & 0o2000) === 0 ? 0 : goBits.setgid) +
    ((mode & 0o1000) === 0 ? 0 : goBits.sticky)
  );
}
