/** Messages that BuildKit sends to its client within a session: files, credentials, secrets, SSH, health. */
import { bytes, type Codec, integer, long, message, one, text } from './protobuf.ts';

/** An entry of a directory (tonistiigi/fsutil, `types/stat.proto`). */
export interface FileStat {
  readonly path: string;
  /** Go's `os.FileMode`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Nanoseconds since the epoch. */
  readonly modifiedAt: bigint;
  readonly linkTarget: string;
}
const fileStat: Codec<FileStat> = message({
  path: text(1),
  mode: integer(2),
  uid: integer(3),
  gid: integer(4),
  size: integer(5),
  modifiedAt: long(6),
  linkTarget: text(7),
});

/** What `FileSync/DiffCopy` exchanges (tonistiigi/fsutil, `types/wire.proto`). */
export interface Packet {
  /** One of `packetTypes`. */
  readonly type: number;
  readonly stat: FileStat | undefined;
  /** Which file: the place of its entry among all that were sent. */
  readonly id: number;
  readonly data: Uint8Array;
}
export const packet: Codec<Packet> = message({
  type: integer(1),
  stat: one(2, fileStat),
  id: integer(3),
  data: bytes(4),
});

/** The kinds of packets: an entry, a request for a file's content, a piece of it, the end, a failure. */
export const packetTypes = { stat: 0, request: 1, data: 2, end: 3, failure: 4 } as const;

interface HealthResponse {
  readonly status: number;
}
export const healthResponse: Codec<HealthResponse> = message({ status: integer(1) });

interface CredentialsRequest {
  readonly host: string;
}
export const credentialsRequest: Codec<CredentialsRequest> = message({ host: text(1) });

export interface CredentialsResponse {
  readonly username: string;
  readonly secret: string;
}
export const credentialsResponse: Codec<CredentialsResponse> = message({ username: text(1), secret: text(2) });

/** A secret or an SSH agent by its id. */
export interface ById {
  readonly id: string;
}
export const byId: Codec<ById> = message({ id: text(1) });

interface SecretResponse {
  readonly data: Uint8Array;
}
export const secretResponse: Codec<SecretResponse> = message({ data: bytes(1) });
