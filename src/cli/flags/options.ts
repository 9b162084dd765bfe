import type { CommandName } from '../command-names.ts';
import type { FlagValues } from './flag.ts';
import type { CommandFlag, SharedFlag } from './table.ts';

/** `build-artifacts` → `buildArtifacts`. */
type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

type ValueOf<Row extends SharedFlag | CommandFlag> = Row extends {
  readonly kind: 'choice';
  readonly values: readonly (infer Word)[];
}
  ? Word
  : FlagValues[Row['kind']];

type OwnOf<Name extends CommandName> = CommandFlag extends infer Row
  ? Row extends { readonly on: readonly (infer Command)[] }
    ? Name extends Command
      ? Row
      : never
    : never
  : never;

/**
 * The options of a command, by flag name in camel case: all shared flags, and the command's own,
 * which win where both have the name.
 */
export type Options<Name extends CommandName> = {
  readonly [Row in Exclude<SharedFlag, { readonly name: OwnOf<Name>['name'] }> as CamelCase<Row['name']>]: ValueOf<Row>;
} & {
  readonly [Row in OwnOf<Name> as CamelCase<Row['name']>]: ValueOf<Row>;
};

/** `build-artifacts` → `buildArtifacts`: the key of a flag in {@link Options}. */
export function optionKey(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
