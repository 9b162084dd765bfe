import { buildError } from './failure.ts';

/**
 * The time that everything made by a build gets, in seconds since the epoch: `SOURCE_DATE_EPOCH` as a build argument, as
 * an ARG before the first FROM, or from the environment (reproducible-builds.org), else 0. Never the clock, never a working tree's times: the same files
 * must give the same image on any machine at any time.
 *
 * @param values Where it may be set, the first that is counts.
 * @throws {ToolError} `BUILD_USER_ERROR` for what is no whole number of seconds.
 */
export function epochOf(values: readonly (string | undefined)[]): number {
  const text = values.find((value) => value !== undefined && value !== '') ?? '';
  if (text === '') return 0;
  // The last second that an image config can name with four digits for the year.
  if (/^\d+$/.test(text) && Number(text) <= 253402300799) return Number(text);
  throw buildError(`SOURCE_DATE_EPOCH is "${text}"`, 'Set it to a number of seconds since 1970, or unset it');
}
