import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { transformSync } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';

/** Everything that is loaded before a command runs: static imports only, types left out. */
function reachableFrom(entry: string): { readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const { code } = transformSync(readFileSync(join('src', file), 'utf8'), { loader: 'ts', format: 'esm' });
    for (const match of code.matchAll(/^(?:import|export)\b[^;]*?["']([^"']+)["'];/gm)) {
      const specifier = match[1] ?? '';
      if (specifier.startsWith('.')) visit(normalize(join(dirname(file), specifier)));
      else packages.add(specifier);
    }
  };
  visit(entry);
  return { files, packages };
}

describe('what is loaded before a command runs', () => {
  let files: readonly string[] = [];
  let packages: readonly string[] = [];
  beforeAll(() => {
    const reached = reachableFrom('main.ts');
    files = [...reached.files].sort();
    packages = [...reached.packages].sort();
  });

  test('the walk saw the program', () => {
    expect(files).toEqual(
      expect.arrayContaining(['main.ts', 'cli/run.ts', 'cli/parse.ts', 'cli/flags/table.ts', 'system/node.ts']),
    );
    expect(files.every((file) => existsSync(join('src', file)))).toBe(true);
  });

  test('no packages, and of Node only what reading files and starting up needs', () => {
    const allowed = new Set([
      'buffer',
      'crypto',
      'events',
      'fs',
      'fs/promises',
      'os',
      'path',
      'process',
      'stream',
      'timers',
      'timers/promises',
      'url',
      'util',
    ]);
    expect(packages.filter((name) => !allowed.has(name.replace(/^node:/, '')))).toEqual([]);
  });

  test('only the command line, the vocabulary, plain reporting and the edge', () => {
    const known =
      /^(?:main\.ts$|core\/|cli\/|report\/(?:plain|quiet|colour|in-order|explanation)\.ts$|system\/|go\/template\/quote\.ts$)/;
    expect(files.filter((file) => !known.test(file))).toEqual([]);
  });

  test.each([
    'cli/help.ts',
    'cli/commands/version.ts',
    'cli/commands/build.ts',
    'cli/commands/render.ts',
    'cli/completion/complete.ts',
    'cli/output-template.ts',
    'report/terminal.ts',
    'report/listr.ts',
    'system/http.ts',
    'system/proxy.ts',
  ])('%s is loaded when it is needed', (file) => {
    expect(existsSync(join('src', file))).toBe(true);
    expect(files).not.toContain(file);
  });
});
