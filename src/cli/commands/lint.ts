import type { LintFinding } from '../../pipeline/lint/rules.ts';
import { lintProject } from '../../pipeline/lint.ts';
import { printable } from '../excerpt.ts';
import type { Invocation } from '../invocation.ts';
import { jsonLine } from './json-line.ts';
import { loadOptions } from './load-options.ts';

/** `lint`: what is worth changing, as text or, for any `--format` but `plain-text` (as in Skaffold), as JSON. */
export async function run({ options, command, io, ctx }: Invocation<'lint'>): Promise<number> {
  const findings = await lintProject(await loadOptions(options, command, io), ctx);
  const text = options.format === 'plain-text' ? findings.map(describe).join('') : jsonLine(findings.map(document));
  io.stdout.write(text);
  return 0;
}

const ruleTypes = ['YamlFieldLintRule', 'DockerfileCommandLintRule'] as const;

/** The place, the rule and what it says; the line; a caret below the place. */
function describe({ rule, shownFile, explanation, line, column, text }: LintFinding): string {
  const id = `ID${String(rule.RuleID).padStart(6, '0')}`;
  const head = `${shownFile}:${line}:${column}: ${id}: ${ruleTypes[rule.RuleType]}: ${explanation}`;
  return `${printable(head)}\n${printable(text)}\n${' '.repeat(column - 1)}^\n`;
}

/** Skaffold's form: the range is the whole rest of the line, told as the start of the next. */
function document({ rule, file, shownFile, explanation, line, column }: LintFinding): unknown {
  return {
    Rule: rule,
    AbsFilePath: file,
    RelFilePath: shownFile,
    Explanation: explanation,
    StartLine: line,
    EndLine: line + 1,
    StartColumn: column,
    EndColumn: 0,
  };
}
