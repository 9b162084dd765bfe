import { join, posix } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context, FileInfo } from '../../core/ports.ts';
import { endOfArchive, paddingFor, type TarEntry, tarHeader } from '../../image/tar.ts';

/** What is sent to the engine: a stream of tar bytes, and the name its Dockerfile has in there. */
export interface ContextArchive {
  readonly dockerfile: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * The build context as a tar: exactly the files of the request, with their own modes, owners and times; directories
 * that the list implies are left to the engine, as in Skaffold. A Dockerfile outside the workspace goes by a name of its
 * own, which an ignore file hides from `COPY`, as the `docker` command does.
 */
export function contextArchive(request: DockerfileBuild, ctx: Context): ContextArchive {
  const inside = request.context.filter((path) => path !== '..' && !path.startsWith('../'));
  if (inside.includes(request.dockerfileName)) {
    return { dockerfile: request.dockerfileName, bytes: archive(request.workspace, inside, [], ctx) };
  }
  const name = '.dockerfile.outside-context';
  const generated = [
    { path: name, content: () => ctx.system.files.read(request.dockerfile) },
    { path: '.dockerignore', content: async () => Buffer.from(`${name}\n.dockerignore\n`) },
  ];
  return { dockerfile: name, bytes: archive(request.workspace, inside, generated, ctx) };
}

interface GeneratedFile {
  readonly path: string;
  readonly content: () => Promise<Uint8Array>;
}

async function* archive(
  workspace: string,
  paths: readonly string[],
  generated: readonly GeneratedFile[],
  ctx: Context,
): AsyncGenerator<Uint8Array> {
  for (const path of paths) yield* fileEntry(workspace, path, ctx);
  for (const { path, content } of generated) {
    const bytes = await content();
    yield tarHeader({ path, kind: 'file', mode: 0o600, uid: 0, gid: 0, size: bytes.length, modifiedAt: 0 });
    yield bytes;
    yield paddingFor(bytes.length);
  }
  yield endOfArchive;
}

async function* fileEntry(workspace: string, path: string, ctx: Context): AsyncGenerator<Uint8Array> {
  const file = join(workspace, path);
  const info = await ctx.system.files.lstat(file);
  if (info === undefined) throw new ToolError('FILE_READ_ERR', `cannot read ${file}: it is gone since the build began`);
  if (info.kind === 'directory') yield tarHeader(entry(path, 'directory', info));
  if (info.kind === 'link') yield* linkEntry(file, path, info, ctx);
  if (info.kind !== 'file') return;
  yield tarHeader({ ...entry(path, 'file', info), size: info.size });
  yield* exactContent(file, info.size, ctx);
  yield paddingFor(info.size);
}

function entry(path: string, kind: TarEntry['kind'], info: FileInfo): TarEntry {
  const { mode, uid, gid } = info;
  return { path, kind, mode, uid, gid, size: 0, modifiedAt: Math.floor(info.modifiedAt / 1000) };
}

// As in Skaffold: an absolute link would mean another file on the engine's machine.
async function* linkEntry(file: string, path: string, info: FileInfo, ctx: Context): AsyncGenerator<Uint8Array> {
  const target = await ctx.system.files.readlink(file);
  if (!posix.isAbsolute(target)) yield tarHeader({ ...entry(path, 'symlink', info), target });
  else ctx.emit({ type: 'log', level: 'warning', message: `Skipping ${file}. Only relative symlinks are supported.` });
}

// A tar entry's size is written before its content, so the two must not differ.
async function* exactContent(file: string, size: number, ctx: Context): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const chunk of ctx.system.files.readStream(file)) {
    seen += chunk.length;
    if (seen > size) break;
    yield chunk;
  }
  if (seen === size) return;
  throw new ToolError('FILE_CHANGED', `${file} changed while it was being sent to the Docker Engine`, {
    suggestions: [{ code: 'BUILD_AGAIN', action: 'Build again once nothing writes to it any more' }],
  });
}
