import type { Zone } from './zone.ts';
import { parseZoneRule } from './zone-rule.ts';

interface Period {
  /** First second (since 1970) it is in force. */
  readonly from: number;
  readonly offset: number;
  readonly abbreviation: string;
}

/**
 * Reads a compiled zone file (TZif, RFC 8536): the 64-bit part, and the rule for the time after its last change.
 *
 * @returns undefined for anything else.
 */
export function parseZoneFile(bytes: Uint8Array, name: string): Zone | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 44 || readText(bytes, 0, 4) !== 'TZif') return undefined;
  const isLong = (bytes[4] ?? 0) >= 0x32;
  const first = readHeader(view, 0, 4);
  const header = isLong ? readHeader(view, first.end, 8) : first;
  const { periods, initial, states } = readPeriods(view, bytes, header);
  const footer = isLong ? readText(bytes, header.end + 1, bytes.length).split('\n')[0] : undefined;
  const rule = footer === undefined ? undefined : parseZoneRule(footer);
  const last = periods.at(-1)?.from ?? Number.NEGATIVE_INFINITY;
  return {
    name,
    states,
    at: (unix) => {
      if (rule !== undefined && unix >= last) return rule(unix);
      return periods.findLast(({ from }) => from <= unix) ?? initial;
    },
  };
}

interface Header {
  readonly timeSize: number;
  readonly changes: number;
  readonly types: number;
  readonly characters: number;
  /** Where the data starts, and where it ends. */
  readonly start: number;
  readonly end: number;
}

function readHeader(view: DataView, at: number, timeSize: number): Header {
  const [utcCount = 0, standardCount = 0, leaps = 0, changes = 0, types = 0, characters = 0] = [
    20, 24, 28, 32, 36, 40,
  ].map((offset) => view.getUint32(at + offset));
  const start = at + 44;
  const size = changes * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + standardCount + utcCount;
  return { timeSize, changes, types, characters, start, end: start + size };
}

function readPeriods(
  view: DataView,
  bytes: Uint8Array,
  header: Header,
): { readonly periods: readonly Period[]; readonly initial: Period; readonly states: readonly Period[] } {
  const { timeSize, changes, types, start } = header;
  const indexes = start + changes * timeSize;
  const typesAt = indexes + changes;
  const names = readText(bytes, typesAt + types * 6, typesAt + types * 6 + header.characters);
  const typeAt = (index: number, from: number): Period => {
    const at = typesAt + index * 6;
    return { from, offset: view.getInt32(at), abbreviation: names.slice(view.getUint8(at + 5)).split('\0')[0] ?? '' };
  };
  const periods = Array.from({ length: changes }, (_, index) => {
    const at = start + index * timeSize;
    return typeAt(view.getUint8(indexes + index), timeSize === 8 ? Number(view.getBigInt64(at)) : view.getInt32(at));
  });
  const states = Array.from({ length: types }, (_, index) => typeAt(index, Number.NEGATIVE_INFINITY));
  return { periods, initial: typeAt(0, Number.NEGATIVE_INFINITY), states };
}

function readText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString('latin1');
}
