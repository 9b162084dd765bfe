/** A comparison case as data: a folder with a Dockerfile and its context, and a `case.json` for what a checkout cannot hold. */
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** What `case.json` may say; everything is optional. */
interface CaseOptions {
  /** Which of the Docker Engine's two builders is compared with; the classic one, which the docker engine uses, by default. */
  readonly builder?: 'classic' | 'buildkit';
  /** Why it is not the classic one: how that one differs from what every newer Docker does. */
  readonly why?: string;
  readonly target?: string;
  /** `os/architecture`. */
  readonly platform?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Octal permission bits by path in the context; files are 0644 or 0755, directories 0755 otherwise. */
  readonly modes?: Readonly<Record<string, string>>;
  /** Empty directories. */
  readonly directories?: readonly string[];
  /** Link targets by path. */
  readonly links?: Readonly<Record<string, string>>;
  /** Files whose content is not kept as it is in a checkout (line ends, byte order marks). */
  readonly texts?: Readonly<Record<string, string>>;
  /** Tar archives by path; a name that ends in `gz` is compressed. */
  readonly archives?: Readonly<Record<string, readonly ArchiveEntry[]>>;
  /** Builds `Dockerfile.parent` first; the Dockerfile gets its reference as the argument `PARENT`. */
  readonly parent?: boolean;
}

interface ArchiveEntry {
  readonly name: string;
  readonly type?: 'file' | 'directory' | 'symlink' | 'link';
  readonly content?: string;
  readonly mode?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly linkname?: string;
}

export interface CompareCase {
  readonly name: string;
  readonly directory: string;
  readonly options: CaseOptions;
  /** The tree and configuration to expect, for what neither builder of Docker 20.10 does as newer ones do; else the engines are compared. */
  readonly expected: { readonly tree: Readonly<Record<string, string>>; readonly config: object } | undefined;
}

/** All cases, sorted by name. */
export function compareCases(): readonly CompareCase[] {
  const root = fileURLToPath(new URL('cases', import.meta.url));
  return readdirSync(root)
    .sort()
    .map((name) => {
      const directory = join(root, name);
      return {
        name,
        directory,
        options: (readJson(join(directory, 'case.json')) ?? {}) as CaseOptions,
        expected: readJson(join(directory, 'expected.json')) as CompareCase['expected'],
      };
    });
}

function readJson(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Lays a case out in an empty directory, the same whatever the checkout made of modes and links. */
export async function layOut({ directory, options }: CompareCase, workspace: string): Promise<void> {
  cpSync(directory, workspace, { recursive: true });
  for (const file of ['case.json', 'expected.json']) rmSync(join(workspace, file), { force: true });
  for (const entry of readdirSync(workspace, { recursive: true }) as string[]) normaliseMode(join(workspace, entry));
  const at = (path: string): string => {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    return join(workspace, path);
  };
  for (const [path, text] of Object.entries(options.texts ?? {})) writeFileSync(at(path), text, { mode: 0o644 });
  for (const path of options.directories ?? []) mkdirSync(at(path), { recursive: true });
  for (const [path, target] of Object.entries(options.links ?? {})) symlinkSync(target, at(path));
  for (const [path, entries] of Object.entries(options.archives ?? {}))
    writeFileSync(at(path), await archive(path, entries));
  for (const [path, mode] of Object.entries(options.modes ?? {})) chmodSync(at(path), Number.parseInt(mode, 8));
}

function normaliseMode(path: string): void {
  const info = lstatSync(path);
  chmodSync(path, info.isDirectory() || (info.mode & 0o100) !== 0 ? 0o755 : 0o644);
}

async function archive(path: string, entries: readonly ArchiveEntry[]): Promise<Uint8Array> {
  const tar = pack();
  for (const { name, type = 'file', content = '', mode, uid = 0, gid = 0, linkname } of entries) {
    const kind = type === 'file' ? {} : { type };
    const bits = Number.parseInt(mode ?? (type === 'directory' ? '755' : '644'), 8);
    const mtime = new Date(1_700_000_000_000);
    tar.entry({ name, ...kind, mode: bits, uid, gid, mtime, ...(linkname === undefined ? {} : { linkname }) }, content);
  }
  tar.finalize();
  const bytes = await buffer(tar);
  return path.endsWith('gz') ? gzipSync(bytes) : bytes;
}
