/** Programs of images, run one after another over the same directories: what buildpacks are built with. */
import type { BuildOutcome } from './artifact.ts';
import type { ImageName, ImageReference, Platform } from './names.ts';
import type { Context } from './ports.ts';

/** A user of an image, by numbers. */
export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
}

/** A directory that containers share. */
export interface SharedDirectory {
  /** Where containers see it, absolute. */
  readonly path: string;
  /** Who owns it at first. */
  readonly owner: ContainerUser;
  /**
   * The name under which it is kept from one build to the next, letters, digits, `.` and `-` only; without one it goes with
   * the group.
   */
  readonly keptAs?: string;
  /** Throw away what an earlier build kept. */
  readonly isCleared?: boolean;
  /** What is put into it before the first program runs: a tar whose paths are relative to the containers' root. */
  readonly content?: () => AsyncIterable<Uint8Array>;
}

/** A directory or file of this machine that a program sees. */
export interface HostMount {
  /** Absolute. */
  readonly source: string;
  /** Absolute, in the container. */
  readonly target: string;
  readonly readOnly: boolean;
}

/** One program to run to its end. */
export interface ContainerProgram {
  /** The image it is from; where an engine does not hold it, it is fetched. */
  readonly image: string;
  /** The program by its absolute path, and its arguments. Nothing secret may be among them. */
  readonly command: readonly string[];
  /** Variables over those of the image. They may be secret: nothing of them is shown, or put on a command line. */
  readonly env: Readonly<Record<string, string>>;
  readonly user: ContainerUser;
  /** The shared directories it sees, by their paths. */
  readonly directories: readonly string[];
  readonly mounts: readonly HostMount[];
  /** It talks to registries: to one on this machine's loopback address too, where `isLocal`. */
  readonly network: 'default' | 'local';
  /** It puts images into the engine itself; only where the group `exportsTo` a daemon. */
  readonly reachesDaemon: boolean;
}

/** Shared directories with what is run over them. */
export interface ContainerGroup {
  /**
   * Where a program leaves an image that is not to be pushed: in the engine's daemon, or in a registry of this process at
   * `HOST:PORT`.
   */
  readonly exportsTo: 'daemon' | { readonly registry: string };
  /** Runs a program, what it prints passed on as `output` events. @returns its exit code. */
  run(program: ContainerProgram): Promise<number>;
  /** A file below a shared directory, or undefined; for after a program has run. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Takes over the image that a program exported under a reference of `exportsTo`, as `reference`. */
  take(exported: string, reference: ImageReference): Promise<BuildOutcome>;
  /** Removes the directories that are not kept, and ends what runs. */
  close(): Promise<void>;
}

export interface ContainerGroupRequest {
  /** Whose output this is, for events. */
  readonly image: ImageName;
  readonly platform: Platform | undefined;
  readonly directories: readonly SharedDirectory[];
}

/** Opens a group. Its containers and directories are gone after `close`, whatever happened. */
export type OpenContainers = (request: ContainerGroupRequest, ctx: Context) => Promise<ContainerGroup>;
