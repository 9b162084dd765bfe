const pattern =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[-+]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?)?$/;

/**
 * Reads a timestamp in the forms gopkg.in/yaml.v3 knows: `2006-1-2`, `2006-1-2 15:4:5.9` (UTC) and
 * `2006-1-2T15:4:5.9Z` or with an offset such as `+02:00`. Returns it in RFC 3339 (the way Go prints it), or undefined.
 */
export function parseTimestamp(text: string): string | undefined {
  if (text.charCodeAt(4) !== 0x2d) return undefined;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = ''] = match;
  if (!isDate(Number(year), Number(month), Number(day))) return undefined;
  const time = formatTime(match[5] ?? match[10], match[6] ?? match[11], match[7] ?? match[12], match[8] ?? match[13]);
  const zone = formatZone(match[9]);
  if (time === undefined || zone === undefined) return undefined;
  return `${year}-${two(month)}-${two(day)}T${time}${zone}`;
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0);
}

function formatTime(hour = '0', minute = '0', second = '0', fraction = ''): string | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const nanoseconds = fraction.slice(0, 9).replace(/0+$/, '');
  return `${two(hour)}:${two(minute)}:${two(second)}${nanoseconds === '' ? '' : `.${nanoseconds}`}`;
}

/** Offsets up to 24 hours and 60 minutes are taken, as Go's `time.Parse` does. */
function formatZone(zone = 'Z'): string | undefined {
  if (zone === 'Z') return 'Z';
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (hours > 24 || minutes > 60) return undefined;
  const total = hours * 60 + minutes;
  if (total === 0) return 'Z';
  return `${zone[0]}${two(String(Math.floor(total / 60)))}:${two(String(total % 60))}`;
}

function two(digits: string): string {
  return digits.padStart(2, '0');
}
