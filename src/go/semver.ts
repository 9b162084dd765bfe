import { compileRegexp, type GoRegexp } from './regexp.ts';
import { compareStrings, GoFailure } from './template/values.ts';

/** A version by the rules of github.com/Masterminds/semver v1.5, which also takes `v1` and `1.2`. */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Without its hyphen; empty when there is none. */
  readonly prerelease: string;
  /** Without its plus sign; empty when there is none. */
  readonly metadata: string;
  readonly original: string;
}

const suffixes = String.raw`(-([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?`;
const largest = 2n ** 63n - 1n;
const largestUnsigned = 2n ** 64n - 1n;

/**
 * Reads a version.
 *
 * @throws {GoFailure} in the library's words.
 */
export function parseVersion(text: string): Version {
  const groups = expression(`^v?([0-9]+)(\\.[0-9]+)?(\\.[0-9]+)?${suffixes}$`).find(text)?.groups;
  if (groups === undefined) throw new GoFailure('Invalid Semantic Version');
  const [, major = '0', minor = '.0', patch = '.0', , prerelease = '', , metadata = ''] = groups;
  return {
    major: segment(major),
    minor: segment(minor.slice(1)),
    patch: segment(patch.slice(1)),
    prerelease,
    metadata,
    original: text,
  };
}

const compiled = new Map<string, GoRegexp>();

/** Compiled when it is first needed. */
function expression(pattern: string): GoRegexp {
  const known = compiled.get(pattern) ?? compileRegexp(pattern);
  compiled.set(pattern, known);
  return known;
}

function segment(digits: string): bigint {
  const value = BigInt(digits);
  if (value <= largest) return value;
  throw new GoFailure(`Error parsing version segment: strconv.ParseInt: parsing "${digits}": value out of range`);
}

/** As it prints: three numbers, pre-release and metadata. */
export function formatVersion({ major, minor, patch, prerelease, metadata }: Version): string {
  const suffix = (prerelease === '' ? '' : `-${prerelease}`) + (metadata === '' ? '' : `+${metadata}`);
  return `${major}.${minor}.${patch}${suffix}`;
}

