import { join } from 'node:path';
import { ToolError } from '../../../core/errors.ts';
import type { ImageName, Platform } from '../../../core/names.ts';
import type { Context } from '../../../core/ports.ts';
import { formatPlatform } from '../../../image/platform.ts';
import { runGo } from './go.ts';
import type { KoFileBuild } from './ko-file.ts';
import type { GoPackage } from './package.ts';
import type { KoSettings } from './settings.ts';

/** What is told to the compiler, whoever said it. */
export interface CompilerOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  readonly ldflags: readonly string[];
}

/**
 * Whose options hold: the artifact's where it has any, else those of the entry of `.ko.yaml` for this package, else the
 * defaults there (ko's order).
 */
export function compilerOptions(settings: KoSettings, { directory }: GoPackage): CompilerOptions {
  const { env, file, flags, ldflags } = settings;
  if (flags.length + ldflags.length + Object.keys(env).length > 0) return { env, flags, ldflags };
  const build: KoFileBuild | undefined = file.builds.find((one) => join(one.directory, one.main) === directory);
  const chosen = build ?? { env: file.defaultEnv, flags: file.defaultFlags, ldflags: file.defaultLdflags };
  const pairs = chosen.env.map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)] as const);
  return { env: Object.fromEntries(pairs), flags: chosen.flags, ldflags: chosen.ldflags };
}

/**
 * The arguments of the compiler: paths of this machine are left out of the program, so that it is the same everywhere,
 * unless it is to be debugged.
 *
 * @throws `BUILD_USER_ERROR` for `-toolexec`, which would run another program (ko's rule).
 */
function compilerArguments(
  { flags, ldflags }: CompilerOptions,
  { importPath }: GoPackage,
  output: string,
  isDebug: boolean,
): readonly string[] {
  if (flags.some((flag) => /^--?toolexec\b/.test(flag))) {
    throw new ToolError('BUILD_USER_ERROR', 'build.artifacts.ko.flags has -toolexec, which ko does not allow', {
      suggestions: [{ code: 'REMOVE_FLAG', action: 'Remove the flag' }],
    });
  }
  const own = isDebug ? ['-gcflags', 'all=-N -l'] : ['-trimpath'];
  const linker = ldflags.length > 0 ? [`-ldflags=${ldflags.join(' ')}`] : [];
  return ['build', ...own, ...flags, ...linker, '-o', output, importPath];
}

/**
 * Compiles a package for a platform into the file `output`.
 *
 * @throws `BUILD_USER_ERROR` with the compiler's messages.
 */
export async function compile(
  job: {
    readonly image: ImageName;
    readonly directory: string;
    readonly goPackage: GoPackage;
    readonly options: CompilerOptions;
    readonly platform: Platform;
    readonly output: string;
    readonly isDebug: boolean;
  },
  ctx: Context,
): Promise<void> {
  const { directory, goPackage, image, options, output, platform } = job;
  const say = (text: string): void => ctx.emit({ type: 'output', phase: 'Build', image, stream: 'stderr', text });
  say(`Building ${goPackage.importPath} for ${formatPlatform(platform)}\n`);
  const env = compilerEnvironment(platform, options, ctx);
  const args = compilerArguments(options, goPackage, output, job.isDebug);
  const result = await runGo(args, { cwd: directory, env, onOutput: (_stream, text) => say(text) }, ctx);
  if (result.exitCode === 0) return;
  throw new ToolError('BUILD_USER_ERROR', `go build of ${goPackage.importPath} failed: ${lastLines(result.stderr)}`, {
    suggestions: [{ code: 'FIX_CODE', action: `Correct the code; "go build" in ${directory} gives the same messages` }],
  });
}

/** The caller's environment goes over the platform, the configuration over both (ko's order). */
function compilerEnvironment(platform: Platform, { env }: CompilerOptions, ctx: Context): Record<string, string> {
  const own = Object.entries(ctx.system.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const inherited = Object.fromEntries(own.filter(([name]) => !/^(?:GOOS|GOARCH|GOARM|GOAMD64)$/.test(name)));
  return { CGO_ENABLED: '0', ...inherited, ...platformEnvironment(platform), ...env };
}

function platformEnvironment({ os, architecture, variant }: Platform): Record<string, string> {
  const version = variant?.replace(/^v/, '');
  return {
    GOOS: os,
    GOARCH: architecture,
    ...(architecture === 'arm' ? { GOARM: version ?? '7' } : {}),
    ...(architecture === 'amd64' && version !== undefined ? { GOAMD64: `v${version}` } : {}),
  };
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-10).join('\n');
}
