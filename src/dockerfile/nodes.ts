import { argumentsOf, keywordsWithHeredocs } from './arguments.ts';
import { type HeredocStart, heredocStarts } from './heredoc.ts';
import { DockerfileProblem } from './problem.ts';
import { cutAtBlanks, trimLeft, trimSpace } from './text.ts';
import type { DockerfileNode, DockerfileNodes, EscapeCharacter, Heredoc } from './types.ts';
import { takeFlags } from './words.ts';

/** A problem and the lines (from 1) it is about. */
export interface LocatedProblem {
  readonly line: number;
  readonly endLine: number;
  readonly problem: DockerfileProblem;
}

/** Reads lines one after the other; `line` is the number of the last one read. */
interface Lines {
  readonly lines: readonly string[];
  line: number;
}

/**
 * Cuts a Dockerfile into instructions by BuildKit's rules: directives, comments, continuations (comments and blank lines
 * inside them do not count), flags, and heredocs. What the instructions mean, and whether they exist, is not looked at.
 * Problems are collected; the nodes around them are still returned.
 */
export function parseNodes(text: string): {
  readonly parsed: DockerfileNodes;
  readonly problems: readonly LocatedProblem[];
} {
  const reader: Lines = { lines: text.replace(/^\uFEFF/, '').match(/[^\n]*\n|[^\n]+$/g) ?? [], line: 0 };
  const problems: LocatedProblem[] = [];
  const { directives, problem } = readDirectives(reader.lines);
  if (problem !== undefined) problems.push(problem);
  const escapeCharacter: EscapeCharacter = directives.escape === '`' ? '`' : '\\';
  const nodes: DockerfileNode[] = [];
  const emptyContinuations: number[] = [];
  for (;;) {
    const logical = readLogicalLine(reader, escapeCharacter);
    if (logical === undefined) break;
    if (logical.emptyContinuation) emptyContinuations.push(logical.line);
    const place = { line: logical.line, endLine: reader.line };
    try {
      nodes.push(readNode(logical, reader, escapeCharacter));
    } catch (error) {
      if (!(error instanceof DockerfileProblem)) throw error;
      problems.push({ ...place, problem: error });
    }
  }
  return { parsed: { escape: escapeCharacter, directives, nodes, emptyContinuations }, problems };
}

const directivePattern = /^#[\t-\r \u0085\u00a0]*([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.+?)[\t\n\f\r ]*$/;

type Directives = { syntax?: string; escape?: string; check?: string };

/** Reads `# name=value` lines at the top; the first line that is none ends them. */
function readDirectives(lines: readonly string[]): {
  readonly directives: Directives;
  readonly problem?: LocatedProblem;
} {
  const directives: Directives = {};
  for (const [index, line] of lines.entries()) {
    const match = directivePattern.exec(trimLeft(trimNewline(line)));
    const name = match?.[1]?.toLowerCase();
    const value = match?.[2] ?? '';
    if (name !== 'syntax' && name !== 'escape' && name !== 'check') break;
    const place = { line: index + 1, endLine: index + 1 };
    if (directives[name] !== undefined) {
      return {
        directives,
        problem: { ...place, problem: new DockerfileProblem(`only one ${name} directive can be used`) },
      };
    }
    if (name === 'escape' && value !== '\\' && value !== '`') {
      const problem = new DockerfileProblem(
        `invalid escape character "${value}"`,
        'Use \\ or ` as the escape character',
      );
      return { directives, problem: { ...place, problem } };
    }
    directives[name] = value;
  }
  return { directives };
}

interface LogicalLine {
  readonly text: string;
  readonly line: number;
  readonly emptyContinuation: boolean;
}

