import { stripVTControlCharacters } from 'node:util';

/** Enough to see what is wrong; the whole output is shown while the command runs. */
const longest = 200;

/** `: ` and the last line of a program's output that says something, or nothing where there is none. */
export function lastLine(output: string): string {
  const line =
    stripVTControlCharacters(output)
      .trimEnd()
      .split(/[\r\n]/)
      .at(-1)
      ?.trim() ?? '';
  if (line === '') return '';
  return line.length > longest ? `: ${line.slice(0, longest)}…` : `: ${line}`;
}
