import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FileInfo, Files } from '../../../src/core/ports.ts';
import { formatTime, timeOf } from '../../../src/go/time.ts';
import { loadZone, utc, type Zone } from '../../../src/go/zone.ts';
import { parseZoneFile } from '../../../src/go/zone-file.ts';

const recorded = JSON.parse(readFileSync(new URL('fixtures/times.json', import.meta.url), 'utf8')) as {
  readonly files: Readonly<Record<string, string>>;
  readonly layouts: readonly string[];
  readonly times: readonly {
    readonly zone: string;
    readonly unix: number;
    readonly nanoseconds: number;
    readonly formatted: readonly string[];
  }[];
};

const bytesOf = (name: string): Uint8Array => Buffer.from(recorded.files[name] ?? '', 'base64');
const zones = new Map<string, Zone | undefined>([
  ['UTC', utc],
  ...Object.keys(recorded.files).map((name) => [name, parseZoneFile(bytesOf(name), name)] as const),
]);

describe('as Go formats times', () => {
  test.each(recorded.times.map((entry) => [entry.unix, entry.zone, entry] as const))(
    '%d in %s',
    (unix, name, entry) => {
      const zone = zones.get(name) as Zone;
      const formatted = recorded.layouts.map((layout) =>
        formatTime({ unix, nanoseconds: entry.nanoseconds, zone }, layout),
      );
      expect(formatted).toEqual(entry.formatted);
    },
  );
});

test('a date keeps its milliseconds, before 1970 too', () => {
  expect(timeOf(new Date(1500), utc)).toMatchObject({ unix: 1, nanoseconds: 500_000_000 });
  expect(timeOf(new Date(-1), utc)).toMatchObject({ unix: -1, nanoseconds: 999_000_000 });
  expect(formatTime(timeOf(new Date('2025-01-02T03:04:05.060Z'), utc), '2006-01-02_15-04-05.999_MST')).toBe(
    '2025-01-02_03-04-05.06_UTC',
  );
});

describe('where zones come from', () => {
  const file = { kind: 'file' } as FileInfo;
  /** Only what loading a zone uses. */
  const filesWith = (content: Readonly<Record<string, Uint8Array>>): Files =>
    ({
      stat: async (path: string) => (content[path] === undefined ? undefined : file),
      read: async (path: string) => content[path],
    }) as unknown as Files;
  const berlin = bytesOf('Europe/Berlin');
  const files = filesWith({
    '/etc/localtime': bytesOf('Asia/Kolkata'),
    '/usr/share/zoneinfo/Europe/Berlin': berlin,
    '/own/Zone': berlin,
    '/bad': new Uint8Array(100),
  });
  const abbreviation = async (name: string, env: Record<string, string>): Promise<string | undefined> =>
    (await loadZone(name, { files, env }))?.at(1_700_000_000).abbreviation;

  test('by name, and Local by TZ or /etc/localtime', async () => {
    expect(await abbreviation('', {})).toBe('UTC');
    expect(await abbreviation('UTC', {})).toBe('UTC');
    expect(await abbreviation('Europe/Berlin', {})).toBe('CET');
    expect(await abbreviation('Local', {})).toBe('IST');
    expect(await abbreviation('Local', { TZ: '' })).toBe('UTC');
    expect(await abbreviation('Local', { TZ: 'Europe/Berlin' })).toBe('CET');
    expect(await abbreviation('Local', { TZ: ':/own/Zone' })).toBe('CET');
    expect(await abbreviation('Local', { TZ: 'No/Where' })).toBe('UTC');
    expect(await abbreviation('Local', { TZ: '/bad' })).toBe('UTC');
  });

  test('names that are no zone or lead out of the directory give nothing', async () => {
    for (const name of ['No/Where', '../../etc/localtime', '/etc/localtime', 'a\\b']) {
      expect(await loadZone(name, { files, env: {} })).toBeUndefined();
    }
  });

  test('without zone files the offsets are those the runtime knows', async () => {
    const zone = await loadZone('Asia/Tokyo', { files: filesWith({}), env: {} });
    expect(zone?.at(1_700_000_000).offset).toBe(9 * 3600);
  });
});
