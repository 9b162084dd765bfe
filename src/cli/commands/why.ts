import type { Explanation } from '../../core/explanation.ts';
import { explainBuild } from '../../pipeline/build.ts';
import { openSession } from '../../pipeline/session.ts';
import { explanationLines } from '../../report/explanation.ts';
import type { Invocation } from '../invocation.ts';
import { jsonLine } from './json-line.ts';
import { sessionOptions } from './session-options.ts';

/** `why`: what `build --explain` would tell, without building anything. */
export async function run(invocation: Invocation<'why'>): Promise<number> {
  const { options, args, io } = invocation;
  const session = await openSession(await sessionOptions(invocation), invocation.ctx);
  try {
    const explanations = await explainBuild(session, {
      runMode: 'build',
      buildImages: [...options.buildImage, ...args],
      tag: options.tag,
      platforms: options.platform,
      onePlatform: options.disableMultiPlatformBuild,
      push: options.push,
      concurrency: -1,
      cacheArtifacts: true,
      cacheFile: undefined,
      muteLogs: [],
      sharedCache: options.sharedCache,
      skip: undefined,
    });
    io.stdout.write(options.format === 'json' ? explanationsJson(explanations) : explanationsText(explanations));
    return 0;
  } finally {
    await session.close();
  }
}

/** `{"artifacts":[{"image","status","where"?,"changes":[{"kind","name","before"?,"after"?}]}]}` and a line end. */
export function explanationsJson(explanations: readonly Explanation[]): string {
  return jsonLine({ artifacts: explanations });
}

/** One heading for each image, the lines of its explanation below. */
export function explanationsText(explanations: readonly Explanation[]): string {
  return explanations.map(textOf).join('');
}

function textOf(explanation: Explanation): string {
  return [`${explanation.image}:`, ...explanationLines(explanation)].map((line) => `${line}\n`).join('');
}
