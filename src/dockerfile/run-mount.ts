import { DockerfileProblem } from './problem.ts';

/** One `RUN --mount` (Dockerfile reference, "RUN --mount"). Paths are as written, variables expanded. */
export interface RunMount {
  readonly type: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  readonly target: string | undefined;
  /** A path of `from`, or of the build context. */
  readonly source: string | undefined;
  /** A stage, an artifact or an image. */
  readonly from: string | undefined;
  readonly readOnly: boolean;
  readonly id: string | undefined;
  readonly sharing: 'shared' | 'private' | 'locked';
  readonly required: boolean;
  /** Permission bits. */
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Of a tmpfs, in bytes; undefined for no limit of its own. */
  readonly size: number | undefined;
  /** The variable that a secret is put into. */
  readonly env: string | undefined;
}

const types = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'] as const;
const sharings = ['shared', 'private', 'locked'] as const;
const names: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
  rw: 'readwrite',
};
const known = new Set([
  ...['type', 'target', 'source', 'from', 'readonly', 'readwrite', 'id', 'sharing', 'required', 'mode', 'uid', 'gid'],
  ...['size', 'env'],
]);

/**
 * Reads the value of one `--mount`.
 *
 * @param expand Expands the variables of a value.
 * @throws {DockerfileProblem} for an unknown field, or a value that is none.
 */
export function parseRunMount(text: string, expand: (word: string) => string): RunMount {
  const fields = fieldsOf(text, expand);
  const type = choice(fields, 'type', types) ?? 'bind';
  const target = fields.get('target');
  if (target === undefined && (type === 'bind' || type === 'cache' || type === 'tmpfs'))
    throw new DockerfileProblem(`--mount=type=${type} needs a target`, 'Write --mount=type=…,target=PATH');
  const writable = flag(fields, 'readwrite');
  const readOnly = flag(fields, 'readonly') ?? (writable === undefined ? type === 'bind' : !writable);
  return {
    type,
    target,
    source: fields.get('source'),
    from: fields.get('from'),
    readOnly,
    id: fields.get('id'),
    sharing: choice(fields, 'sharing', sharings) ?? 'shared',
    required: flag(fields, 'required') ?? false,
    mode: number(fields, 'mode', 8),
    uid: number(fields, 'uid', 10),
    gid: number(fields, 'gid', 10),
    size: sizeOf(fields.get('size')),
    env: fields.get('env'),
  };
}

function fieldsOf(text: string, expand: (word: string) => string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const field of splitCsv(text)) {
    const equals = field.indexOf('=');
    const written = (equals < 0 ? field : field.slice(0, equals)).trim().toLowerCase();
    const name = names[written] ?? written;
    if (!known.has(name)) throw new DockerfileProblem(`unexpected key "${written}" in --mount=${text}`);
    fields.set(name, equals < 0 ? 'true' : expand(field.slice(equals + 1)));
  }
  return fields;
}

/** Fields are separated by commas; one in double quotes may hold commas (RFC 4180). */
function splitCsv(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
  );
}

function choice<T extends string>(
  fields: ReadonlyMap<string, string>,
  name: string,
  values: readonly T[],
): T | undefined {
  const given = fields.get(name)?.toLowerCase();
  if (given === undefined) return undefined;
  const value = values.find((one) => one === given);
  if (value !== undefined) return value;
  throw new DockerfileProblem(`unsupported ${name} "${given}" in --mount`, `Use one of ${values.join(', ')}`);
}

function flag(fields: ReadonlyMap<string, string>, name: string): boolean | undefined {
  const given = fields.get(name)?.toLowerCase();
  if (given === undefined) return undefined;
  if (given === 'true' || given === '1') return true;
  if (given === 'false' || given === '0') return false;
  throw new DockerfileProblem(`${name} of --mount takes true or false, not "${given}"`);
}

function number(fields: ReadonlyMap<string, string>, name: string, base: 8 | 10): number | undefined {
  const given = fields.get(name);
  if (given === undefined) return undefined;
  if (!(base === 8 ? /^[0-7]{1,5}$/ : /^\d{1,10}$/).test(given))
    throw new DockerfileProblem(`${name} of --mount is no number: "${given}"`);
  return Number.parseInt(given, base);
}

function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  if (digits === undefined) throw new DockerfileProblem(`size of --mount is no size: "${text}"`, 'Write it as 64m');
  return Math.floor(Number(digits) * 1024 ** ['', 'k', 'm', 'g', 't'].indexOf(unit.toLowerCase()));
}
