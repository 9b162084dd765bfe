/** `build.artifacts[].docker` after defaults (the schema's `DockerArtifact`). */
export interface DockerSpec {
  readonly dockerfile: string;
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string | null>>;
  readonly network?: string;
  readonly addHost?: readonly string[];
  readonly cacheFrom?: readonly string[];
  readonly cliFlags?: readonly string[];
  readonly pullParent?: boolean;
  readonly noCache?: boolean;
  readonly squash?: boolean;
  readonly secrets?: readonly unknown[];
  readonly ssh?: string;
}
