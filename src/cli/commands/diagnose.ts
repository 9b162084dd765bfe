import { failWith, hasErrors } from '../../config/failure.ts';
import type { SkaffoldConfig } from '../../config/generated/types.ts';
import { loadConfigs } from '../../config/load-configs.ts';
import type { LoadedConfig } from '../../config/loaded-config.ts';
import type { LoadOptions } from '../../config/options.ts';
import { absolutePaths } from '../../config/paths.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Context } from '../../core/ports.ts';
import type { Invocation } from '../invocation.ts';
import { configText } from './config-text.ts';
import { loadOptions, textOrUnset } from './load-options.ts';
import { writeResult } from './session-options.ts';

/**
 * `diagnose`: what listing the sources of each artifact takes, then the configuration as it takes effect. With
 * `--yaml-only` the configuration alone, which then need not be valid beyond names and types; with `--format=json` the
 * findings about it.
 */
export async function run(invocation: Invocation<'diagnose'>): Promise<number> {
  const { options, command, io, ctx } = invocation;
  if (options.format === 'json') return await (await import('./diagnose-findings.ts')).run(invocation);
  const load = await loadOptions(options, command, io);
  const { configs, findings } = await loadConfigs(load, ctx);
  if (hasErrors(findings)) throw failWith(findings, 'CONFIG_FILE_PARSING_ERR');
  if (options.yamlOnly) await tellWarnings(findings, ctx);
  else io.stdout.write(await report(load, invocation));
  const effective = configs.map(effectiveConfig);
  const text = configText(options.enableTemplating ? await expanded(effective, invocation) : effective);
  if (options.output === '') io.stdout.write(text);
  else await writeResult(options.output, text, ctx);
  return 0;
}

/** The report tells them too, since it opens a session. */
async function tellWarnings(findings: readonly Diagnostic[], ctx: Context): Promise<void> {
  if (findings.length === 0) return;
  const { describeWarning } = await import('../../pipeline/session.ts');
  for (const finding of findings) ctx.emit({ type: 'log', level: 'warning', message: describeWarning(finding) });
}

async function report(load: LoadOptions, invocation: Invocation<'diagnose'>): Promise<string> {
  const { options, command, ctx } = invocation;
  const [{ openSession }, { diagnoseArtifacts }, { reportText }] = await Promise.all([
    import('../../pipeline/session.ts'),
    import('../../pipeline/diagnose.ts'),
    import('./diagnose-report.ts'),
  ]);
  const session = await openSession(
    {
      load,
      defaultRepo: options.defaultRepo?.[0],
      globalConfigFile: textOrUnset(options.config),
      insecureRegistries: options.insecureRegistry,
      detectMinikube: options.detectMinikube,
      engine: 'auto',
    },
    ctx,
  );
  try {
    const progress = await invocation.showProgress({ mode: 'show' });
    const reports = await diagnoseArtifacts(session, command);
    await progress.close();
    return reportText(reports);
  } finally {
    await session.close();
  }
}

/** All paths absolute; what profiles and required configurations say has been worked in. */
function effectiveConfig({ config, directory }: LoadedConfig): SkaffoldConfig {
  const { requires: _read, profiles: _applied, ...effective } = absolutePaths(config, directory);
  return effective;
}

async function expanded(
  configs: readonly SkaffoldConfig[],
  { ctx }: Invocation<'diagnose'>,
): Promise<SkaffoldConfig[]> {
  const { expandTemplates } = await import('./diagnose-templates.ts');
  const results: SkaffoldConfig[] = [];
  for (const config of configs) results.push(await expandTemplates(config, ctx));
  return results;
}
