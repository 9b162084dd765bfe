import { ToolError, withPrefix } from '../../../core/errors.ts';
import type { RenderRun } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import { expandEnvTemplate } from '../../../go/env-template.ts';
import type { HelmRelease } from './spec.ts';

/** A release with the templates of its own fields filled in. */
export interface NamedRelease {
  readonly name: string;
  /** The chart as helm is told: a path, an archive, `repository/chart` or an address. */
  readonly chart: string;
  /** Whether the chart lies on this machine by the configuration's word (`chartPath`). */
  readonly isLocal: boolean;
  /** Empty where none is chosen. */
  readonly namespace: string;
  readonly written: HelmRelease;
}

/**
 * Fills in name, chart and namespace; a variable that is not set is an error there. `--namespace` goes before the
 * release's own.
 *
 * @throws {ToolError} `TEMPLATE_ERR`; `CONFIG_VALIDATION_ERR` for a release without a chart.
 */
export async function nameRelease(release: HelmRelease, run: RenderRun, ctx: Context): Promise<NamedRelease> {
  const { chartPath = '', remoteChart = '' } = release;
  const name = await strictly('name', release.name ?? '', release, ctx);
  if (chartPath === '' && remoteChart === '') throw withoutChart(name);
  return {
    name,
    chart: chartPath === '' ? remoteChart : await strictly('chartPath', chartPath, release, ctx),
    isLocal: chartPath !== '',
    namespace: run.namespace ?? (await strictly('namespace', release.namespace ?? '', release, ctx)),
    written: release,
  };
}

async function strictly(field: string, text: string, { name }: HelmRelease, ctx: Context): Promise<string> {
  try {
    return await expandEnvTemplate(text, {}, ctx, { mode: 'strict' });
  } catch (error) {
    throw withPrefix(`release ${name}: ${field}`, error);
  }
}

function withoutChart(name: string): ToolError {
  return new ToolError('CONFIG_VALIDATION_ERR', `the helm release "${name}" has no chart`, {
    suggestions: [{ code: 'NAME_CHART', action: 'Give it a chartPath or a remoteChart' }],
  });
}
