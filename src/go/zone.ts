import type { Files } from '../core/ports.ts';

/** How far from UTC a zone is at some time, and what that is called. */
export interface ZoneState {
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly abbreviation: string;
}

/** A time zone: how far from UTC it is at some moment, and what that is called. */
export interface Zone {
  readonly name: string;
  /** @param unix seconds since 1970. */
  at(unix: number): ZoneState;
  /** Every state it was ever in, when that is known. */
  readonly states?: readonly ZoneState[];
}

/** Coordinated universal time. */
export const utc: Zone = { name: 'UTC', at: () => ({ offset: 0, abbreviation: 'UTC' }) };

const directories = ['/usr/share/zoneinfo', '/usr/share/lib/zoneinfo', '/usr/lib/locale/TZ', '/etc/zoneinfo'];

/** What loading a zone needs from outside. */
export interface ZoneSources {
  readonly files: Files;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Loads a zone as Go's `time.LoadLocation` does: empty and `UTC` are UTC, `Local` is what `TZ` names, else `/etc/localtime`.
 *
 * @returns undefined when there is no such zone.
 */
export async function loadZone(name: string, sources: ZoneSources): Promise<Zone | undefined> {
  if (name === '' || name === 'UTC') return utc;
  if (name === 'Local') return loadLocal(sources);
  if (name.includes('..') || name.startsWith('/') || name.includes('\\')) return undefined;
  const path = sources.env['ZONEINFO'];
  for (const directory of path === undefined ? directories : [path, ...directories]) {
    const zone = await readZone(`${directory}/${name}`, name, sources.files);
    if (zone !== undefined) return zone;
  }
  return zoneFromRuntime(name);
}

async function loadLocal(sources: ZoneSources): Promise<Zone> {
  const variable = sources.env['TZ']?.replace(/^:/, '');
  if (variable === undefined) return (await readZone('/etc/localtime', 'Local', sources.files)) ?? utc;
  if (variable === '') return utc;
  if (variable.startsWith('/')) return (await readZone(variable, 'Local', sources.files)) ?? utc;
  return (await loadZone(variable, { ...sources, env: { ...sources.env, TZ: '' } })) ?? utc;
}

async function readZone(path: string, name: string, files: Files): Promise<Zone | undefined> {
  if ((await files.stat(path))?.kind !== 'file') return undefined;
  const { parseZoneFile } = await import('./zone-file.ts');
  return parseZoneFile(await files.read(path), name);
}

/** Without zone files: what the JavaScript runtime knows. Its abbreviations are those of English texts, such as `GMT+1`. */
function zoneFromRuntime(name: string): Zone | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    const short = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'short' });
    const part = (formatter: Intl.DateTimeFormat, unix: number): string =>
      formatter.formatToParts(unix * 1000).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    return { name, at: (unix) => ({ offset: offsetOf(part(format, unix)), abbreviation: part(short, unix) }) };
  } catch {
    return undefined;
  }
}

function offsetOf(text: string): number {
  const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] = /GMT([+-])(\d+):?(\d+)?:?(\d+)?/.exec(text) ?? [];
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === '-' ? -offset : offset;
}
