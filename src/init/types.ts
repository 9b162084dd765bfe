/** Builders by the names that `--analyze` prints and `--artifact` takes (Skaffold's). */
export const builderNames = ['Docker', 'Jib Maven Plugin', 'Jib Gradle Plugin', 'Ko', 'Buildpacks', 'None'] as const;

export type BuilderName = (typeof builderNames)[number];

/** Something in a project that can build an image. */
export interface FoundBuilder {
  readonly name: BuilderName;
  /** The file it was found by, relative to the project and `/`-separated. */
  readonly path: string;
  /** Image of the buildpacks builder. */
  readonly builder?: string;
  /** The image the build file itself names (Jib). */
  readonly image?: string;
  /** Maven module or Gradle project (Jib). */
  readonly project?: string;
}

/** An image and what builds it. */
export interface Pair {
  readonly builder: FoundBuilder;
  readonly image: string;
  /** Directory of the sources; that of the build file where it is left out. */
  readonly context?: string;
  /** The manifest to write for it, and the port of its service; 0 for none. */
  readonly manifest?: { readonly path: string; readonly port: number };
}

/** A file with Kubernetes objects. */
export interface FoundManifest {
  readonly path: string;
  /** Every text under a key `image`, as written. */
  readonly images: readonly string[];
}

/** A directory with a Chart.yaml. */
export interface FoundChart {
  readonly directory: string;
  /** Text of Chart.yaml. */
  readonly text: string;
  /** The other YAML files of the directory. */
  readonly valuesFiles: readonly string[];
}

/** What `init` is asked for; each field is the flag of that name. */
export interface InitOptions {
  readonly analyze: boolean;
  readonly artifacts: readonly string[];
  readonly manifests: readonly string[];
  readonly defaultKustomization: string;
  readonly force: boolean;
  readonly generateManifests: boolean;
  readonly skipBuild: boolean;
  readonly skipDeploy: boolean;
  readonly skipUnreachableDirectories: boolean;
  /** Where the configuration will stand, as given; `-` for standard output. */
  readonly target: string;
  /** Which builders are looked for besides Dockerfiles. */
  readonly detect: {
    readonly jib: boolean;
    readonly jibGradle: boolean;
    readonly ko: boolean;
    readonly buildpacks: boolean;
  };
  readonly buildpacksBuilder: string;
}
