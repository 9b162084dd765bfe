import { expect, test } from 'vitest';
import { splitShellWords } from '../../../src/cli/start/shell-words.ts';

test.each<[line: string, words: readonly string[] | undefined]>([
  ['', []],
  ['  ', []],
  ['build --dry-run', ['build', '--dry-run']],
  ["build -t 'my tag'", ['build', '-t', 'my tag']],
  ['build -t "my \\"tag\\" $HOME"', ['build', '-t', 'my "tag" $HOME']],
  ['a\\ b c\\\nd', ['a b', 'cd']],
  ['"a\\nb" "\\$x" "a\\\nb"', ['a\\nb', '$x', 'ab']],
  [`a'b'"c"d`, ['abcd']],
  ['\'\' ""', ['', '']],
  ['tab\tand\nline', ['tab', 'and', 'line']],
  ["'a\\b'", ['a\\b']],
  ['render "unterminated', undefined],
  ["it's", undefined],
  ['ends with \\', undefined],
])('%j', (line, words) => {
  expect(splitShellWords(line)).toEqual(words);
});
