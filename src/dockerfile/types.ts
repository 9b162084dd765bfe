/** What `dockerfile/parse.ts` makes of a Dockerfile. Words are as written: variables and quotes are still in them. */

/** The character that continues lines and takes the meaning from the next character. */
export type EscapeCharacter = '\\' | '`';

/** A file written inside a Dockerfile (`<<NAME`). */
export interface Heredoc {
  /** The word after `<<`, quotes removed; for COPY and ADD also the file's name. */
  readonly name: string;
  /** The lines up to the terminator, line ends kept as written. */
  readonly content: string;
  /** False when the word was quoted: then variables inside stay as they are. */
  readonly expand: boolean;
  /** `<<-`: leading tabs of each line do not count. They are still in `content`; see `heredocText`. */
  readonly chomp: boolean;
}

/** One instruction cut into pieces, its meaning not looked at. */
export interface DockerfileNode {
  /** As written, in any case. */
  readonly keyword: string;
  /** First and last line, counted from 1; heredocs included. */
  readonly line: number;
  readonly endLine: number;
  /** The instruction on one line: continuations joined, comments within it left out, heredoc bodies not included. */
  readonly original: string;
  /** Leading `--name[=value]` words, quotes removed. */
  readonly flags: readonly string[];
  /** Words as this kind of instruction separates them; of ENV and LABEL they are name, value, `=` or empty, in turn. */
  readonly words: readonly string[];
  /** Whether the words came from a JSON array. */
  readonly json: boolean;
  readonly heredocs: readonly Heredoc[];
}

/** A Dockerfile cut into instructions. */
export interface DockerfileNodes {
  readonly escape: EscapeCharacter;
  readonly directives: { readonly syntax?: string; readonly escape?: string; readonly check?: string };
  readonly nodes: readonly DockerfileNode[];
  /** Lines (from 1) of instructions that have blank lines after a continuation, which Docker warns about. */
  readonly emptyContinuations: readonly number[];
}

/** A parsed Dockerfile: every instruction valid by itself, those before the first FROM are ARGs. */
export interface Dockerfile {
  readonly escape: EscapeCharacter;
  readonly directives: DockerfileNodes['directives'];
  readonly instructions: readonly Instruction[];
  readonly emptyContinuations: readonly number[];
}

export interface Located {
  readonly line: number;
  readonly endLine: number;
  readonly original: string;
}

/** Exec form (`json`) or shell form, where `words` is the one text for the shell. */
export interface CommandLine {
  readonly json: boolean;
  readonly words: readonly string[];
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export interface FromInstruction extends Located {
  readonly kind: 'FROM';
  readonly image: string;
  /** After `AS`, in lower case. */
  readonly name?: string;
  readonly platform?: string;
}

export interface ArgInstruction extends Located {
  readonly kind: 'ARG';
  readonly arguments: readonly { readonly name: string; readonly value?: string }[];
}

export interface PairsInstruction extends Located {
  readonly kind: 'ENV' | 'LABEL';
  readonly pairs: readonly KeyValue[];
}

interface CopyLike extends Located {
  /** Sources other than heredocs. */
  readonly sources: readonly string[];
  readonly heredocs: readonly Heredoc[];
  readonly destination: string;
  readonly chown?: string;
  readonly chmod?: string;
  readonly link: boolean;
  readonly exclude: readonly string[];
}

export interface CopyInstruction extends CopyLike {
  readonly kind: 'COPY';
  readonly from?: string;
  readonly parents: boolean;
}

export interface AddInstruction extends CopyLike {
  readonly kind: 'ADD';
  readonly checksum?: string;
  readonly keepGitDir?: boolean;
  readonly unpack?: boolean;
}

export interface RunInstruction extends Located {
  readonly kind: 'RUN';
  readonly command: CommandLine;
  readonly heredocs: readonly Heredoc[];
  /** Values of `--mount`, as written. */
  readonly mounts: readonly string[];
  readonly network: 'default' | 'none' | 'host';
  readonly security: 'sandbox' | 'insecure';
}

export interface CommandInstruction extends Located {
  readonly kind: 'CMD' | 'ENTRYPOINT';
  readonly command: CommandLine;
}

export interface ShellInstruction extends Located {
  readonly kind: 'SHELL';
  readonly words: readonly string[];
}

/** `test` as image configs hold it: `["NONE"]`, `["CMD", …]` or `["CMD-SHELL", text]`. Durations are nanoseconds. */
export interface HealthcheckInstruction extends Located {
  readonly kind: 'HEALTHCHECK';
  readonly test: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly startInterval?: number;
  readonly retries?: number;
}

export interface ListInstruction extends Located {
  /** EXPOSE's ports are sorted, as BuildKit keeps them. */
  readonly kind: 'EXPOSE' | 'VOLUME';
  readonly values: readonly string[];
}

export interface TextInstruction extends Located {
  readonly kind: 'WORKDIR' | 'USER' | 'STOPSIGNAL' | 'MAINTAINER';
  readonly value: string;
}

export interface OnBuildInstruction extends Located {
  readonly kind: 'ONBUILD';
  /** The instruction to run later, heredocs included; `parseTrigger` reads it. */
  readonly expression: string;
}

export type Instruction =
  | FromInstruction
  | ArgInstruction
  | PairsInstruction
  | CopyInstruction
  | AddInstruction
  | RunInstruction
  | CommandInstruction
  | ShellInstruction
  | HealthcheckInstruction
  | ListInstruction
  | TextInstruction
  | OnBuildInstruction;
