import type { Diagnostic } from '../core/diagnostic.ts';
import type { Project } from '../core/project.ts';

/** What decides which configuration is loaded and how: flags and the command that is run. */
export interface LoadOptions {
  /** Path (relative ones against the working directory), `-` for standard input, or an http(s) URL. */
  readonly filename: string;
  /** `-p` values in order; a leading `-` switches a profile off. */
  readonly profiles: readonly string[];
  /** `-m` values; empty for all modules. */
  readonly modules: readonly string[];
  /** Name of the command (`build`, `render`, …): profiles may be activated by it, and some checks belong to some commands. */
  readonly command: string;
  readonly profileAutoActivation: boolean;
  /** Whether `-p` values also reach required configurations. */
  readonly propagateProfiles: boolean;
  /** `--kube-context`. */
  readonly kubeContext: string | undefined;
  /** `--kubeconfig`. */
  readonly kubeconfig: string | undefined;
  /** `--cloud-run-location`. */
  readonly cloudRunLocation?: string;
  /** `--remote-cache-dir`, relative to the working directory; `~/.skaffold/remote-cache` when left out. */
  readonly remoteCacheDirectory?: string;
  /** `--sync-remote-cache`: when copies of remote configurations are brought up to date; `always` when left out. */
  readonly syncRemoteCache?: 'always' | 'missing' | 'never';
  /** All of standard input; needed when `filename` or a required path is `-`. */
  readonly stdin?: Uint8Array;
}

/** A project ready to work on, and what is worth telling about its configuration. */
export interface LoadedProject {
  readonly project: Project;
  readonly warnings: readonly Diagnostic[];
}
