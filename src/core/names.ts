/**
 * The names everything else is spoken in: image names, references, digests, platforms.
 *
 * `core` holds vocabulary only: it imports nothing and does no I/O.
 */

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Content address of a manifest, config or layer: algorithm, `:`, lower-case hex (OCI image spec, descriptor.md "Digests"). */
export type Digest = `sha256:${string}` | `sha512:${string}`;

/**
 * An artifact's `image:` exactly as skaffold.yaml spells it. It is the key of every artifact map
 * and the placeholder that manifests mention; no default repo, tag or digest is ever part of it.
 */
export type ImageName = Brand<string, 'ImageName'>;

/** The daemon's name for an image: its config digest (`sha256:…`), not a registry's manifest digest. */
export type ImageId = Brand<string, 'ImageId'>;

/** A parsed image reference. Only `image/reference.ts` makes one, so holding one means it is valid. */
export interface ImageReference {
  /** Everything before tag and digest, as written: `gcr.io/p/app`, `app`. */
  readonly name: string;
  /** Registry host (and port) to talk to; `index.docker.io` where the name carries none. */
  readonly registry: string;
  /** Path within the registry, `library/` added for Docker Hub's one-word names. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** A repository in a registry: what blobs are pushed to and mounted from. */
export interface Repository {
  readonly registry: string;
  readonly repository: string;
}

/** An operating system and processor, in the words of the OCI image index. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}
