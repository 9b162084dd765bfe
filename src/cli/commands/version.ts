import type { Invocation } from '../invocation.ts';
import { configVersion, skaffoldVersion, version } from '../version.ts';

/**
 * `version`: the release of Skaffold that is followed on standard output, since scripts compare it with what they need;
 * the program's own name and version on standard error. With `--output`, what the template makes of Skaffold's fields
 * and `SlipwayVersion`. Those that tell how a Go program was built say how this one runs, or are empty.
 */
export async function run({ options, io, ctx }: Invocation<'version'>): Promise<number> {
  const { compiled } = options.output;
  if (compiled === undefined) {
    io.stderr.write(`slipway v${version}, compatible with Skaffold v${skaffoldVersion}\n`);
    io.stdout.write(`v${skaffoldVersion}\n`);
    return 0;
  }
  const { os, architecture } = ctx.system.platform;
  io.stdout.write(
    compiled.execute({
      Version: `v${skaffoldVersion}`,
      ConfigVersion: configVersion,
      GitVersion: '',
      GitCommit: '',
      BuildDate: '',
      GoVersion: '',
      Compiler: 'node',
      Platform: `${os}/${architecture}`,
      User: '',
      SlipwayVersion: `v${version}`,
    }),
  );
  return 0;
}
