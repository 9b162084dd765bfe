import type { YamlNode } from './yaml-node.ts';

/** One Kubernetes object, its keys in the order the user wrote them. Never mutated: transforms return new ones. */
export interface Manifest {
  readonly root: YamlNode;
  readonly origin: ManifestOrigin;
  /** Its text where that is passed on as it is instead of being printed from `root`; with a final line break. */
  readonly verbatim?: string;
}

/** Which file or generator a manifest came from, for messages and ordering. */
export interface ManifestOrigin {
  /** `metadata.name` of the configuration it belongs to, where that has one. */
  readonly module: string | undefined;
  /** File path as the user would write it, or a generator such as `kustomize build base`. */
  readonly source: string;
  /** The text the nodes' offsets point into, for `file:line:column`. */
  readonly text: string;
}

/** A step over all manifests, such as replacing images or setting labels. Pure. */
export type Transform = (manifests: readonly Manifest[]) => readonly Manifest[];
