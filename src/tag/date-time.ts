import { ToolError } from '../core/errors.ts';
import type { TaggerFactory } from '../core/plugins.ts';
import { formatTime, timeOf } from '../go/time.ts';
import { loadZone } from '../go/zone.ts';

/** `tagPolicy.dateTime`. */
export interface DateTimeSpec {
  /** A Go layout. */
  readonly format?: string;
  /** A name of the time zone database, `UTC` or `Local`. */
  readonly timezone?: string;
}

const defaultLayout = '2006-01-02_15-04-05.999_MST';

/** The time of the build by a Go layout (Skaffold's `dateTime`). All artifacts of a policy get the same moment. */
export const dateTime: TaggerFactory<DateTimeSpec> = {
  type: 'dateTime',
  create({ format, timezone }) {
    const zoneName = timezone || 'Local';
    let now: Date | undefined;
    return {
      tag: async (_artifact, { system }) => {
        now ??= system.clock.now();
        const zone = await loadZone(zoneName, system);
        if (zone !== undefined) return formatTime(timeOf(now, zone), format || defaultLayout);
        throw new ToolError('INIT_CREATE_TAGGER_ERROR', `bad timezone provided: "${zoneName}"`, {
          suggestions: [
            {
              code: 'FIX_TIMEZONE',
              action: 'Use UTC, Local or a name such as Europe/Berlin as build.tagPolicy.dateTime.timezone',
            },
          ],
        });
      },
    };
  },
};
