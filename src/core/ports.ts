/**
 * Everything outside the process, as interfaces. `system/` makes the real ones, tests make fakes;
 * both pass the same contract suites. Paths are absolute unless a comment says otherwise.
 */
import type { Emit } from './events.ts';
import type { Digest, ImageReference, Repository } from './names.ts';

export type FileKind = 'file' | 'directory' | 'link' | 'other';

/** What `lstat` tells, as far as the tool needs it. */
export interface FileInfo {
  readonly kind: FileKind;
  /** Bytes. */
  readonly size: number;
  /** Permission bits including setuid, setgid and sticky: `0o7777` at most. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since the epoch, with whatever fraction the file system gives. */
  readonly modifiedAt: number;
  readonly changedAt: number;
  readonly inode: number;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: FileKind;
}

/** One entry found by {@link Files.walk}. */
export interface WalkedEntry {
  /** Relative to the walked root, `/`-separated, without a leading `./`. */
  readonly path: string;
  readonly info: FileInfo;
}

/**
 * The file system. A missing file makes the `…` methods that say so return `undefined`;
 * every other failure is a `ToolError` (`FILE_READ_ERR`, `FILE_WRITE_ERR`, `DISK_FULL`) naming the path.
 */
export interface Files {
  readText(path: string): Promise<string>;
  read(path: string): Promise<Uint8Array>;
  /** The file's content, or undefined where there is none. */
  readIfExists(path: string): Promise<Uint8Array | undefined>;
  /** Streams a file, optionally only `[start, end)`. */
  readStream(path: string, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
  /** Replaces the file in one step (temporary file beside it, rename): a reader sees the old content or the new, never half. */
  writeAtomic(
    path: string,
    content: string | Uint8Array,
    options?: { readonly mode?: number; readonly durable?: boolean },
  ): Promise<void>;
  /**
   * Streams into a temporary file in `directory`, then hands over to `place`, which says under what
   * name it is kept (or undefined to drop it). The temporary file is gone afterwards, whatever happens.
   */
  writeStream(
    directory: string,
    content: AsyncIterable<Uint8Array>,
    place: () => string | undefined,
    options?: { readonly durable?: boolean },
  ): Promise<void>;
  append(path: string, content: Uint8Array): Promise<void>;
  /** Information on the entry itself (links are not followed), or undefined where there is none. */
  lstat(path: string): Promise<FileInfo | undefined>;
  /** As `lstat`, links followed; undefined also for a dangling link. */
  stat(path: string): Promise<FileInfo | undefined>;
  /** Names sorted by code point. A missing directory is an error. */
  list(directory: string): Promise<readonly DirectoryEntry[]>;
  /**
   * All entries below `root`, depth first, siblings sorted by code point, links not followed, `root` itself left out.
   * `enter` is asked for each directory whether to go below it (the directory itself is still returned).
   */
  walk(root: string, enter?: (path: string) => boolean): Promise<readonly WalkedEntry[]>;
  readlink(path: string): Promise<string>;
  /** The canonical path, all links resolved; undefined where it does not exist. */
  realpath(path: string): Promise<string | undefined>;
  symlink(target: string, path: string): Promise<void>;
  /** Creates a directory and its parents; an existing one is fine. */
  mkdir(path: string, mode?: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  /** Sets the modification time of a file to now. */
  touch(path: string): Promise<void>;
  /** Removes a file or a whole directory; a missing one is fine. */
  remove(path: string): Promise<void>;
  /** A fresh directory under the system's temporary directory, mode 0700. The caller removes it. */
  temporaryDirectory(prefix: string): Promise<string>;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecOptions {
  readonly cwd?: string;
  /** Replaces the environment as a whole when given. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Called with each piece of output as it comes; the result still holds all of it. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', text: string) => void;
  readonly timeoutMilliseconds?: number;
  /** Standard error goes where standard output goes, in the order it is written; the result has it there too. */
  readonly together?: boolean;
}

/**
 * Runs programs from an argument array, never through a shell. The one place that starts a process.
 * Aborting kills the whole process group (SIGINT, then SIGKILL after 2 s).
 */
export interface Exec {
  /** Resolves also when the program fails; `COMMAND_NOT_FOUND` when it cannot be started, `CANCELLED` when aborted. */
  run(file: string, args: readonly string[], options?: ExecOptions): Promise<ExecResult>;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
  /** Skip TLS verification for this request. */
  readonly insecure?: boolean;
  /** Time to connect and get a TLS session; default 15 s. */
  readonly connectTimeoutMilliseconds?: number;
  /** Longest silence while sending or receiving; default 60 s. */
  readonly idleTimeoutMilliseconds?: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Header names in lower case; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body; it must be read or destroyed with `discard`. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

/** HTTP/1.1 with keep-alive, proxies from the environment, no redirects followed. Failures are `REGISTRY_UNREACHABLE`. */
export interface Http {
  request(request: HttpRequest): Promise<HttpResponse>;
}

/** What a registry says a manifest or blob is (OCI descriptor). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: {
    readonly os: string;
    readonly architecture: string;
    readonly variant?: string;
    readonly 'os.version'?: string;
  };
  readonly artifactType?: string;
}

export interface FetchedManifest {
  readonly descriptor: Descriptor;
  /** The bytes exactly as served; they hash to `descriptor.digest`. */
  readonly bytes: Uint8Array;
}

/**
 * A client of OCI registries (distribution spec 1.1). Reads the caller's Docker credentials; verifies everything it reads;
 * retries what is temporary. Errors: `REGISTRY_UNREACHABLE`, `REGISTRY_UNAUTHORIZED`, `REGISTRY_DENIED`, `REGISTRY_NOT_FOUND`,
 * `DIGEST_MISMATCH`, `REGISTRY_PROTOCOL`.
 */
export interface RegistryClient {
  /** What a tag or digest points to now (of an index: the index itself), or undefined where the registry has no such thing. */
  resolve(reference: ImageReference, signal: AbortSignal): Promise<Descriptor | undefined>;
  /** A manifest or index, as served. Throws `REGISTRY_NOT_FOUND`. */
  manifest(reference: ImageReference, signal: AbortSignal): Promise<FetchedManifest>;
  /** A blob, hashed while it streams: the last step throws `DIGEST_MISMATCH` when it is not what was asked for. */
  blob(repository: Repository, digest: Digest, signal: AbortSignal): AsyncIterable<Uint8Array>;
  hasBlob(repository: Repository, digest: Digest, signal: AbortSignal): Promise<boolean>;
  /**
   * Makes a blob present: HEAD, then mount from another repository of the same registry, then upload.
   * `open` starts the content from the beginning each time it is called (retries); it is not called when the blob is there.
   */
  pushBlob(
    repository: Repository,
    blob: { readonly digest: Digest; readonly size: number },
    open: () => AsyncIterable<Uint8Array>,
    options: { readonly mountFrom?: readonly string[]; readonly signal: AbortSignal },
  ): Promise<'exists' | 'mounted' | 'uploaded'>;
  /** Puts a manifest under the reference's tag or digest and returns the digest the registry now serves for it. */
  pushManifest(reference: ImageReference, mediaType: string, bytes: Uint8Array, signal: AbortSignal): Promise<Digest>;
  referrers(
    repository: Repository,
    digest: Digest,
    artifactType: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly Descriptor[]>;
  tags(repository: Repository, signal: AbortSignal): Promise<readonly string[]>;
  deleteManifest(repository: Repository, digest: Digest, signal: AbortSignal): Promise<void>;
  /** Lets go of idle connections, so that the process can end. */
  close(): void;
}

/** A user name and secret, an identity token, or a bearer token for one registry (Docker's `config.json` terms). */
export interface RegistryCredential {
  readonly username?: string;
  readonly password?: string;
  readonly identityToken?: string;
  readonly registryToken?: string;
}

/** Where a credential for a registry host comes from. `undefined` means anonymous. */
export interface Credentials {
  get(registry: string, repository: string, signal?: AbortSignal): Promise<RegistryCredential | undefined>;
}

/** An incoming HTTP request for a server of ours. */
export interface IncomingHttpRequest {
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface OutgoingHttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
}

/** Opens a server socket. */
export interface Listen {
  /** `address` is `HOST:PORT` or `:PORT`; port 0 picks a free one. Throws `ADDRESS_IN_USE`. */
  http(
    address: string,
    handle: (request: IncomingHttpRequest) => Promise<OutgoingHttpResponse>,
  ): Promise<{ readonly host: string; readonly port: number; close(): Promise<void> }>;
}

export interface Clock {
  now(): Date;
  /** Monotonic milliseconds, for durations. */
  monotonic(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  /** `bytes` random bytes as lower-case hex. */
  hex(bytes: number): string;
  /** In [0, 1). */
  fraction(): number;
}

/** Everything outside the process. `system/node.ts` makes the real one, tests make fakes. */
export interface System {
  readonly files: Files;
  readonly exec: Exec;
  readonly http: Http;
  readonly registry: RegistryClient;
  readonly credentials: Credentials;
  readonly listen: Listen;
  readonly clock: Clock;
  readonly random: Random;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Absolute path of this program's own executable, for tools that call it back; undefined where it has none. */
  readonly program?: string | undefined;
  readonly homeDirectory: string;
  /** In Go's words: `linux`, `darwin`, `windows`; `amd64`, `arm64`, … */
  readonly platform: { readonly os: string; readonly architecture: string };
  /**
   * The same system with a registry client that may speak plain HTTP, or TLS without verification, to these hosts.
   * They are known only once the configuration is read.
   */
  readonly withInsecureRegistries: (hosts: readonly string[]) => System;
  /** The hosts so named until now: engines that speak to registries themselves have to know them. */
  readonly insecureRegistries: readonly string[];
}

/** What every operation is given besides its own input: the outside, a voice, and a way to be stopped. */
export interface Context {
  readonly system: System;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}
