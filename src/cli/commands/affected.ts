import { ToolError } from '../../core/errors.ts';
import { affectedArtifacts } from '../../pipeline/affected.ts';
import { openSession } from '../../pipeline/session.ts';
import type { Invocation } from '../invocation.ts';
import { jsonLine } from './json-line.ts';
import { loadOptions, textOrUnset } from './load-options.ts';

/**
 * `affected`: the images that changes between two commits touch, one on a line; with `--format=json`
 * `{"since","until","artifacts":[{"image","status","changes":[…]}]}`.
 */
export async function run({ options, io, ctx }: Invocation<'affected'>): Promise<number> {
  const { since, until } = options;
  if (since === '') {
    throw new ToolError('USAGE', 'affected needs --since', {
      suggestions: [{ code: 'NAME_COMMIT', action: 'Name what to compare with, such as --since origin/main' }],
    });
  }
  const load = await loadOptions(options, 'build', io);
  const session = await openSession(
    {
      load,
      defaultRepo: undefined,
      globalConfigFile: textOrUnset(options.config),
      insecureRegistries: options.insecureRegistry,
      detectMinikube: options.detectMinikube,
      engine: options.engine,
    },
    ctx,
  );
  try {
    const artifacts = await affectedArtifacts(session, {
      since,
      until: textOrUnset(until),
      load,
      buildImages: options.buildImage,
      platforms: options.platform,
      onePlatform: options.disableMultiPlatformBuild,
    });
    const text =
      options.format === 'json'
        ? jsonLine({ since, until: textOrUnset(until) ?? null, artifacts })
        : artifacts.map(({ image }) => `${image}\n`).join('');
    io.stdout.write(text);
    return 0;
  } finally {
    await session.close();
  }
}
