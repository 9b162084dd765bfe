import { helpText } from '../help.ts';
import type { Invocation } from '../invocation.ts';
import { findCommand } from '../parse/find-command.ts';

/** `help [COMMAND]`: describes a command, a group, or the program. An unknown topic is named; it is no failure, as in Skaffold. */
export async function run({ args, program, io }: Invocation<'help'>): Promise<number> {
  const { name, rest } = findCommand(args);
  if (rest.length > 0 && name === '')
    io.stdout.write(`Unknown help topic [${args.map((arg) => `\`${arg}\``).join(' ')}]\n`);
  io.stdout.write(helpText(name, program));
  return 0;
}
