import { formatArtifacts } from '../../build/artifacts-file.ts';
import type { BuiltArtifact } from '../../core/artifact.ts';
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
  const session = await openSession(await sessionOptions(invocation), invocation.ctx);
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
      skip: options.dryRun ? '--dry-run=true' : undefined,
    });
    await progress.close();
    const wanted = options.quiet || options.fileOutput !== '';
    const result = wanted ? formatResult(builds, options.output) : '';
    if (options.fileOutput !== '') await writeResult(options.fileOutput, result, session.ctx);
    if (options.quiet) io.stdout.write(result);
    return 0;
  } finally {
    await session.close();
  }
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
