import { ToolError } from './core/errors.ts';

/** What a value of an option may be: a `typeof` word, `strings` for a list of them, `values` for an object of them, or the allowed words. */
type Kind = 'string' | 'boolean' | 'number' | 'strings' | 'builds' | 'values' | readonly string[];

const common: Readonly<Record<string, Kind>> = {
  filename: 'string',
  profiles: 'strings',
  modules: 'strings',
  defaultRepo: 'string',
  tag: 'string',
  platforms: 'strings',
  engine: ['auto', 'docker', 'embedded', 'buildkit'],
  insecureRegistries: 'strings',
};

/** The options of each operation. */
const known: Readonly<Record<'build' | 'render', Readonly<Record<string, Kind>>>> = {
  build: {
    ...common,
    buildImages: 'strings',
    push: 'boolean',
    concurrency: 'number',
    cacheArtifacts: 'boolean',
    dryRun: 'boolean',
    skipTests: 'boolean',
  },
  render: {
    ...common,
    buildArtifacts: 'builds',
    digestSource: ['remote', 'local', 'tag', 'none'],
    labels: 'strings',
    namespace: 'string',
    offline: 'boolean',
    set: 'values',
    setValueFile: 'string',
    resourceSelectorRulesFile: 'string',
    pin: ['rules', 'all'],
    annotateSource: 'boolean',
  },
};

/**
 * Refuses options that the operation does not have and values of the wrong type: callers in JavaScript have no
 * compiler that would, and an option that does nothing is worse than an error.
 *
 * @throws {ToolError} `USAGE` naming the option.
 */
export function checkOptions(operation: 'build' | 'render', options: object): void {
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(known[operation], name) ? known[operation][name] : undefined;
    if (kind === undefined)
      throw usage(operation, name, `it is not one of ${Object.keys(known[operation]).join(', ')}`);
    if (value !== undefined && !fits(value, kind)) throw usage(operation, name, `it has to be ${describe(kind)}`);
  }
}

function fits(value: unknown, kind: Kind): boolean {
  if (typeof kind !== 'string') return typeof value === 'string' && kind.includes(value);
  if (kind === 'strings') return Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (kind === 'values') return isValues(value);
  if (kind === 'builds') return Array.isArray(value) && value.every(isBuild);
  return typeof value === kind;
}

function isValues(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((item) => typeof item === 'string');
}

function isBuild(value: unknown): boolean {
  const build = value as { readonly imageName?: unknown; readonly tag?: unknown } | null;
  return typeof build?.imageName === 'string' && typeof build.tag === 'string';
}

function describe(kind: Kind): string {
  if (typeof kind !== 'string') return kind.map((word) => `"${word}"`).join(' or ');
  if (kind === 'strings') return 'a list of strings';
  if (kind === 'values') return 'an object of strings';
  return kind === 'builds' ? 'a list of { imageName, tag }' : `a ${kind}`;
}

function usage(operation: string, name: string, problem: string): ToolError {
  return new ToolError('USAGE', `${operation}: unusable option "${name}": ${problem}`, {
    suggestions: [{ code: 'FIX_OPTION', action: `Correct or remove ${name}` }],
  });
}
