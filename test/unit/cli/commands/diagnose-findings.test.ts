import { describe, expect, test } from 'vitest';
import { runCommandLine } from './support.ts';

const header = 'apiVersion: skaffold/v4beta14\nkind: Config\n';

interface Finding {
  readonly severity: string;
  readonly code: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly [key: string]: unknown;
}

async function diagnose(
  files: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<{ readonly code: number; readonly stderr: string; readonly findings: readonly Finding[] }> {
  const { code, stdout, stderr } = await runCommandLine(['diagnose', '--format=json', ...args], { files });
  const { findings, ...more } = JSON.parse(stdout) as { findings: readonly Finding[] };
  expect(more).toEqual({});
  return { code, stderr, findings };
}

const places = (findings: readonly Finding[]): unknown =>
  findings.map(({ severity, code, file, line, column }) => [severity, code, file, line, column]);

describe('diagnose --format=json', () => {
  test('prints an empty list for a configuration without findings', async () => {
    expect(await diagnose({ 'skaffold.yaml': header })).toEqual({ code: 0, stderr: '', findings: [] });
  });

  test('tells all errors of names and types with their places, and how to mend them', async () => {
    const { code, stderr, findings } = await diagnose({
      'skaffold.yaml': `${header}build:\n  artifact: []\n  local: {concurrency: many}\n`,
    });
    expect([code, stderr]).toEqual([1, '']);
    expect(places(findings)).toEqual([
      ['error', 'CONFIG_FILE_PARSING_ERR', 'skaffold.yaml', 4, 3],
      ['error', 'CONFIG_FILE_PARSING_ERR', 'skaffold.yaml', 5, 24],
    ]);
    expect(findings[0]).toMatchObject({ endLine: 4, endColumn: 11, suggestion: expect.stringContaining('artifacts') });
  });

  test('tells text that is no YAML', async () => {
    const { code, findings } = await diagnose({ 'skaffold.yaml': `${header}build: [\n` });
    expect(code).toBe(1);
    expect(findings).toMatchObject([{ severity: 'error', file: 'skaffold.yaml', endLine: expect.any(Number) }]);
  });

  test('tells what validation finds, and the places that explain it', async () => {
    const { code, findings } = await diagnose({
      'skaffold.yaml': `${header}build:\n  artifacts:\n  - image: app\n  - image: app\n`,
    });
    expect(code).toBe(1);
    expect(findings).toMatchObject([
      { code: 'CONFIG_VALIDATION_ERR', related: [{ message: expect.any(String), file: 'skaffold.yaml', line: 5 }] },
    ]);
  });

  test('tells warnings, and succeeds with nothing else', async () => {
    const { code, stderr, findings } = await diagnose({
      'skaffold.yaml': `${header}metadata: {name: a}\nrequires: [{path: b.yaml}]\n`,
      'b.yaml': `${header}metadata: {name: b}\nrequires: [{path: skaffold.yaml}]\n`,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(findings.map(({ severity }) => severity)).toEqual(['warning']);
  });

  test('sorts by file, then place', async () => {
    const { findings } = await diagnose({
      'skaffold.yaml': `${header}requires: [{path: z.yaml}, {path: a.yaml}]\n`,
      'z.yaml': `${header}z: 1\ny: 1\n`,
      'a.yaml': `${header}z: 1\n`,
    });
    expect(findings.map(({ file, line }) => [file, line])).toEqual([
      ['a.yaml', 3],
      ['z.yaml', 3],
      ['z.yaml', 4],
    ]);
  });

  test('a file that is missing is a finding without a place', async () => {
    const { code, stderr, findings } = await diagnose({});
    expect([code, stderr]).toEqual([1, '']);
    expect(findings).toMatchObject([
      { severity: 'error', code: 'CONFIG_FILE_NOT_FOUND_ERR', file: null, line: null, endColumn: null },
    ]);
  });

  test('so is a profile that nobody has', async () => {
    const { findings } = await diagnose({ 'skaffold.yaml': header }, ['-p', 'none']);
    expect(findings).toMatchObject([{ code: 'CONFIG_PROFILES_NOT_FOUND_ERR', suggestion: expect.any(String) }]);
  });

  test('writes the document to a file', async () => {
    const files = { 'skaffold.yaml': header };
    const result = await runCommandLine(['diagnose', '--format=json', '-o', 'out.json'], { files });
    expect(result).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(result.files['/work/out.json']).toBe('{"findings":[]}\n');
  });

  test.each(['--yaml-only', '--enable-templating'])('refuses %s, which would say nothing', async (flag) => {
    const result = await runCommandLine(['diagnose', '--format=json', flag], { files: { 'skaffold.yaml': header } });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(flag);
  });

  test('refuses other forms', async () => {
    const result = await runCommandLine(['diagnose', '--format=xml'], { files: { 'skaffold.yaml': header } });
    expect(result).toMatchObject({ code: 127, stdout: '' });
  });
});