/** Whether a text may be a pre-release or metadata. */
export function isIdentifiers(text: string): boolean {
  return /^[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*$/.test(text);
}

/** -1, 0 or 1; metadata does not count. */
export function compareVersions(left: Version, right: Version): -1 | 0 | 1 {
  const numbers = order(left.major, right.major) || order(left.minor, right.minor) || order(left.patch, right.patch);
  if (numbers !== 0) return numbers;
  if (left.prerelease === '' || right.prerelease === '') {
    return order(left.prerelease === '' ? 1 : 0, right.prerelease === '' ? 1 : 0);
  }
  const parts = left.prerelease.split('.');
  const others = right.prerelease.split('.');
  for (let index = 0; index < Math.max(parts.length, others.length); index++) {
    const compared = compareIdentifiers(parts[index] ?? '', others[index] ?? '');
    if (compared !== 0) return compared;
  }
  return 0;
}

function order<T extends bigint | number>(left: T, right: T): -1 | 0 | 1 {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Numbers come before other identifiers; a missing one before all. Different ones are never equal, not even `1` and `01`. */
function compareIdentifiers(left: string, right: string): -1 | 0 | 1 {
  if (left === right) return 0;
  if (left === '' || right === '') return left === '' ? -1 : 1;
  const [number, other] = [identifierNumber(left), identifierNumber(right)];
  if (number === undefined && other === undefined) return compareStrings(left, right) > 0 ? 1 : -1;
  if (number === undefined || other === undefined) return number === undefined ? 1 : -1;
  return number > other ? 1 : -1;
}

function identifierNumber(text: string): bigint | undefined {
  const value = /^\d+$/.test(text) ? BigInt(text) : undefined;
  return value !== undefined && value <= largestUnsigned ? value : undefined;
}

/** `^1.2.x` and the like: an operator and a version some of whose numbers may be left open. */
interface Constraint {
  readonly operator: string;
  readonly version: Version;
  /** Whether any number is open. */
  readonly isOpen: boolean;
  readonly isMinorOpen: boolean;
  readonly isPatchOpen: boolean;
}

const constraintVersion = String.raw`v?([0-9|x|X|\*]+)(\.[0-9|x|X|\*]+)?(\.[0-9|x|X|\*]+)?${suffixes}`;
const constraintPattern = String.raw`^\s*(=||!=|>|<|>=|=>|<=|=<|~|~>|\^)\s*(${constraintVersion})\s*$`;
const rangePattern = String.raw`\s*(${constraintVersion})\s+-\s+(${constraintVersion})\s*`;

/**
 * Whether a version meets constraints: `>=1.2, <2 || ~3.1`, `1.2 - 1.4`.
 *
 * @throws {GoFailure} in the library's words when either is malformed; the constraints are read first.
 */
export function meetsConstraints(constraints: string, text: string): boolean {
  const alternatives = rewriteRanges(constraints)
    .split('||')
    .map((alternative) => alternative.split(',').map(parseConstraint));
  const version = parseVersion(text);
  return alternatives.some((alternative) => alternative.every((constraint) => meets(version, constraint)));
}

/** `1.2 - 1.4` is `>= 1.2, <= 1.4`. */
function rewriteRanges(constraints: string): string {
  let text = constraints;
  for (const { groups } of expression(rangePattern).findAll(constraints)) {
    const [whole = '', low = ''] = groups;
    const high = groups[9] ?? '';
    text = text.replace(whole, () => `>= ${low}, <= ${high}`);
  }
  return text;
}

const isOpenPart = (part: string): boolean => part === 'x' || part === 'X' || part === '*';

function parseConstraint(text: string): Constraint {
  const groups = expression(constraintPattern).find(text)?.groups;
  if (groups === undefined) throw new GoFailure(`improper constraint: ${text}`);
  const [, operator = '', whole = '', major = '', minor = '', patch = '', suffix = ''] = groups;
  const isAny = isOpenPart(major);
  const isMinorOpen = !isAny && (minor === '' || isOpenPart(minor.slice(1)));
  const isPatchOpen = !isAny && !isMinorOpen && isOpenPart(patch.slice(1));
  const version = isAny
    ? '0.0.0'
    : isMinorOpen
      ? `${major}.0.0${suffix}`
      : isPatchOpen
        ? `${major}${minor}.0${suffix}`
        : whole;
  return {
    operator,
    version: constraintVersionOf(version),
    isOpen: isAny || isMinorOpen || isPatchOpen,
    isMinorOpen,
    isPatchOpen,
  };
}

function constraintVersionOf(text: string): Version {
  try {
    return parseVersion(text);
  } catch (error) {
    if (error instanceof GoFailure) throw new GoFailure('constraint Parser Error');
    throw error;
  }
}

/** Pre-releases only meet constraints that name one, but for `!=` with a full version. */
function meets(version: Version, constraint: Constraint): boolean {
  const { operator, version: bound, isOpen } = constraint;
  const compared = compareVersions(version, bound);
  if (operator === '!=' && !isOpen) return compared !== 0;
  if (version.prerelease !== '' && bound.prerelease === '') return false;
  switch (operator) {
    case '!=':
      return version.major !== bound.major || (version.minor !== bound.minor && !constraint.isMinorOpen);
    case '>':
      return compared > 0;
    case '>=':
    case '=>':
      return compared >= 0;
    case '<':
      return isOpen ? isWithin(version, constraint) : compared < 0;
    case '<=':
    case '=<':
      return isOpen ? isWithin(version, constraint) : compared <= 0;
    case '^':
      return compared >= 0 && version.major === bound.major;
    case '~':
    case '~>':
      return meetsTilde(version, constraint);
    default:
      return isOpen ? meetsTilde(version, constraint) : compared === 0;
  }
}

/** `<` and `<=` with open numbers; the library looks at major and minor apart. */
function isWithin(version: Version, { version: bound, isMinorOpen }: Constraint): boolean {
  return version.major <= bound.major && (version.minor <= bound.minor || isMinorOpen);
}

function meetsTilde(version: Version, { version: bound, isMinorOpen, isPatchOpen }: Constraint): boolean {
  if (compareVersions(version, bound) < 0) return false;
  const isZero = bound.major === 0n && bound.minor === 0n && bound.patch === 0n;
  if (isZero && !isMinorOpen && !isPatchOpen) return true;
  return version.major === bound.major && (version.minor === bound.minor || isMinorOpen);
}
