import type { Diagnostic } from '../core/diagnostic.ts';
import { ToolError } from '../core/errors.ts';
import { instructionOf } from './instructions.ts';
import { type LocatedProblem, parseNodes } from './nodes.ts';
import { DockerfileProblem, diagnosticAt, parseError } from './problem.ts';
import type { Dockerfile, DockerfileNode, DockerfileNodes, Instruction } from './types.ts';

/** How findings name the file, and how strict to be. */
export interface ParseOptions {
  /** The file's name in diagnostics; default `Dockerfile`. */
  readonly file?: string;
}

/**
 * Parses a Dockerfile as BuildKit's own frontend does (`docker/dockerfile:1`), heredocs, `--link` and all.
 * A byte order mark and CRLF line ends are fine.
 *
 * @throws {ToolError} `DOCKERFILE_PARSE_ERR` with one diagnostic for each instruction that is wrong.
 */
export function parseDockerfile(text: string, options: ParseOptions = {}): Dockerfile {
  return known(`${options.file}\0${text}`, wholeFiles, () => readWhole(text, options));
}

function readWhole(text: string, options: ParseOptions): Dockerfile {
  const { parsed, problems } = parseNodes(text);
  const found = [...problems];
  const instructions = readInstructions(parsed.nodes, found);
  if (parsed.nodes.length === 0 && found.length === 0) found.push(emptyFile());
  failOn(found, text, options);
  return { ...parsed, instructions };
}

/**
 * Cuts a Dockerfile into instructions without asking what they mean, for files that choose another frontend with
 * `# syntax=`: instructions and flags that nobody here knows are fine.
 *
 * @throws {ToolError} `DOCKERFILE_PARSE_ERR` as {@link parseDockerfile}, for what breaks the cutting itself.
 */
export function splitDockerfile(text: string, options: ParseOptions = {}): DockerfileNodes {
  return known(`${options.file}\0${text}`, splitFiles, () => {
    const { parsed, problems } = parseNodes(text);
    failOn(parsed.nodes.length === 0 && problems.length === 0 ? [emptyFile()] : problems, text, options);
    return parsed;
  });
}

/** One build asks for the same file many times over. What came of the last texts is kept; nobody changes it. */
const wholeFiles = new Map<string, Dockerfile>();
const splitFiles = new Map<string, DockerfileNodes>();
const keptFiles = 100;

function known<T>(key: string, kept: Map<string, T>, make: () => T): T {
  const before = kept.get(key);
  if (before !== undefined) return before;
  const made = make();
  if (kept.size >= keptFiles) kept.clear();
  kept.set(key, made);
  return made;
}

/**
 * What is known of a Dockerfile: one that names its own frontend with `# syntax=` may hold instructions nobody here
 * knows, and then has none as far as this goes.
 *
 * @throws {ToolError} `DOCKERFILE_PARSE_ERR` as {@link parseDockerfile}, for a file that names no frontend.
 */
export function parseKnownDockerfile(text: string, options: ParseOptions = {}): Dockerfile {
  const nodes = splitDockerfile(text, options);
  if (nodes.directives.syntax === undefined) return parseDockerfile(text, options);
  try {
    return parseDockerfile(text, options);
  } catch (error) {
    if (error instanceof ToolError) return { ...nodes, instructions: [] };
    throw error;
  }
}

/**
 * Parses one ONBUILD trigger, as an image config holds it.
 *
 * @throws {ToolError} `DOCKERFILE_PARSE_ERR`.
 */
export function parseTrigger(expression: string): Instruction {
  const { parsed, problems } = parseNodes(expression);
  const found = [...problems];
  const instructions = parsed.nodes.flatMap((node) => readOne(node, found));
  const [instruction] = instructions;
  const nested = instruction?.kind === 'ONBUILD' || instruction?.kind === 'FROM' || instruction?.kind === 'MAINTAINER';
  if (found.length === 0 && (instructions.length !== 1 || nested)) {
    found.push({
      line: 1,
      endLine: 1,
      problem: new DockerfileProblem(`"${expression}" is not allowed as an ONBUILD trigger`),
    });
  }
  failOn(found, expression, { file: 'ONBUILD' });
  return instruction as Instruction;
}

function emptyFile(): LocatedProblem {
  return {
    line: 1,
    endLine: 1,
    problem: new DockerfileProblem('file with no instructions', 'Start the Dockerfile with FROM'),
  };
}

function failOn(problems: readonly LocatedProblem[], text: string, { file = 'Dockerfile' }: ParseOptions): void {
  if (problems.length === 0) return;
  const sorted = problems.toSorted((left, right) => left.line - right.line);
  const diagnostics: Diagnostic[] = sorted.map((found) => diagnosticAt(file, text, found, found.problem));
  throw parseError(diagnostics);
}

/** The instructions of all nodes; those that are wrong, and those before the first FROM that are no ARG, become problems. */
function readInstructions(nodes: readonly DockerfileNode[], problems: LocatedProblem[]): Instruction[] {
  let inStage = false;
  let complained = false;
  return nodes.flatMap((node) => {
    inStage ||= node.keyword.toUpperCase() === 'FROM';
    const read = readOne(node, problems);
    if (inStage || complained || read.every(({ kind }) => kind === 'ARG')) return read;
    complained = true;
    const problem = new DockerfileProblem(
      `no build stage in current context: ${node.keyword} stands before the first FROM`,
      'Start the Dockerfile with FROM',
    );
    problems.push({ line: node.line, endLine: node.endLine, problem });
    return read;
  });
}

function readOne(node: DockerfileNode, problems: LocatedProblem[]): Instruction[] {
  try {
    return [instructionOf(node)];
  } catch (error) {
    if (!(error instanceof DockerfileProblem)) throw error;
    problems.push({ line: node.line, endLine: node.endLine, problem: error });
    return [];
  }
}