/** The next instruction's text on one line, or undefined at the end of the file. */
function readLogicalLine(reader: Lines, escapeCharacter: EscapeCharacter): LogicalLine | undefined {
  while (reader.line < reader.lines.length) {
    const first = trimLeft(trimNewline(reader.lines[reader.line++] ?? ''));
    const line = reader.line;
    if (first === '' || first.startsWith('#')) continue;
    const { text, continues } = cutContinuation(first, escapeCharacter);
    return continues
      ? { line, ...joinContinuations(reader, text, escapeCharacter) }
      : { line, text, emptyContinuation: false };
  }
  return undefined;
}

/** Appends the lines that follow a continuation. Comment lines and blank ones are skipped and do not end it. */
function joinContinuations(
  reader: Lines,
  start: string,
  escapeCharacter: EscapeCharacter,
): { readonly text: string; readonly emptyContinuation: boolean } {
  let joined = start;
  let emptyContinuation = false;
  while (reader.line < reader.lines.length) {
    const line = trimNewline(reader.lines[reader.line++] ?? '');
    const trimmed = trimLeft(line);
    if (trimmed === '') emptyContinuation = true;
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const { text, continues } = cutContinuation(line, escapeCharacter);
    joined += text;
    if (!continues) break;
  }
  return { text: joined, emptyContinuation };
}

/** A line continues when it ends in a single escape character, blanks after it allowed. */
function cutContinuation(
  line: string,
  escapeCharacter: EscapeCharacter,
): { readonly text: string; readonly continues: boolean } {
  const end = line.replace(/[ \t]+$/, '');
  if (!end.endsWith(escapeCharacter) || end.at(-2) === escapeCharacter) return { text: line, continues: false };
  return { text: end.slice(0, -1), continues: true };
}

const trimNewline = (line: string): string => line.replace(/[\r\n]+$/, '');

function readNode(logical: LogicalLine, reader: Lines, escapeCharacter: EscapeCharacter): DockerfileNode {
  const node = splitInstruction(logical.text, escapeCharacter);
  const heredocs = startsHeredocs(node, logical.text, escapeCharacter)
    ? readHeredocs(heredocStarts(logical.text), reader)
    : [];
  return { ...node, heredocs, line: logical.line, endLine: reader.line };
}

/** Keyword, flags and words of an instruction on one line. */
function splitInstruction(
  text: string,
  escapeCharacter: EscapeCharacter,
): Omit<DockerfileNode, 'line' | 'endLine' | 'heredocs'> {
  const [keyword, after] = cutAtBlanks(trimSpace(text));
  const { flags, rest } = takeFlags(after ?? '', escapeCharacter);
  return { keyword, original: text, flags, ...argumentsOf(keyword.toUpperCase(), trimSpace(rest), escapeCharacter) };
}

/** Whether `<<` in this instruction means a heredoc: in COPY, ADD and RUN without a JSON array, ONBUILD or not. */
function startsHeredocs(
  node: Pick<DockerfileNode, 'keyword' | 'words' | 'json'>,
  text: string,
  escapeCharacter: EscapeCharacter,
): boolean {
  if (!text.includes('<<')) return false;
  const keyword = node.keyword.toUpperCase();
  if (keyword !== 'ONBUILD') return keywordsWithHeredocs.has(keyword) && !node.json;
  const inner = splitInstruction(node.words[0] ?? '', escapeCharacter);
  return keywordsWithHeredocs.has(inner.keyword.toUpperCase()) && !inner.json;
}

/** Reads the bodies of heredocs from the lines after their instruction. */
function readHeredocs(starts: readonly HeredocStart[], reader: Lines): Heredoc[] {
  return starts.map((start) => {
    const from = reader.line;
    while (reader.line < reader.lines.length) {
      const line = trimNewline(reader.lines[reader.line++] ?? '');
      if ((start.chomp ? line.replace(/^\t+/, '') : line) !== start.name) continue;
      return { ...start, content: reader.lines.slice(from, reader.line - 1).join('') };
    }
    throw new DockerfileProblem(
      `unterminated heredoc: no line says ${start.name}`,
      `End the text with a line ${start.name}`,
    );
  });
}
