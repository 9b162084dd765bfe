/** Why an artifact is built, or where it was found instead. */
import type { ImageName } from './names.ts';

export type ChangeKind =
  | 'file-added'
  | 'file-removed'
  | 'file-changed'
  | 'file-moved'
  | 'directory-added'
  | 'directory-removed'
  | 'mode-changed'
  | 'link-changed'
  | 'type-changed'
  | 'dockerfile-changed'
  | 'ignore-file-changed'
  | 'argument-added'
  | 'argument-removed'
  | 'argument-changed'
  | 'base-changed'
  | 'parameter-changed'
  | 'platforms-changed'
  | 'builder-changed'
  | 'engine-changed'
  | 'dependency-changed'
  /** A required artifact has to be built first: what it will come to is not known yet. */
  | 'dependency-rebuilt';

/** One input that is not what it was. */
export interface Change {
  readonly kind: ChangeKind;
  /** What it is about: a path relative to the workspace, or the name of an argument, image or parameter. */
  readonly name: string;
  /** What it was and what it is, where that can be told in a few words and is no secret. */
  readonly before?: string;
  readonly after?: string;
}

/**
 * `found`: nothing is to be built. `changed`: inputs differ from the last build. `first-build`: nothing is known of an earlier
 * one. `lost`: the inputs are those of an earlier build, but nobody has its image any more.
 */
export type ExplanationStatus = 'found' | 'changed' | 'first-build' | 'lost';

export interface Explanation {
  readonly image: ImageName;
  readonly status: ExplanationStatus;
  /** Where it was found: `registry` (under the wanted tag or another), `engine`, or `shared` (built elsewhere). */
  readonly where?: 'registry' | 'engine' | 'shared';
  readonly changes: readonly Change[];
}
