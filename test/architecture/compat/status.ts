import type { CommandName } from '../../../src/cli/command-names.ts';

/** What this version does with something Skaffold has. */
export type Status =
  /** Does what Skaffold does. `note` names the limits. */
  | { readonly kind: 'works'; readonly note?: string }
  /** Using it is an error; `note` says when, where that is not always. */
  | Refusal
  /** Read and checked; only commands that are not built yet use it. */
  | { readonly kind: 'later'; readonly commands: readonly CommandName[]; readonly note?: string }
  /** Accepted, and rightly without effect. */
  | { readonly kind: 'no effect'; readonly note: string };

/** A field that is refused, by whom, and what the message calls it. */
export interface Refusal {
  readonly kind: 'refused';
  readonly by: readonly RefusingCommand[];
  readonly naming: string;
  /** Only this engine refuses it. */
  readonly engine?: 'docker' | 'embedded';
  readonly note?: string;
}

export type RefusingCommand = 'build' | 'render';

export const works = (note?: string): Status => ({ kind: 'works', ...(note === undefined ? {} : { note }) });

export const noEffect = (note: string): Status => ({ kind: 'no effect', note });

/** @param commands the commands that will use it; none of them may be built yet. */
export const later = (...commands: readonly CommandName[]): Status => ({ kind: 'later', commands });
