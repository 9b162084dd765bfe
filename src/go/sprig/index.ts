import type { GoFunctions } from '../template/values.ts';
import { collectionFunctions } from './collections.ts';
import { type DateSources, dateFunctions } from './dates.ts';
import { type FunctionTable, onString } from './define.ts';
import { encodingFunctions } from './encoding.ts';
import { mergeFunctions } from './merge.ts';
import { numberFunctions } from './numbers.ts';
import { patternFunctions } from './patterns.ts';
import { type Chance, randomFunctions } from './random.ts';
import { refusedFunctions } from './refused.ts';
import { secretFunctions } from './secrets.ts';
import { stringFunctions } from './strings.ts';
import { urlFunctions } from './urls.ts';
import { versionFunctions } from './versions.ts';
import { wordFunctions } from './words.ts';

/** What sprig's functions read besides their arguments. */
export interface SprigSources extends DateSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly chance: Chance;
}

/**
 * The functions of github.com/Masterminds/sprig v2.22 that templates can call, with its names, parameter types and results.
 * Those that need the network or make certificates are here only to say so when they are called.
 */
export function sprigFunctions(sources: SprigSources): GoFunctions {
  const environment: FunctionTable = {
    env: onString((name) => variable(sources, name)),
    expandenv: onString((text) => expandEnvironment(text, sources)),
  };
  return new Map(
    Object.entries({
      ...stringFunctions,
      ...numberFunctions,
      ...collectionFunctions,
      ...encodingFunctions,
      ...patternFunctions,
      ...wordFunctions,
      ...mergeFunctions,
      ...versionFunctions,
      ...urlFunctions,
      ...dateFunctions(sources),
      ...randomFunctions(sources.chance),
      ...secretFunctions(sources.chance),
      ...refusedFunctions,
      ...environment,
    }),
  );
}

function variable({ env }: SprigSources, name: string): string {
  return (Object.hasOwn(env, name) ? env[name] : undefined) ?? '';
}

/** Go's `os.ExpandEnv`: `$NAME` and `${NAME}`; a name that makes no sense goes together with its dollar sign. */
function expandEnvironment(text: string, sources: SprigSources): string {
  return text.replace(
    /\$(?:\{([^}]*)\}|([A-Za-z_]\w*|[*#$@!?\-0-9])|(\{)|(?=.))?/gs,
    (whole, braced: string | undefined, bare: string | undefined) => {
      if (whole === '$') return '$';
      return variable(sources, braced ?? bare ?? '');
    },
  );
}
