import type { BuiltArtifact } from '../../core/artifact.ts';
import type { CommandName } from '../command-names.ts';

/** A compiled Go template for a command's result (`--output` of build and version). */
export interface OutputTemplate {
  /** The template as given. */
  readonly text: string;
  /**
   * The compiled template; undefined where `text` is the flag's default, which the command prints by itself.
   * The data are plain objects with the fields of the flag's `data` type.
   */
  readonly compiled: { execute(data: unknown): string } | undefined;
}

/** What the value of each kind of flag is in a command's options. */
export interface FlagValues {
  bool: boolean;
  /** `true`, `false`, or undefined: not given, or given as any other word (Skaffold's BoolOrUndefined). */
  triBool: boolean | undefined;
  int: number;
  intOrUnset: number | undefined;
  string: string;
  /** Undefined is "not given"; the empty string was given. */
  stringOrUnset: string | undefined;
  /** May be repeated; undefined is "not given". */
  reposOrUnset: readonly string[] | undefined;
  /** Comma-separated with CSV quoting; may be repeated. */
  stringSlice: readonly string[];
  /** May be repeated; commas are part of the value. */
  stringArray: readonly string[];
  /** Milliseconds. */
  duration: number;
  template: OutputTemplate;
  /** The content of a build-artifacts file; undefined where none was given. */
  artifacts: readonly BuiltArtifact[] | undefined;
  /** Images given by hand. */
  images: readonly BuiltArtifact[];
  /** Words of `--port-forward` as given, booleans included. */
  portForward: readonly string[];
  /** One of the flag's `values`. */
  choice: string;
}

/** Skaffold's name for the type of data that a template flag's template is executed on. */
export type TemplateData = 'flags.BuildOutput' | 'version.Info';

export type FlagKind = keyof FlagValues;

/** What a shell offers as the value of a flag. */
type CompletionHint = 'file' | 'directory' | 'profile' | 'module' | 'image' | 'kube-context' | 'none';

/** One row of the flag table. Everything else (parsing, environment, help, completion, types) is derived from it. */
export interface Flag {
  readonly name: string;
  /** One character. */
  readonly short?: string;
  readonly kind: FlagKind;
  /** As typed on a command line; left out it is the kind's empty value. */
  readonly default?: string;
  /** Where a command has a default of its own. */
  readonly defaults?: Partial<Readonly<Record<CommandName, string>>>;
  /** The commands that take it, all of them, or those that read a skaffold.yaml (see `configured.ts`). */
  readonly on: readonly CommandName[] | 'all' | 'configured';
  /** What the flag means without a value, where that is not `true` of a boolean kind. */
  readonly bare?: string;
  /** Parses as usual but is not listed in help and completion. */
  readonly hidden?: true;
  /** Use of the flag prints `Flag --name has been deprecated, ` and this text. */
  readonly deprecated?: string;
  /** The allowed words of a `choice`, and what completion offers for other kinds. */
  readonly values?: readonly string[];
  readonly complete?: CompletionHint;
  /** What the template of a `template` flag is executed on. */
  readonly data?: TemplateData;
  /** Not a flag of Skaffold: its variable is `SLIPWAY_…` only. */
  readonly own?: true;
  readonly help: string;
}
