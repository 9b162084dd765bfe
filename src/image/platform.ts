import { ToolError } from '../core/errors.ts';
import type { Platform } from '../core/names.ts';

/** Operating systems and architectures that may stand alone (containerd's `platforms` package; both from Go's own lists). */
const knownOperatingSystems = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos'.split(
    ' ',
  ),
);
const knownArchitectures = new Set(
  'amd64 amd64p32 arm armbe arm64 arm64be 386 loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm'.split(
    ' ',
  ),
);

const architectureAliases: Readonly<Record<string, { readonly architecture: string; readonly variant: string }>> = {
  i386: { architecture: '386', variant: '' },
  armhf: { architecture: 'arm', variant: 'v7' },
  armel: { architecture: 'arm', variant: 'v6' },
};

/** What `all` and lists of platforms come to. */
export type PlatformSelection =
  | { readonly all: true }
  | { readonly all: false; readonly platforms: readonly Platform[] };

/**
 * Parses `os`, `architecture`, `os/architecture` or `os/architecture/variant` as containerd does: lower-cased, aliases
 * such as `x86_64`, `aarch64` and `macos` resolved, what is not given taken from `host`.
 * `linux/arm` means `linux/arm/v7` and carries no variant; `linux/arm64/v8` keeps its `v8`.
 *
 * @throws {ToolError} `BUILD_UNKNOWN_PLATFORM_FLAG`.
 */
export function parsePlatform(text: string, host: Platform): Platform {
  const parts = text.split('/');
  const [first = '', architecture, variant] = parts;
  const bad = parts.find((part, index) => !(index === 0 ? /^[\w-]+$/ : /^[\w.-]+$/).test(part));
  if (bad !== undefined) throw unknown(text, `"${bad}" may hold only letters, digits, _ and -`);
  if (parts.length > 3) throw unknown(text, 'it has more than three parts');
  if (architecture === undefined) return parseSinglePart(text, host);
  const normalised = normalizeArchitecture(architecture, variant ?? '');
  if (variant !== undefined) return platformOf(first, normalised.architecture, variantAsGiven(normalised));
  return platformOf(first, normalised.architecture, withoutDefaultVariant(normalised));
}

/** A lone word is an operating system when it is a known one, else an architecture. */
function parseSinglePart(text: string, host: Platform): Platform {
  const os = normalizeOperatingSystem(text);
  if (knownOperatingSystems.has(os)) return { ...host, os };
  const normalised = normalizeArchitecture(text, '');
  if (!knownArchitectures.has(normalised.architecture)) throw unknown(text, 'unknown operating system or architecture');
  return platformOf(host.os, normalised.architecture, withoutDefaultVariant(normalised));
}

interface ProcessorName {
  readonly architecture: string;
  readonly variant: string;
}

function withoutDefaultVariant({ architecture, variant }: ProcessorName): string {
  return architecture === 'arm' && variant === 'v7' ? '' : variant;
}

function variantAsGiven({ architecture, variant }: ProcessorName): string {
  return architecture === 'arm64' && variant === '' ? 'v8' : variant;
}

function platformOf(os: string, architecture: string, variant: string): Platform {
  const base = { os: normalizeOperatingSystem(os), architecture };
  return variant === '' ? base : { ...base, variant };
}

function normalizeOperatingSystem(text: string): string {
  const lower = text.toLowerCase();
  return lower === 'macos' ? 'darwin' : lower;
}

/** One name for each processor (containerd's `normalizeArch`). */
function normalizeArchitecture(name: string, variantName: string): ProcessorName {
  const [architecture, variant] = [name.toLowerCase(), variantName.toLowerCase()];
  const alias = Object.hasOwn(architectureAliases, architecture) ? architectureAliases[architecture] : undefined;
  if (alias !== undefined) return alias;
  switch (architecture) {
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return { architecture: 'amd64', variant: variant === 'v1' ? '' : variant };
    case 'aarch64':
    case 'arm64':
      return { architecture: 'arm64', variant: arm64Variant(variant) };
    case 'arm':
      return { architecture: 'arm', variant: armVariant(variant) };
    default:
      return { architecture, variant };
  }
}

function arm64Variant(variant: string): string {
  if (/^(?:8|v8|v8\.0)$/.test(variant)) return '';
  return /^(?:9|9\.0|v9\.0)$/.test(variant) ? 'v9' : variant;
}

function armVariant(variant: string): string {
  if (variant === '') return 'v7';
  return /^[5-8]$/.test(variant) ? `v${variant}` : variant;
}

/** The platform with every alias resolved, so that two names of one platform become equal values (containerd's `Normalize`). */
export function normalizePlatform(platform: Platform): Platform {
  const { architecture, variant } = normalizeArchitecture(platform.architecture, platform.variant ?? '');
  return platformOf(platform.os, architecture, variant);
}

/** Whether an image for `candidate` is one for `wanted`: equal once normalised. */
export function samePlatform(wanted: Platform, candidate: Platform): boolean {
  return formatPlatform(normalizePlatform(wanted)) === formatPlatform(normalizePlatform(candidate));
}

/** `os/architecture[/variant]`. */
export function formatPlatform(platform: Platform): string {
  const variant = platform.variant === undefined ? '' : `/${platform.variant}`;
  return `${platform.os}/${platform.architecture}${variant}`;
}

/**
 * Parses the values of `--platform` or `platforms:`; `all` anywhere among them stands for every platform.
 *
 * @throws {ToolError} `BUILD_UNKNOWN_PLATFORM_FLAG` for the first value that is no platform.
 */
export function parsePlatforms(texts: readonly string[], host: Platform): PlatformSelection {
  if (texts.some((text) => text.toLowerCase() === 'all')) return { all: true };
  return { all: false, platforms: texts.map((text) => parsePlatform(text, host)) };
}

function unknown(text: string, reason: string): ToolError {
  return new ToolError('BUILD_UNKNOWN_PLATFORM_FLAG', `unable to recognise platform "${text}": ${reason}`, {
    suggestions: [
      {
        code: 'BUILD_FIX_UNKNOWN_PLATFORM_FLAG',
        action: 'Check that the value is a platform such as linux/amd64, linux/arm64 or linux/arm/v7',
      },
    ],
  });
}
