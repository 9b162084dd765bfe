/** The application as a tar: what of the workspace buildpacks get to see. */
import { join } from 'node:path';
import type { ContainerUser } from '../../../core/containers.ts';
import { ToolError } from '../../../core/errors.ts';
import type { Context, WalkedEntry } from '../../../core/ports.ts';
import { parseIgnoreFile } from '../../../dockerfile/ignore.ts';
import { endOfArchive, paddingFor, type TarEntry, tarHeader } from '../../../image/tar.ts';
import type { ProjectDescriptor } from './project-descriptor.ts';

/** The time all files of an application get, as with the pack command: one second after the beginning of 1980. */
const applicationTime = 315_532_801;

/** Whether a path of the workspace, `/`-separated, is part of the application. Patterns are those of `.gitignore`. */
export function applicationFilter(
  { include, exclude }: Pick<ProjectDescriptor, 'include' | 'exclude'>,
  file: string,
): (path: string) => boolean {
  if (include.length === 0 && exclude.length === 0) return () => true;
  const isNamed = parseIgnoreFile([...include, ...exclude].map(anchored).join('\n'), file);
  return (path) => isNamed.ignores(path) === include.length > 0;
}

/**
 * A pattern of `.gitignore` in the language of `.dockerignore`, where every pattern begins at the root: one without a
 * slash but at its end means any depth, one with a slash at its end means directories.
 */
function anchored(pattern: string): string {
  const [, negated = '', body = ''] = /^(!?)(.*?)\s*$/.exec(pattern) ?? [];
  if (body === '' || body.startsWith('#')) return '';
  const isAnywhere = !body.slice(0, -1).includes('/');
  const placed = isAnywhere ? `**/${body}` : body.replace(/^\//, '');
  return `${negated}${placed.endsWith('/') ? `${placed}**` : placed}`;
}

/**
 * The workspace as a tar below `directory`, owned by `owner`, with modes of its own and one time for everything, so that the
 * same files give the same bytes. Sockets, pipes and devices are left out.
 *
 * @throws `FILE_CHANGED` for a file whose size changes meanwhile.
 */
export async function* applicationArchive(
  workspace: string,
  { directory, owner, filter }: ApplicationPlace,
  ctx: Context,
): AsyncGenerator<Uint8Array> {
  const root = directory.replace(/^\//, '');
  yield tarHeader({ ...basic(owner), path: root, kind: 'directory', mode: 0o755 });
  for (const entry of await ctx.system.files.walk(workspace)) {
    if (filter(entry.path.replaceAll('\\', '/'))) yield* entryBytes(workspace, root, entry, owner, ctx);
  }
  yield endOfArchive;
}

export interface ApplicationPlace {
  /** Absolute, in the container. */
  readonly directory: string;
  readonly owner: ContainerUser;
  readonly filter: (path: string) => boolean;
}

const basic = ({ uid, gid }: ContainerUser): Pick<TarEntry, 'uid' | 'gid' | 'size' | 'modifiedAt'> => ({
  ...{ uid, gid, size: 0, modifiedAt: applicationTime },
});

async function* entryBytes(
  workspace: string,
  root: string,
  { path, info }: WalkedEntry,
  owner: ContainerUser,
  ctx: Context,
): AsyncGenerator<Uint8Array> {
  const common = { ...basic(owner), path: `${root}/${path.replaceAll('\\', '/')}`, mode: info.mode };
  const file = join(workspace, path);
  if (info.kind === 'directory') yield tarHeader({ ...common, kind: 'directory' });
  if (info.kind === 'link') {
    yield tarHeader({ ...common, kind: 'symlink', mode: 0o777, target: await ctx.system.files.readlink(file) });
  }
  if (info.kind !== 'file') return;
  yield tarHeader({ ...common, kind: 'file', size: info.size });
  let seen = 0;
  for await (const chunk of ctx.system.files.readStream(file, { start: 0, end: info.size })) {
    seen += chunk.length;
    yield chunk;
  }
  if (seen !== info.size) throw changed(file);
  yield paddingFor(info.size);
}

function changed(file: string): ToolError {
  return new ToolError('FILE_CHANGED', `${file} changed while it was being read`, {
    suggestions: [{ code: 'BUILD_AGAIN', action: 'Build again once nothing writes to it any more' }],
  });
}

/** Small files as a tar below a directory, owned by root and readable by everyone. */
export async function* filesArchive(
  directory: { readonly path: string; readonly owner: ContainerUser },
  files: ReadonlyMap<string, string>,
): AsyncGenerator<Uint8Array> {
  const root = directory.path.replace(/^\//, '');
  yield tarHeader({ ...basic(directory.owner), path: root, kind: 'directory', mode: 0o755 });
  const made = new Set<string>();
  for (const [name, text] of files) {
    const parent = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '';
    if (parent !== '' && !made.has(parent)) {
      made.add(parent);
      yield tarHeader({ ...basic({ uid: 0, gid: 0 }), path: `${root}/${parent}`, kind: 'directory', mode: 0o755 });
    }
    const content = Buffer.from(text);
    const entry = { ...basic({ uid: 0, gid: 0 }), path: `${root}/${name}`, kind: 'file', mode: 0o644 } as const;
    yield tarHeader({ ...entry, size: content.length });
    yield content;
    yield paddingFor(content.length);
  }
  yield endOfArchive;
}
