import { describe, expect, test } from 'vitest';
import type { Output } from '../../../src/cli/invocation.ts';
import { showError, withSuggestions } from '../../../src/cli/show-error.ts';
import type { Diagnostic } from '../../../src/core/diagnostic.ts';
import { ToolError } from '../../../src/core/errors.ts';

function shown(error: unknown, { colour = false, verbose = false } = {}): string {
  let text = '';
  const write = (piece: string): void => {
    text += piece;
  };
  const stderr: Output = { write, isTTY: false, redraws: false, colour, columns: 80, rows: 24 };
  showError(error, stderr, { verbose });
  return text;
}

const at = { file: 'skaffold.yaml', line: 3, column: 5, endLine: 3, endColumn: 14 };

function finding(extra: Partial<Diagnostic> = {}): Diagnostic {
  return { severity: 'error', code: 'CONFIG_VALIDATION_ERR', message: 'unknown key "artefacts"', at, ...extra };
}

describe('messages', () => {
  test.each<[message: string, actions: readonly string[], text: string]>([
    ['it failed', [], 'it failed'],
    ['it failed', ['Try again'], 'it failed. Try again.'],
    ['it failed', ['Try again', 'Give up'], 'it failed. Try again or Give up.'],
    ['it failed.', ['Try again.'], 'it failed. Try again.'],
    ['it failed', ['Did you mean COPY?'], 'it failed. Did you mean COPY?'],
  ])('%s %j', (message, actions, text) => {
    expect(
      withSuggestions(
        message,
        actions.map((action) => ({ code: 'X', action })),
      ),
    ).toBe(text);
  });

  test('one line, red where colours are on', () => {
    const error = new ToolError('UNKNOWN_ERROR', 'it failed', { cause: new Error('inner') });
    expect(shown(error)).toBe('it failed\n');
    expect(shown(error, { colour: true })).toBe('\u001B[31mit failed\u001B[0m\n');
    expect(shown(error, { verbose: true })).toBe('it failed\ncaused by Error: inner\n');
  });
});

describe('findings', () => {
  test('place, excerpt with carets, suggestion, related places', () => {
    const related = [{ message: 'defined first here', at: { ...at, line: 1, column: 1 } }];
    const diagnostic = finding({ excerpt: '    artefacts: []', suggestion: 'Write artifacts', related });
    const error = new ToolError('CONFIG_VALIDATION_ERR', 'invalid configuration', { diagnostics: [diagnostic] });
    expect(shown(error).split('\n')).toEqual([
      'invalid configuration',
      'skaffold.yaml:3:5: error: unknown key "artefacts"',
      ' line 3 |     artefacts: []',
      '        |     ^^^^^^^^^',
      '  skaffold.yaml:1:1: defined first here',
      '  Write artifacts',
      '',
    ]);
  });

  test('of a very long line only what is around the place', () => {
    const excerpt = `${'a'.repeat(5_000)}WRONG${'b'.repeat(5_000)}`;
    const place = { ...at, column: 5_001, endColumn: 5_006 };
    const diagnostic = finding({ at: place, excerpt });
    const error = new ToolError('CONFIG_VALIDATION_ERR', diagnostic.message, { diagnostics: [diagnostic] });
    const [, line = '', marks = ''] = shown(error).split('\n');
    expect(line.length).toBeLessThan(200);
    expect(line.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe('WRONG');
  });

  test('nothing of a binary file reaches the terminal as a command to it', () => {
    const diagnostic = finding({ message: 'unknown \u001B[31m', excerpt: '\u001B]0;x\u0007\u009B2J\u0000' });
    const error = new ToolError('CONFIG_VALIDATION_ERR', `in x: ${diagnostic.message}`, { diagnostics: [diagnostic] });
    expect(shown(error)).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/);
  });

  test('all of them, in order', () => {
    const diagnostics = [finding(), finding({ message: 'second', severity: 'warning' })];
    const text = shown(new ToolError('CONFIG_VALIDATION_ERR', 'two problems', { diagnostics }));
    expect(text).toBe(
      'two problems\nskaffold.yaml:3:5: error: unknown key "artefacts"\nskaffold.yaml:3:5: warning: second\n',
    );
  });

  test('a message that only repeats the single finding is not printed', () => {
    const error = new ToolError('CONFIG_FILE_PARSING_ERR', 'parsing: unknown key "artefacts"', {
      diagnostics: [finding()],
    });
    expect(shown(error)).toBe('skaffold.yaml:3:5: error: unknown key "artefacts"\n');
  });

  test.each<[what: string, excerpt: string, range: Partial<typeof at>, marks: string]>([
    ['tabs are kept', '\t\tkey: 1', { column: 3, endColumn: 6 }, '\t\t^^^'],
    ['an empty range is one caret', 'a: b', { column: 4, endColumn: 4 }, '   ^'],
    [
      'a range over several lines goes to the end of the first',
      'a: [1,',
      { column: 4, endLine: 5, endColumn: 2 },
      '   ^^^',
    ],
    ['a range beyond the line stops there', 'ab', { column: 1, endColumn: 99 }, '^^'],
    ['a place behind the end of the line', 'ab', { column: 3, endColumn: 3 }, '  ^'],
  ])('%s', (_, excerpt, range, marks) => {
    const error = new ToolError('CONFIG_VALIDATION_ERR', 'x', {
      diagnostics: [finding({ excerpt, at: { ...at, ...range } })],
    });
    expect(shown(error).split('\n').at(-2)).toBe(`        | ${marks}`);
  });
});

test('the line Skaffold would name is told where it is another one', () => {
  const of = (skaffoldLine: number): string =>
    shown(new ToolError('CONFIG_VALIDATION_ERR', 'x', { diagnostics: [finding({ skaffoldLine })] }));
  expect(of(3)).not.toContain('Skaffold');
  expect(of(7)).toContain('(Skaffold calls it line 7)');
});

describe('bugs', () => {
  test('say so, and where they happened when asked', () => {
    const bug = new TypeError('x is not a function');
    expect(shown(bug)).toMatch(/^internal error: TypeError: x is not a function\nThis is a bug: .*-v debug\.\n$/);
    expect(shown(bug)).not.toContain('show-error.test.ts');
    expect(shown(bug, { verbose: true })).toContain('show-error.test.ts');
    expect(shown('a string')).toContain('internal error: a string');
  });
});

test('of very many findings the first fifty are shown, and how many more there are', () => {
  const diagnostics = Array.from({ length: 1234 }, () => finding());
  const text = shown(new ToolError('CONFIG_VALIDATION_ERR', 'invalid skaffold config', { diagnostics }));
  expect(text.match(/unknown key/g)).toHaveLength(50);
  expect(text).toMatch(/\nand 1184 more like these\n$/);
});
