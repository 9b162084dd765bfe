/** `build.artifacts[].custom` after defaults (the schema's `CustomArtifact`). */
export interface CustomSpec {
  /** A shell command; a template. */
  readonly buildCommand?: string;
  /** What the image is made of: one of `paths`, `dockerfile` and `command`. */
  readonly dependencies?: CustomDependencies;
}

export interface CustomDependencies {
  readonly paths?: readonly string[];
  /** Patterns of files to leave out of `paths`. */
  readonly ignore?: readonly string[];
  readonly dockerfile?: {
    readonly path?: string;
    readonly buildArgs?: Readonly<Record<string, string | null>>;
  };
  /** A command line that prints the files as a JSON list of texts. */
  readonly command?: string;
}
