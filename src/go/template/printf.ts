import { formatArgument, formatPlain } from './format.ts';
import type { Spec } from './format-spec.ts';
import { type GoValue, integerOf, typeName } from './values.ts';

/** Where a format string is being read, and which argument comes next. */
interface Reader {
  readonly format: string;
  readonly values: readonly GoValue[];
  position: number;
  argument: number;
  /** Whether an argument was chosen by number: then left-over ones are no mistake. */
  reordered: boolean;
  /** Whether every index of the verb under way was a good one. */
  goodIndex: boolean;
}

/** Go's `fmt.Sprintf`, mistakes in the format included (`%!d(MISSING)`). */
export function sprintf(format: string, values: readonly GoValue[]): string {
  const reader: Reader = { format, values, position: 0, argument: 0, reordered: false, goodIndex: true };
  let text = '';
  while (reader.position < format.length) {
    const percent = format.indexOf('%', reader.position);
    const end = percent < 0 ? format.length : percent;
    text += format.slice(reader.position, end);
    reader.position = end + 1;
    if (percent >= 0) text += formatVerb(reader);
  }
  return text + extraArguments(reader);
}

/** Arguments that no verb asked for. */
function extraArguments({ values, argument, reordered }: Reader): string {
  if (reordered || argument >= values.length) return '';
  const extra = values.slice(argument).map((value) => {
    return value === null || value === undefined ? '<nil>' : `${typeName(value)}=${formatPlain(value)}`;
  });
  return `%!(EXTRA ${extra.join(', ')})`;
}

/** One verb, from behind its percent sign. */
function formatVerb(reader: Reader): string {
  reader.goodIndex = true;
  const flags = readFlags(reader);
  let afterIndex = readIndex(reader);
  let problem = '';
  let { minus } = flags;
  let width: number | undefined;
  if (reader.format[reader.position] === '*') {
    reader.position++;
    width = starArgument(reader);
    if (width === undefined) problem += '%!(BADWIDTH)';
    else if (width < 0) [width, minus] = [-width, true];
    afterIndex = false;
  } else {
    width = readDigits(reader);
    if (afterIndex && width !== undefined) reader.goodIndex = false;
  }
  const precision = readPrecision(reader, afterIndex);
  if (precision.isBad) problem += '%!(BADPREC)';
  if (!precision.afterIndex) readIndex(reader);
  const code = reader.format.codePointAt(reader.position);
  if (code === undefined) return `${problem}%!(NOVERB)`;
  const verb = String.fromCodePoint(code);
  reader.position += verb.length;
  return problem + finishVerb(reader, { ...flags, minus, width, precision: precision.value, verb });
}

function finishVerb(reader: Reader, spec: Spec): string {
  if (spec.verb === '%') return '%';
  if (!reader.goodIndex) return `%!${spec.verb}(BADINDEX)`;
  if (reader.argument >= reader.values.length) return `%!${spec.verb}(MISSING)`;
  const value = reader.values[reader.argument++];
  const isValue = spec.verb === 'v';
  const forValue = { ...spec, plusV: isValue && spec.plus === true, sharpV: isValue && spec.sharp === true };
  return formatArgument(
    value,
    isValue ? { ...forValue, plus: spec.plus === true && !forValue.plusV, sharp: false } : spec,
  );
}

function readFlags(reader: Reader): { plus: boolean; minus: boolean; sharp: boolean; space: boolean; zero: boolean } {
  const start = reader.position;
  while ('+-# 0'.includes(reader.format[reader.position] ?? '.')) reader.position++;
  const flags = reader.format.slice(start, reader.position);
  return {
    plus: flags.includes('+'),
    minus: flags.includes('-'),
    sharp: flags.includes('#'),
    space: flags.includes(' '),
    zero: flags.includes('0'),
  };
}

function readDigits(reader: Reader): number | undefined {
  const digits = /^[0-9]+/.exec(reader.format.slice(reader.position))?.[0];
  if (digits === undefined) return undefined;
  reader.position += digits.length;
  return Number(digits) > 1e6 ? undefined : Number(digits);
}

/** `[n]`: the next verb takes argument n. */
function readIndex(reader: Reader): boolean {
  if (reader.format[reader.position] !== '[') return false;
  reader.reordered = true;
  const match = /^\[([^\]]*)\]/.exec(reader.format.slice(reader.position));
  const index = /^[0-9]+$/.test(match?.[1] ?? '') ? Number(match?.[1]) : 0;
  reader.position += match?.[0].length ?? 1;
  if (index >= 1 && index <= reader.values.length) reader.argument = index - 1;
  else reader.goodIndex = false;
  return match !== null;
}

/** The argument for a `*`, when it is an integer of a sane size. */
function starArgument(reader: Reader): number | undefined {
  const value = integerOf(reader.values[reader.argument]);
  if (reader.argument < reader.values.length) reader.argument++;
  return value === undefined || value > 1_000_000n || value < -1_000_000n ? undefined : Number(value);
}

function readPrecision(
  reader: Reader,
  afterIndex: boolean,
): { value?: number | undefined; isBad: boolean; afterIndex: boolean } {
  if (reader.format[reader.position] !== '.') return { isBad: false, afterIndex };
  reader.position++;
  if (afterIndex) reader.goodIndex = false;
  const indexed = readIndex(reader);
  if (reader.format[reader.position] !== '*')
    return { value: readDigits(reader) ?? 0, isBad: false, afterIndex: indexed };
  reader.position++;
  const value = starArgument(reader);
  const isBad = value === undefined || value < 0;
  return { value: isBad ? undefined : value, isBad, afterIndex: false };
}
