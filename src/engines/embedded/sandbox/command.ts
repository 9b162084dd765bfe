/** The words that a RUN comes to: exec form as it is, shell form by the stage's SHELL, heredocs as BuildKit does them. */
import { parseHeredocWord } from '../../../dockerfile/heredoc.ts';
import type { Heredoc, RunInstruction } from '../../../dockerfile/types.ts';
import { buildError } from '../failure.ts';
import { commandWords } from '../instructions/command.ts';
import type { Stage } from '../stage.ts';

export interface RunCommand {
  readonly words: readonly string[];
  /** A heredoc that is a program of its own (`#!`): put at `path` before the command runs, which is this path. */
  readonly program?: { readonly path: string; readonly text: string };
}

/** Where heredocs that begin with `#!` are put while they run. */
const programDirectory = '/dev/pipes';

/** @throws {ToolError} `BUILD_USER_ERROR` for an exec form with a heredoc. */
export function runCommand(stage: Stage, { command, heredocs }: RunInstruction): RunCommand {
  const [first] = heredocs;
  if (first === undefined) return { words: nonEmpty(commandWords(stage, command)) };
  const [text = ''] = command.words;
  if (command.json || command.words.length !== 1)
    throw buildError('RUN with a heredoc takes a shell form', 'Write RUN <<EOF, or the command as one line of shell');
  if (!isHeredocWord(text)) return { words: shell(stage, withBodies(text, heredocs)) };
  const body = bodyOf(first);
  if (!first.content.startsWith('#!')) return { words: shell(stage, body) };
  const path = `${programDirectory}/${first.name}`;
  return { words: shell(stage, path), program: { path, text: body } };
}

const shell = (stage: Stage, text: string): readonly string[] => commandWords(stage, { json: false, words: [text] });

const bodyOf = ({ content, chomp }: Heredoc): string => (chomp ? content.replace(/^\t+/gm, '') : content);

function withBodies(text: string, heredocs: readonly Heredoc[]): string {
  return text + heredocs.map(({ content, name }) => `\n${content}${name}`).join('');
}

function isHeredocWord(text: string): boolean {
  try {
    return parseHeredocWord(text) !== undefined;
  } catch {
    return false;
  }
}

function nonEmpty(words: readonly string[]): readonly string[] {
  if (words.length > 0) return words;
  throw buildError('RUN has no command', 'Write the command after RUN');
}
