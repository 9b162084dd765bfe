import { formatBytes, formatDuration } from './duration.ts';

/** What one line of the terminal display says about an artifact. */
export interface BuildRow {
  readonly image: string | undefined;
  readonly step: string;
  readonly startedAt: number;
  readonly state: 'waiting' | 'running' | 'built' | 'failed' | 'cancelled';
  /** Milliseconds, once it has ended. */
  readonly took?: number;
  readonly bytesPushed?: number;
}

export const waitingRow: BuildRow = { image: undefined, step: '', startedAt: 0, state: 'waiting' };

/** The line: image, step or outcome, time, and how much was pushed. */
export function describeRow(row: BuildRow, now: number): string {
  if (row.image === undefined) return 'waiting';
  const time = formatDuration(row.took ?? now - row.startedAt);
  switch (row.state) {
    case 'waiting':
      return `${row.image}: waiting`;
    case 'running':
      return `${row.image}: ${row.step} (${time})`;
    case 'built':
      return `${row.image}: built in ${time}${row.bytesPushed === undefined ? '' : `, ${formatBytes(row.bytesPushed)} pushed`}`;
    case 'failed':
      return `${row.image}: failed after ${time}`;
    case 'cancelled':
      return `${row.image}: cancelled`;
    default:
      row.state satisfies never;
      return row.image;
  }
}

/** The last line of a tool's output that says something, without escape codes, for the line under an artifact. */
export function lastLine(text: string): string | undefined {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\u001B\[[\d;?]*[A-Za-z]/g, '').trim())
    .filter((line) => line !== '');
  return lines.at(-1);
}
