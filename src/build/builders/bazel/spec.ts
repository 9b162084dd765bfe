/** `build.artifacts[].bazel` (the schema's `BazelArtifact`). */
export interface BazelSpec {
  /** A target that makes an archive of the image, such as `//app:image.tar`. */
  readonly target: string;
  readonly args?: readonly string[];
  /** Bazel's own platform targets by platform. */
  readonly platforms?: readonly { readonly platform: string; readonly target: string }[];
}
