import type { ArtifactReport, Timing } from '../../pipeline/diagnose.ts';
import { configVersion, version } from '../version.ts';

/** What `diagnose` prints before the configuration, in Skaffold's layout. */
export function reportText(reports: readonly ArtifactReport[]): string {
  return [
    `Slipway version: v${version}\n`,
    `Configuration version: ${configVersion}\n`,
    `Number of artifacts: ${reports.length}\n`,
    ...reports.map(artifactText),
    '\nConfiguration\n',
  ].join('');
}

/** How Skaffold calls the builders in headings. */
const titles: Readonly<Record<string, string>> = { buildpacks: 'Buildpack' };

function artifactText({ image, type, inputs, contextBytes, listing, modificationTimes }: ArtifactReport): string {
  const title = titles[type] ?? `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
  return [
    `\n${title} artifact: ${image}\n`,
    contextBytes === undefined ? '' : ` - Size of the context: ${contextBytes}bytes\n`,
    ` - Dependencies: ${inputs} files\n`,
    ` - Time to list dependencies: ${timingText(listing)}\n`,
    ` - Time to compute mTimes on dependencies: ${timingText(modificationTimes)}\n`,
  ].join('');
}

function timingText({ first, second }: Timing): string {
  return `${durationText(first)} (2nd time: ${durationText(second)})`;
}

/** Below a second as Go prints durations (`116.998µs`, `69.135756ms`), above in words (`1 minute 2.345 seconds`). */
export function durationText(milliseconds: number): string {
  const nanoseconds = Math.round(milliseconds * 1e6);
  if (nanoseconds === 0) return '0s';
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}µs`;
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`;
  const seconds = Math.round(milliseconds) / 1e3;
  const parts = [
    counted(Math.floor(seconds / 3600), 'hour'),
    counted(Math.floor((seconds % 3600) / 60), 'minute'),
    counted(Math.round((seconds % 60) * 1e3) / 1e3, 'second'),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function counted(count: number, unit: string): string {
  return count === 0 ? '' : `${count} ${unit}${count === 1 ? '' : 's'}`;
}
