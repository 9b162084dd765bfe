/** What is mounted for one command besides the image itself, whatever kind of sandbox does it. */
import type { RunMount } from '../../../dockerfile/run-mount.ts';

/** A mount with its source at hand. */
export type PreparedMount =
  /** A file or directory of this machine, by an absolute path. */
  | {
      readonly kind: 'bind';
      readonly target: string;
      readonly source: string;
      readonly isFile: boolean;
      readonly readOnly: boolean;
    }
  /** A path of another tree, given by its unpacked layers; what is written there is dropped. */
  | {
      readonly kind: 'layers';
      readonly target: string;
      readonly lowers: readonly string[];
      /** Relative to the tree's root. */
      readonly source: string;
      readonly isFile: boolean;
      readonly readOnly: boolean;
    }
  | { readonly kind: 'tmpfs'; readonly target: string; readonly size: number | undefined }
  | {
      readonly kind: 'secret';
      readonly target: string;
      readonly content: Uint8Array;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    };

/** All mounts of a command, with what they bring into its environment. */
export interface PreparedMounts {
  readonly mounts: readonly PreparedMount[];
  readonly environment: ReadonlyMap<string, string>;
  /** Texts that must not appear in an error. */
  readonly secrets: readonly string[];
  /** Lets go of caches and sockets. */
  release(): Promise<void>;
}

/** Where a mount goes when nothing is said. */
export function targetOf(mount: RunMount, index: number): string | undefined {
  if (mount.type === 'secret' && mount.target === undefined)
    return mount.env === undefined ? `/run/secrets/${secretId(mount)}` : undefined;
  if (mount.type === 'ssh') return mount.target ?? `/run/buildkit/ssh_agent.${index}`;
  return mount.target;
}

/** A secret without an id is named after its source or its target, as in BuildKit. */
export function secretId({ id, source, target }: RunMount): string {
  return id ?? (source ?? target ?? '').split('/').at(-1) ?? '';
}
