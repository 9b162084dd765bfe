import {
  compareVersions,
  formatVersion,
  isIdentifiers,
  meetsConstraints,
  parseVersion,
  type Version,
} from '../semver.ts';
import {
  GoFailure,
  type GoFunction,
  type GoInteger,
  type GoObject,
  type GoValue,
  int64,
  listOf,
} from '../template/values.ts';
import { type FunctionTable, onString, onStrings } from './define.ts';

/** sprig's functions on versions. */
export const versionFunctions: FunctionTable = {
  semver: onString((text) => versionPointer(parseVersion(text))),
  semverCompare: onStrings(2, (constraints = '', version = '') => meetsConstraints(constraints, version)),
};

const pointerType = '*semver.Version';
const getter = (call: () => GoValue): GoFunction => ({ parameters: [], call });

/** What `semver` gives: it prints as a version and has all methods. */
export function versionPointer(version: Version): GoObject {
  const text = formatVersion(version);
  return {
    kind: 'object',
    type: pointerType,
    reflected: 'ptr',
    text,
    json: JSON.stringify(text),
    methods: new Map([...readers(version), ...comparisons(version), ...changes(version)]),
    inner: { ...version },
  };
}

/** What the methods that change a version give: a struct that is no pointer, which prints its fields and cannot be read. */
function versionStruct(version: Version): GoObject {
  const { major, minor, patch, prerelease, metadata, original } = version;
  return {
    kind: 'object',
    type: 'semver.Version',
    reflected: 'struct',
    text: `{${major} ${minor} ${patch} ${prerelease} ${metadata} ${original}}`,
    json: '{}',
    methods: new Map(changes(version)),
    inner: { ...version },
  };
}

function readers(version: Version): readonly (readonly [string, GoFunction])[] {
  return [
    ['Major', getter(() => int64(version.major))],
    ['Minor', getter(() => int64(version.minor))],
    ['Patch', getter(() => int64(version.patch))],
    ['Prerelease', getter(() => version.prerelease)],
    ['Metadata', getter(() => version.metadata)],
    ['Original', getter(() => version.original)],
    ['String', getter(() => formatVersion(version))],
    ['MarshalJSON', getter(() => bytesOf(JSON.stringify(formatVersion(version))))],
  ];
}

function bytesOf(text: string): GoValue {
  const bytes = [...Buffer.from(text)];
  return listOf(
    bytes.map((byte): GoInteger => ({ kind: 'integer', type: 'uint8', value: BigInt(byte) })),
    'uint8',
  );
}

function comparisons(version: Version): readonly (readonly [string, GoFunction])[] {
  const withOther = (call: (order: number) => GoValue): GoFunction => ({
    parameters: [pointerType],
    call: (other) => {
      if (other === null) throw new GoFailure('runtime error: invalid memory address or nil pointer dereference');
      return call(compareVersions(version, (other as GoObject).inner as unknown as Version));
    },
  });
  return [
    ['Compare', withOther((order) => BigInt(order))],
    ['LessThan', withOther((order) => order < 0)],
    ['GreaterThan', withOther((order) => order > 0)],
    ['Equal', withOther((order) => order === 0)],
  ];
}

/** The next versions. A leading `v` stays in the original text. */
function changes(version: Version): readonly (readonly [string, GoFunction])[] {
  const { major, minor, patch, prerelease, original } = version;
  const changed = (parts: Partial<Version>): GoObject => {
    const next = { ...version, ...parts };
    return versionStruct({ ...next, original: (original.startsWith('v') ? 'v' : '') + formatVersion(next) });
  };
  const plain = { prerelease: '', metadata: '' };
  return [
    ['IncPatch', getter(() => changed({ ...plain, patch: prerelease === '' ? patch + 1n : patch }))],
    ['IncMinor', getter(() => changed({ ...plain, patch: 0n, minor: minor + 1n }))],
    ['IncMajor', getter(() => changed({ ...plain, patch: 0n, minor: 0n, major: major + 1n }))],
    ['SetPrerelease', onString((text) => changed({ prerelease: checked(text, 'Invalid Prerelease string') }))],
    ['SetMetadata', onString((text) => changed({ metadata: checked(text, 'Invalid Metadata string') }))],
  ];
}

function checked(text: string, problem: string): string {
  if (text !== '' && !isIdentifiers(text)) throw new GoFailure(problem);
  return text;
}
