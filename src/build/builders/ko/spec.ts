/** `build.artifacts[].ko` after defaults (the schema's `KoArtifact`). */
export interface KoSpec {
  /** Base image; without it that of `.ko.yaml`, or ko's own default. */
  readonly fromImage?: string;
  readonly dependencies?: { readonly paths?: readonly string[]; readonly ignore?: readonly string[] };
  /** Directory of the Go module, relative to the context. */
  readonly dir?: string;
  /** `NAME=VALUE` for the compiler; templates. */
  readonly env?: readonly string[];
  readonly flags?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly ldflags?: readonly string[];
  /** The package to build, relative to `dir`. */
  readonly main?: string;
}
