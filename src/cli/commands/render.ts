import { ToolError } from '../../core/errors.ts';
import { renderText } from '../../pipeline/remembered-render.ts';
import { openSession } from '../../pipeline/session.ts';
import type { Invocation } from '../invocation.ts';
import { refuseUnsupportedFlags } from '../unsupported-flags.ts';
import { textOrUnset } from './load-options.ts';
import { checkResultFile, sessionOptions, writeResult } from './session-options.ts';

/** `render`: manifests with their images replaced, to standard output or `--output`. */
export async function run(invocation: Invocation<'render'>): Promise<number> {
  refuseUnsupportedFlags(invocation);
  const { options, io, ctx } = invocation;
  refuseRemoteOutput(options.output);
  await checkResultFile(options.output, ctx);
  const session = await openSession(await sessionOptions(invocation), ctx);
  try {
    const progress = await invocation.showProgress({ mode: options.loud ? 'show' : 'hide' });
    const { text, digestSource, builds } = await renderText(session, {
      buildArtifacts: options.buildArtifacts,
      images: options.images,
      digestSource: options.digestSource,
      build: {
        runMode: invocation.command,
        buildImages: [],
        tag: options.tag,
        platforms: options.platform,
        onePlatform: options.disableMultiPlatformBuild,
        push: undefined,
        concurrency: options.buildConcurrency,
        cacheArtifacts: options.cacheArtifacts,
        cacheFile: textOrUnset(options.cacheFile),
        muteLogs: options.muteLogs,
        skip: undefined,
      },
      manifests: {
        labels: options.label,
        namespace: textOrUnset(options.namespace),
        offline: options.offline,
        setValues: options.set,
        setValueFile: textOrUnset(options.setValueFile),
        resourceSelectorRulesFile: textOrUnset(options.resourceSelectorRulesFile),
        pin: options.pin,
        annotateSource: options.annotateSource,
      },
      sayHook: (stream, text) => io[stream].write(text),
    });
    await progress.close();
    // Skaffold prints this to standard output, where it stands in front of the manifests of `render > file`. Lines with
    // a time are for people to read, so there it does no harm.
    if (digestSource === 'none' && builds.length === 0) {
      (options.timestamps ? io.stdout : io.stderr).write(
        "--digest-source set to 'none', tags listed in Kubernetes manifests will be used for render\n",
      );
    }
    if (options.output === '') io.stdout.write(text);
    else await writeResult(options.output, text, session.ctx);
    return 0;
  } finally {
    await session.close();
  }
}

function refuseRemoteOutput(output: string): void {
  if (!output.startsWith('gs://')) return;
  throw new ToolError('NOT_SUPPORTED', `--output ${output}: this version cannot write to Google Cloud Storage`, {
    suggestions: [{ code: 'LOCAL_OUTPUT', action: 'Write to a file and copy it with gcloud storage cp' }],
  });
}
