import type { SourceRange } from './diagnostic.ts';
import type { ImageName } from './names.ts';

/** One `build.artifacts[]` entry after upgrade, profiles, defaults and path resolution. */
export interface Artifact<Spec = unknown> {
  readonly image: ImageName;
  /** Absolute workspace directory (`context:`). */
  readonly workspace: string;
  /** `context:` as written (default `.`); Skaffold's `inputDigest` and messages use it. */
  readonly context: string;
  /** Which builder: the one key of the entry's variant, such as `docker` or `buildpacks`. */
  readonly type: string;
  /** That key's value, defaults filled in; only the builder of that type looks inside. */
  readonly spec: Spec;
  readonly requires: readonly { readonly image: ImageName; readonly alias: string }[];
  readonly platforms: readonly string[];
  readonly runtimeType?: string;
  readonly hooks: Hooks;
  /** Where the entry stands in the configuration. */
  readonly at?: SourceRange;
}

/** One entry of `test[]`. Builds look at its files too: they are part of Skaffold's cache keys. */
export interface ImageTest {
  readonly image: ImageName;
  /** Absolute. */
  readonly directory: string;
  /** Files and patterns, relative to `directory`. */
  readonly structureTests: readonly string[];
  /** More arguments for `container-structure-test`. */
  readonly structureTestsArgs: readonly string[];
  readonly custom: readonly CustomTest[];
  /** Some custom test says which files it depends on. */
  readonly namesDependencies: boolean;
}

/** A command that checks an image. */
export interface CustomTest {
  /** A template; the result is run by a shell. */
  readonly command: string;
  /** 0: none. */
  readonly timeoutSeconds: number;
}

/** Commands around a build. */
export interface Hooks {
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
}

export interface Hook {
  readonly command: readonly string[];
  readonly dir?: string;
  readonly os?: readonly string[];
}

/** One module: a YAML document of skaffold.yaml made final. Modules keep their order of dependency. */
export interface Module {
  /** `metadata.name`. */
  readonly name: string | undefined;
  /** The file it was read from, as the user named it. */
  readonly file: string;
  /** Directory that relative paths of this module are resolved against. */
  readonly directory: string;
  readonly artifacts: readonly Artifact[];
  /** `test[]`: what is checked of images. */
  readonly tests?: readonly ImageTest[];
  readonly build: {
    /** `local`, `cluster` or `googleCloudBuild`. */
    readonly environment: string;
    /** The value of that key: `push`, `concurrency`, `useBuildkit`, … */
    readonly environmentSpec: unknown;
    readonly concurrency: number | undefined;
    readonly push: boolean | undefined;
    readonly tagPolicy: PluginEntry;
    readonly insecureRegistries: readonly string[];
    readonly platforms: readonly string[];
    readonly hooks: Hooks;
  };
  /** In the order they render: `kpt`, `rawYaml`, `kustomize`, `helm`. */
  readonly manifests: readonly PluginEntry[];
  readonly manifestTransforms: {
    readonly transform: readonly unknown[];
    readonly validate: readonly unknown[];
    readonly hooks: unknown;
  };
  readonly deploy: readonly PluginEntry[];
  readonly deployKubeContext: string | undefined;
  readonly resourceSelector: { readonly allow: readonly ResourceFilter[]; readonly deny: readonly ResourceFilter[] };
}

/** A plug-in's key and what the configuration says under it. */
export interface PluginEntry {
  readonly type: string;
  readonly spec: unknown;
}

/** One rule of `resourceSelector` (which fields of which kinds hold images and labels). */
export interface ResourceFilter {
  readonly groupKind: string;
  readonly image: readonly string[];
  readonly labels: readonly string[];
  readonly podSpec: readonly string[];
}

/** All the modules one command works on. Immutable; nothing after this reads skaffold.yaml. */
export interface Project {
  readonly modules: readonly Module[];
  readonly activeProfiles: readonly string[];
}
