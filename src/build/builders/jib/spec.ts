/** `build.artifacts[].jib` (the schema's `JibArtifact`). */
export interface JibSpec {
  /** Maven module or Gradle project to build, where the build has several. */
  readonly project?: string;
  readonly args?: readonly string[];
  /** `maven` or `gradle`; told from the files of the context when left out. */
  readonly type?: string;
  readonly fromImage?: string;
}
