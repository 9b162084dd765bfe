import { ToolError } from '../../../core/errors.ts';
import type { Job } from './job.ts';
import type { CommandOutput } from './output.ts';

/** The failure of the command itself, with the end of what it printed. */
export function commandFailed({ instruction, command }: Job, code: number, output: CommandOutput): ToolError {
  const { original } = instruction;
  const shown = original.length > 100 ? `${original.slice(0, 97)}...` : original;
  const lines = output.last();
  const printed = lines.length === 0 ? ', and it printed nothing' : `; it printed last:\n${lines.join('\n')}`;
  return new ToolError('BUILD_USER_ERROR', `"${shown}" failed with exit code ${code}${printed}`, {
    suggestions: [{ code: 'FIX_DOCKERFILE', action: adviceFor(code, command.words[0] ?? '') }],
  });
}

function adviceFor(code: number, program: string): string {
  if (code === 127) return `Check that the image has the program, and ${program} itself`;
  if (code === 126) return 'Check that the program may be executed, and is for this machine';
  return 'Fix the command, or what it works on';
}

/** The sandbox itself could not be made or broke. */
export function sandboxFailed({ kind }: Job, output: CommandOutput): ToolError {
  const lines = output.last().join('; ');
  return new ToolError('COMMAND_FAILED', `the sandbox "${kind.name}" for RUN could not be made: ${lines}`, {
    suggestions: [
      { code: 'USE_DOCKER_ENGINE', action: 'Choose another one with --sandbox, or build with --engine=docker' },
    ],
  });
}
