import { ToolError } from '../../core/errors.ts';
import { quote } from '../../go/template/quote.ts';
import type { CommandName } from '../command-names.ts';
import { commandTable } from '../command-table.ts';
import { usageError } from './words.ts';

/**
 * Checks the number of positional arguments, in cobra's words.
 *
 * @throws `USAGE`
 */
export function checkArguments(command: CommandName, given: readonly string[], program: string): void {
  const rule = commandTable[command].arguments;
  switch (rule.kind) {
    case 'any':
      return;
    case 'none':
      if (given[0] === undefined) return;
      throw usageError(`unknown command ${quote(given[0])} for "${program} ${command}"`);
    case 'exactly':
      if (given.length === rule.count) return;
      throw usageError(`accepts ${rule.count} arg(s), received ${given.length}`);
    case 'word':
      checkWord(command, given, rule.words, program);
      return;
    default:
      rule satisfies never;
  }
}

function checkWord(command: CommandName, given: readonly string[], words: readonly string[], program: string): void {
  const [word] = given;
  if (word === undefined || given.length > 1) {
    // Skaffold's own check, which it does not count as a usage error: exit code 1.
    throw new ToolError('USAGE', `missing shell: ${words.join(', ')}`, { exitCode: 1 });
  }
  if (!words.includes(word)) throw usageError(`invalid argument ${quote(word)} for "${program} ${command}"`);
}
