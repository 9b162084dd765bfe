import type { BuiltArtifact } from './artifact.ts';
import type { ErrorCode, Suggestion } from './errors.ts';
import type { Explanation } from './explanation.ts';
import type { ImageName } from './names.ts';

/** A phase of a run, in the words Skaffold's event API uses. */
export type Phase = 'Tag' | 'Build' | 'Test' | 'Render' | 'Deploy' | 'StatusCheck';

/** What the cache check found, in the words Skaffold prints. */
export type CacheOutcome = 'not-found' | 'found-locally' | 'found-remotely' | 'tagging' | 'pushing' | 'error';

/**
 * Everything a run says while it works. Engine code only emits; who prints, draws or stores is
 * a reporter's matter. Events are plain data: they serialise to JSON and never hold live objects.
 */
export type Event =
  | { readonly type: 'phase-started'; readonly phase: Phase }
  | { readonly type: 'phase-succeeded'; readonly phase: Phase }
  | { readonly type: 'phase-failed'; readonly phase: Phase; readonly error: ErrorReport }
  /** Which engine executes Dockerfiles in this run, and why it was chosen. */
  | { readonly type: 'engine-chosen'; readonly engine: string; readonly reason: string }
  | { readonly type: 'tags-started'; readonly count: number }
  | { readonly type: 'tag-chosen'; readonly image: ImageName; readonly reference: string; readonly fallback?: string }
  | { readonly type: 'cache-check-started' }
  | { readonly type: 'cache-checked'; readonly image: ImageName; readonly outcome: CacheOutcome }
  /** Why an artifact is built, where that was asked for. */
  | { readonly type: 'cache-explained'; readonly explanation: Explanation }
  /** `reason` is the flag that made the phase do nothing, such as `--dry-run=true`. */
  | { readonly type: 'build-skipped'; readonly reason: string }
  | {
      readonly type: 'builds-started';
      readonly count: number;
      readonly concurrency: number;
      readonly localContext?: string;
    }
  | {
      readonly type: 'artifact-started';
      readonly image: ImageName;
      readonly builder: string;
      readonly platforms: readonly string[];
    }
  /** The step an artifact is at, for a person: `step` is a short phrase such as `COPY src /app` or `pushing`. */
  | { readonly type: 'artifact-step'; readonly image: ImageName; readonly step: string }
  | {
      readonly type: 'artifact-succeeded';
      readonly image: ImageName;
      readonly artifact: BuiltArtifact;
      readonly milliseconds: number;
      readonly bytesPushed?: number;
    }
  | { readonly type: 'artifact-failed'; readonly image: ImageName; readonly error: ErrorReport }
  | { readonly type: 'artifact-cancelled'; readonly image: ImageName }
  /** A sentence about the work of a phase; `tone` says how it went. */
  | {
      readonly type: 'notice';
      readonly phase: Phase;
      readonly tone: 'ordinary' | 'good' | 'bad';
      readonly text: string;
    }
  /** Bytes of a tool's own output, passed on as they came. */
  | {
      readonly type: 'output';
      readonly phase: Phase;
      readonly image?: ImageName;
      readonly stream: 'stdout' | 'stderr';
      readonly text: string;
    }
  | {
      readonly type: 'log';
      readonly level: 'trace' | 'debug' | 'info' | 'warning' | 'error';
      readonly message: string;
    };

/** A `ToolError` as data. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly suggestions: readonly Suggestion[];
}

/** Synchronous, never throws, never blocks the caller. */
export type Emit = (event: Event) => void;

/** Turns events into something a person or a program reads. */
export interface Reporter {
  on(event: Event): void;
  /** Flushes and restores the terminal; called once, also after a failure. Nothing is printed afterwards. */
  close(): Promise<void>;
}
