import { formatArtifacts } from '../../build/artifacts-file.ts';
import type { BuiltArtifact } from '../../core/artifact.ts';
import type { Explanation } from '../../core/explanation.ts';
import type { Context } from '../../core/ports.ts';
import { runBuild } from '../../pipeline/build.ts';
import { openSession } from '../../pipeline/session.ts';
import type { OutputTemplate } from '../flags/flag.ts';
import type { Invocation } from '../invocation.ts';
import { refuseUnsupportedFlags } from '../unsupported-flags.ts';
import { textOrUnset } from './load-options.ts';
import { checkResultFile, sessionOptions, writeResult } from './session-options.ts';

/**
 * `build`: builds, tags and pushes; the result goes to standard output with `--quiet` and to `--file-output`.
 * A build that fails writes neither: Skaffold replaces an older, good file with `{"builds":null}` then.
 */
export async function run(invocation: Invocation<'build'>): Promise<number> {
  refuseUnsupportedFlags(invocation);
  const { options, io } = invocation;
  await checkResultFile(options.fileOutput, invocation.ctx);
  const { ctx, explanations } = collecting(invocation);
  const session = await openSession(await sessionOptions(invocation), ctx);
  try {
    const progress = await invocation.showProgress({ mode: options.quiet ? 'hide' : 'show' });
    const builds = await runBuild(session, {
      runMode: invocation.command,
      buildImages: options.buildImage,
      tag: options.tag,
      platforms: options.platform,
      onePlatform: options.disableMultiPlatformBuild,
      push: options.push,
      concurrency: options.buildConcurrency,
      cacheArtifacts: options.cacheArtifacts,
      cacheFile: textOrUnset(options.cacheFile),
      muteLogs: options.muteLogs,
      skipTests: options.skipTests,
      explains: options.explain !== 'no',
      keepsGoing: options.keepGoing,
      sharedCache: options.sharedCache,
      skip: options.dryRun ? '--dry-run=true' : undefined,
    });
    await progress.close();
    const wanted = options.quiet || options.fileOutput !== '';
    const result = wanted ? formatResult(builds, options.output) : '';
    if (options.fileOutput !== '') await writeResult(options.fileOutput, result, session.ctx);
    if (options.quiet) io.stdout.write(result);
    return 0;
  } finally {
    if (options.explain !== 'no') await printExplanations(explanations, invocation);
    await session.close();
  }
}

/** Where explanations are not shown as progress, they are kept for standard error. */
function collecting({ ctx, options }: Invocation<'build'>): {
  readonly ctx: Context;
  readonly explanations: Explanation[];
} {
  const explanations: Explanation[] = [];
  if (options.explain === 'no' || (options.explain === 'text' && !options.quiet)) return { ctx, explanations };
  const emit: Context['emit'] = (event) => {
    if (event.type === 'cache-explained') explanations.push(event.explanation);
    else ctx.emit(event);
  };
  return { ctx: { ...ctx, emit }, explanations };
}

async function printExplanations(
  explanations: readonly Explanation[],
  { options, io }: Invocation<'build'>,
): Promise<void> {
  const { explanationsJson, explanationsText } = await import('./why.ts');
  if (options.explain === 'json') io.stderr.write(explanationsJson(explanations));
  else io.stderr.write(explanationsText(explanations));
}

/** The result as `--output` wants it; without a final newline, as Skaffold writes it. */
function formatResult(builds: readonly BuiltArtifact[], template: OutputTemplate): string {
  if (template.compiled === undefined) return formatArtifacts(builds);
  const entries = builds.map(({ imageName, tag, runtimeType }) => ({
    ImageName: imageName,
    Tag: tag,
    RuntimeType: runtimeType ?? '',
  }));
  return template.compiled.execute({ Builds: entries });
}
