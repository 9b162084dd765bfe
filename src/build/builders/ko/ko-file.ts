import { dirname, join, resolve } from 'node:path';
import { ToolError } from '../../../core/errors.ts';
import type { Context } from '../../../core/ports.ts';

/** What ko's own configuration says (`.ko.yaml`), as far as it bears on one image. */
export interface KoFile {
  readonly defaultBaseImage?: string;
  /** Base images by import path, in lower case. */
  readonly baseImageOverrides: Readonly<Record<string, string>>;
  readonly defaultPlatforms: readonly string[];
  readonly defaultEnv: readonly string[];
  readonly defaultFlags: readonly string[];
  readonly defaultLdflags: readonly string[];
  readonly builds: readonly KoFileBuild[];
}

/** One entry of `builds`. */
export interface KoFileBuild {
  /** Absolute directory of the package's module, and the package in it. */
  readonly directory: string;
  readonly main: string;
  readonly env: readonly string[];
  readonly flags: readonly string[];
  readonly ldflags: readonly string[];
}

const none: KoFile = {
  baseImageOverrides: {},
  defaultPlatforms: [],
  defaultEnv: [],
  defaultFlags: [],
  defaultLdflags: [],
  builds: [],
};

/**
 * Reads `.ko.yaml` or `.ko.yml` of a directory, or the file (or directory) that `KO_CONFIG_PATH` names.
 * `KO_DEFAULTBASEIMAGE` goes before what a file says.
 *
 * @throws `BUILD_USER_ERROR` naming the file, where it is no YAML mapping or a value is of another kind.
 */
export async function readKoFile(directory: string, ctx: Context): Promise<KoFile> {
  const { env, cwd } = ctx.system;
  const named = env['KO_CONFIG_PATH'] ?? '';
  const place = named === '' ? directory : resolve(cwd, named);
  const candidates = [...(named === '' ? [] : [place]), join(place, '.ko.yaml'), join(place, '.ko.yml')];
  const found = await firstFile(candidates, ctx);
  const file = found === undefined ? none : await parseFile(found.path, found.text);
  const base = env['KO_DEFAULTBASEIMAGE'] ?? '';
  return base === '' ? file : { ...file, defaultBaseImage: base };
}

async function firstFile(
  paths: readonly string[],
  { system: { files } }: Context,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  for (const path of paths) {
    if ((await files.stat(path))?.kind === 'file') return { path, text: await files.readText(path) };
  }
  return undefined;
}

async function parseFile(path: string, text: string): Promise<KoFile> {
  const [{ parseYaml }, { toValue }] = await Promise.all([
    import('../../../yaml/parse.ts'),
    import('../../../yaml/value.ts'),
  ]);
  const { documents, errors } = await parseYaml(text);
  const root = documents[0]?.root;
  const value = root === undefined ? {} : (toValue(root) ?? {});
  if (errors[0] !== undefined) throw malformed(path, errors[0].message);
  if (!isMapping(value)) throw malformed(path, 'it is no mapping');
  const read = reader(path);
  const base = value['defaultBaseImage'];
  return {
    ...(base === undefined ? {} : { defaultBaseImage: read.text('defaultBaseImage', base) }),
    baseImageOverrides: read.texts('baseImageOverrides', value['baseImageOverrides']),
    defaultPlatforms: read.list('defaultPlatforms', value['defaultPlatforms']),
    defaultEnv: read.list('defaultEnv', value['defaultEnv']),
    defaultFlags: read.list('defaultFlags', value['defaultFlags']),
    defaultLdflags: read.list('defaultLdflags', value['defaultLdflags']),
    builds: read.mappings('builds', value['builds']).map((entry) => buildOf(entry, dirname(path), read)),
  };
}

function buildOf(entry: Readonly<Record<string, unknown>>, directory: string, read: Reader): KoFileBuild {
  return {
    directory: resolve(directory, read.text('builds.dir', entry['dir'] ?? '.')),
    main: read.text('builds.main', entry['main'] ?? '.'),
    env: read.list('builds.env', entry['env']),
    flags: read.list('builds.flags', entry['flags']),
    ldflags: read.list('builds.ldflags', entry['ldflags']),
  };
}

type Mapping = Readonly<Record<string, unknown>>;
type Reader = ReturnType<typeof reader>;

/** Reads values of a known kind; a text where a list belongs is cut at its blanks, as ko does. */
function reader(path: string): {
  readonly text: (name: string, value: unknown) => string;
  readonly list: (name: string, value: unknown) => readonly string[];
  readonly texts: (name: string, value: unknown) => Readonly<Record<string, string>>;
  readonly mappings: (name: string, value: unknown) => readonly Mapping[];
} {
  const text = (name: string, value: unknown): string => {
    if (typeof value === 'string') return value;
    throw malformed(path, `${name} is not a text`);
  };
  return {
    text,
    list: (name, value) => {
      if (value === undefined || value === null) return [];
      if (typeof value === 'string') return value.split(/\s+/).filter((part) => part !== '');
      if (Array.isArray(value)) return value.map((item) => text(name, item));
      throw malformed(path, `${name} is not a list`);
    },
    texts: (name, value) => {
      if (value === undefined || value === null) return {};
      if (!isMapping(value)) throw malformed(path, `${name} is not a mapping`);
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toLowerCase(), text(name, item)]));
    },
    mappings: (name, value) => {
      if (value === undefined || value === null) return [];
      if (Array.isArray(value) && value.every(isMapping)) return value;
      throw malformed(path, `${name} is not a list of mappings`);
    },
  };
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(path: string, problem: string): ToolError {
  return new ToolError('BUILD_USER_ERROR', `${path} cannot be read: ${problem}`, {
    suggestions: [{ code: 'FIX_KO_CONFIG', action: 'Correct the file, or remove it' }],
  });
}
