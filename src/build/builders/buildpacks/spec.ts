/** `build.artifacts[].buildpacks` after defaults (the schema's `BuildpackArtifact`). */
export interface BuildpacksSpec {
  readonly builder?: string;
  /** The image that the built one starts from; without it the builder's own choice. */
  readonly runImage?: string;
  /** `NAME=VALUE`; templates. */
  readonly env?: readonly string[];
  /** Buildpacks of the builder, as `id` or `id@version`; they replace the builder's own order. */
  readonly buildpacks?: readonly string[];
  /** The builder may see credentials of registries: the whole build then runs in one container. */
  readonly trustBuilder?: boolean;
  /** Reuse nothing of earlier builds. */
  readonly clearCache?: boolean;
  /** Path of `project.toml`, relative to the context. */
  readonly projectDescriptor?: string;
  readonly dependencies?: { readonly paths?: readonly string[]; readonly ignore?: readonly string[] };
  readonly volumes?: readonly BuildpacksVolume[];
}

/** A directory of this machine that buildpacks see. */
export interface BuildpacksVolume {
  readonly host: string;
  readonly target: string;
  /** `ro` (the default) or `rw`, and further options separated by commas. */
  readonly options?: string;
}
