/** The keys of Skaffold's cache file, computed as Skaffold does, so that it finds what was built here. */
import { createHash } from 'node:crypto';
import type { SkaffoldKey } from '../core/plugins.ts';
import type { Context, FileInfo } from '../core/ports.ts';
import type { ImageTest } from '../core/project.ts';
import { compareText } from '../dockerfile/text.ts';
import { encodeJson } from '../go/json.ts';
import { structureTestFiles } from './test-files.ts';

/** What the hash of one artifact is made of. */
export interface HashedParts extends SkaffoldKey {
  /** Absolute paths of its files and of those of its tests; missing ones do not count. */
  readonly files: readonly string[];
  /** `os/arch` or `os/arch/variant`. */
  readonly platforms: readonly string[];
}

/** The hash (hex) of an artifact that requires no other. */
export async function hashArtifact({ config, args, files, platforms }: HashedParts, ctx: Context): Promise<string> {
  return hashTexts([
    goJson(config),
    ...(await hashFiles([...files].sort(compareText), ctx)),
    ...[...args].sort(compareText),
    ...[...platforms].sort(compareText),
  ]);
}

/** The hash of an artifact whose own is `own`, over those of the artifacts it requires in the order of their images. */
export function hashWithRequired(own: string, required: readonly string[]): string {
  return required.length === 0 ? own : hashTexts([own, ...required]);
}

/**
 * The files that structure tests of an image are written in, or undefined where custom tests name files of their own:
 * finding those would mean running the users' commands.
 */
export async function filesOfTests(
  tests: readonly ImageTest[],
  { system }: Context,
): Promise<readonly string[] | undefined> {
  if (tests.some(({ namesDependencies }) => namesDependencies)) return undefined;
  return (await Promise.all(tests.map((test) => structureTestFiles(test, system.files)))).flat();
}

function hashTexts(texts: readonly string[]): string {
  return createHash('sha256')
    .update(`${goJson(texts)}\n`)
    .digest('hex');
}

/** As Go's encoder writes structs, maps and lists: compact, with escapes for HTML. */
function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' ? encodeJson(value, { escapeHtml: true }) : String(value);
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return `{${entries.map(([key, item]) => `${goJson(key)}:${goJson(item)}`).join(',')}}`;
}

const filesAtOnce = 16;

/** Bytes up to which a file is read in one piece, which is much faster than a stream. */
const readAtOnce = 256 * 1024;

async function hashFiles(paths: readonly string[], ctx: Context): Promise<readonly string[]> {
  const hashes: string[] = [];
  for (let start = 0; start < paths.length; start += filesAtOnce) {
    ctx.signal.throwIfAborted();
    const some = await Promise.all(paths.slice(start, start + filesAtOnce).map((path) => hashFile(path, ctx)));
    hashes.push(...some.flatMap((hash) => hash ?? []));
  }
  return hashes;
}

/** MD5 of mode, name and content; the content of regular files only, and nothing for what is not there. */
async function hashFile(path: string, { system: { files } }: Context): Promise<string | undefined> {
  const info = await files.lstat(path);
  if (info === undefined) return undefined;
  const head = goMode(info) + path.slice(path.lastIndexOf('/') + 1);
  const hash = createHash('md5').update(head);
  if (info.kind !== 'file') return hash.digest('hex');
  if (info.size <= readAtOnce) return hash.update(await files.read(path)).digest('hex');
  for await (const piece of files.readStream(path)) hash.update(piece);
  return hash.digest('hex');
}

/** A mode as Go's `FileMode.String` writes it: `-rw-r--r--`, `drwxr-xr-x`, `Lrwxrwxrwx`, `urwxr-xr-x`. */
function goMode({ kind, mode }: FileInfo): string {
  const marks = [
    kind === 'directory' ? 'd' : '',
    kind === 'link' ? 'L' : '',
    (mode & 0o4000) === 0 ? '' : 'u',
    (mode & 0o2000) === 0 ? '' : 'g',
    (mode & 0o1000) === 0 ? '' : 't',
  ].join('');
  const bits = [...'rwxrwxrwx'].map((letter, index) => ((mode & (0o400 >> index)) === 0 ? '-' : letter));
  return (marks === '' ? '-' : marks) + bits.join('');
}
