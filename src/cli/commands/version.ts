import type { Invocation } from '../invocation.ts';
import { configVersion, versionFor } from '../version.ts';

/**
 * `version`: one line, or what `--output` makes of Skaffold's fields. Those that tell how a Go program was built
 * say how this one runs, or are empty.
 */
export async function run({ options, io, ctx, program }: Invocation<'version'>): Promise<number> {
  const { compiled } = options.output;
  if (compiled === undefined) {
    io.stdout.write(`${versionFor(program)}\n`);
    return 0;
  }
  const { os, architecture } = ctx.system.platform;
  io.stdout.write(
    compiled.execute({
      Version: versionFor(program),
      ConfigVersion: configVersion,
      GitVersion: '',
      GitCommit: '',
      BuildDate: '',
      GoVersion: '',
      Compiler: 'node',
      Platform: `${os}/${architecture}`,
      User: '',
    }),
  );
  return 0;
}
