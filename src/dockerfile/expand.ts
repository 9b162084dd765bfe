import { DockerfileProblem, wordError } from './problem.ts';
import { expandText, type Variables } from './shell-words.ts';
import type { AddInstruction, CopyInstruction, EscapeCharacter, Heredoc, Instruction, KeyValue } from './types.ts';

/**
 * Expands variables, quotes and escapes in one word of an instruction, as BuildKit does: `$X ${X} ${X:-d} ${X:+d} ${X-d}
 * ${X+d} ${X?e} ${X:?e} ${X#p} ${X##p} ${X%p} ${X%%p} ${X/a/b} ${X//a/b}`. Variables that are not set are empty.
 *
 * @throws {ToolError} `DOCKERFILE_PARSE_ERR` for a word that cannot be read, or whose `${X:?message}` applies.
 */
export function expandWord(word: string, variables: Variables, escapeCharacter: EscapeCharacter): string {
  return attempt(word, () => expandText(word, variables, { escape: escapeCharacter }).text);
}

/** As {@link expandWord}, the result cut at blanks outside quotes; a variable's value is cut too. */
export function expandWords(word: string, variables: Variables, escapeCharacter: EscapeCharacter): readonly string[] {
  return attempt(word, () => expandText(word, variables, { escape: escapeCharacter }).words);
}

/** A heredoc's text with what its form asks for: leading tabs cut for `<<-`, variables expanded unless its word was quoted. */
export function heredocText(heredoc: Heredoc, variables: Variables): string {
  const content = heredoc.chomp ? heredoc.content.replace(/^\t+/gm, '') : heredoc.content;
  if (!heredoc.expand) return content;
  return attempt(content, () => expandText(content, variables, { escape: '\\', plainQuotes: true }).text);
}

function attempt<T>(word: string, expand: () => T): T {
  try {
    return expand();
  } catch (error) {
    if (error instanceof DockerfileProblem) throw wordError(word, error);
    throw error;
  }
}

/**
 * The instruction with the variables of its arguments expanded, where the Dockerfile reference says that they are:
 * ENV and LABEL (names and values), COPY and ADD (paths, `--chown`, `--chmod`, `--checksum`, heredocs), WORKDIR, USER,
 * STOPSIGNAL, VOLUME, EXPOSE. RUN, CMD, ENTRYPOINT, SHELL, HEALTHCHECK, MAINTAINER and ONBUILD stay as they are; for ARG and
 * FROM see `scope.ts`. All words of one instruction see the variables from before it.
 *
 * @throws {ToolError} `DOCKERFILE_PARSE_ERR` as {@link expandWord}.
 */
export function expandInstruction(
  instruction: Instruction,
  variables: Variables,
  escapeCharacter: EscapeCharacter,
): Instruction {
  const expand = (word: string): string => expandWord(word, variables, escapeCharacter);
  switch (instruction.kind) {
    case 'ENV':
    case 'LABEL':
      return { ...instruction, pairs: instruction.pairs.map((pair) => expandPair(pair, expand)) };
    case 'COPY':
      return { ...instruction, ...expandCopy(instruction, variables, expand) };
    case 'ADD':
      return {
        ...instruction,
        ...expandCopy(instruction, variables, expand),
        ...(instruction.checksum === undefined ? {} : { checksum: expand(instruction.checksum) }),
      };
    case 'WORKDIR':
    case 'USER':
    case 'STOPSIGNAL':
      return { ...instruction, value: expand(instruction.value) };
    case 'VOLUME':
      return { ...instruction, values: instruction.values.map(expand) };
    case 'EXPOSE':
      return {
        ...instruction,
        values: instruction.values.flatMap((value) => expandWords(value, variables, escapeCharacter)),
      };
    default:
      return instruction;
  }
}

function expandPair({ key, value }: KeyValue, expand: (word: string) => string): KeyValue {
  return { key: expand(key), value: expand(value) };
}

/** The expanded parts that COPY and ADD share; the heredocs' contents are final afterwards. */
function expandCopy(
  instruction: CopyInstruction | AddInstruction,
  variables: Variables,
  expand: (word: string) => string,
) {
  return {
    sources: instruction.sources.map(expand),
    destination: expand(instruction.destination),
    heredocs: instruction.heredocs.map((heredoc) => ({
      ...heredoc,
      content: heredocText(heredoc, variables),
      expand: false,
      chomp: false,
    })),
    ...(instruction.chown === undefined ? {} : { chown: expand(instruction.chown) }),
    ...(instruction.chmod === undefined ? {} : { chmod: expand(instruction.chmod) }),
  };
}
