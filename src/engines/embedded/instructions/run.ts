import { unsupported } from '../failure.ts';
import { cachedLayer } from '../layer-step.ts';
import { type Execute, withHistory } from '../stage.ts';
import { commandWords } from './command.ts';

/** RUN, where there is something to run it in. */
export const run: Execute<'RUN'> = async (stage, instruction, parts) => {
  const { sandbox } = parts;
  if (sandbox === undefined) throw runUnsupported(instruction.original);
  const words = commandWords(stage, instruction.command);
  const { mounts, network, security, heredocs } = instruction;
  const environment = [...stage.variables].filter(([name]) => stage.argumentNames.includes(name));
  const described = ['RUN', words, environment, stage.draft.config, mounts, network, security, heredocs];
  const hasLayer = await cachedLayer(stage, { descriptions: [() => described] }, parts, () =>
    sandbox.run(stage, instruction, parts),
  );
  return withHistory(stage, `RUN ${words.join(' ')}`, hasLayer, parts);
};

/** The refusal of a RUN, by its text. */
export function runUnsupported(original: string): Error {
  const shown = original.length > 60 ? `${original.slice(0, 57)}...` : original;
  return unsupported(
    `the embedded engine does not run commands, so it cannot build "${shown}"`,
    'Build with a Docker Engine: --engine=docker',
  );
}
