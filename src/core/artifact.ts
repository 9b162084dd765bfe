import type { Digest, ImageId, ImageName } from './names.ts';

/** What build hands to render and deploy: one entry of the build-artifacts JSON (`{"builds":[…]}`). */
export interface BuiltArtifact {
  readonly imageName: ImageName;
  /** The full reference to run: `repo/name:tag@sha256:…` once pushed. Skaffold names the field `tag`. */
  readonly tag: string;
  readonly runtimeType?: string;
}

/** Where a build left its image. The difference decides what is still to push and what render writes. */
export type BuildOutcome =
  /** In a container daemon under this image id. */
  | { readonly at: 'daemon'; readonly id: ImageId }
  /** In our content store: `digest` is the manifest's (or index's), `id` the image config's. */
  | { readonly at: 'store'; readonly digest: Digest; readonly id: ImageId }
  /** Already pushed; `digest` is what the registry serves for the reference, `id` the image config's where it is known. */
  | { readonly at: 'registry'; readonly digest: Digest; readonly id?: ImageId };
