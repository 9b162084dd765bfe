import type { RunInstruction } from '../../../dockerfile/types.ts';
import { unsupported } from '../failure.ts';
import { cachedLayer } from '../layer-step.ts';
import { type Execute, type InstructionParts, type Stage, withHistory } from '../stage.ts';

/** RUN, where there is something to run it in. */
export const run: Execute<'RUN'> = async (stage, instruction, parts) => {
  const { sandbox } = parts;
  if (sandbox === undefined) throw runUnsupported(instruction.original);
  const { runCommand } = await import('../sandbox/command.ts');
  const { words } = runCommand(stage, instruction);
  const description = async (): Promise<unknown> => describe(stage, instruction, words, parts);
  const hasLayer = await cachedLayer(stage, { descriptions: [description] }, parts, () =>
    sandbox.run(stage, instruction, parts),
  );
  return withHistory(stage, `RUN ${words.join(' ')}`, hasLayer, parts);
};

/** Everything that the command can see besides the files below it. Of secrets there are only the names. */
async function describe(
  stage: Stage,
  instruction: RunInstruction,
  words: readonly string[],
  parts: InstructionParts,
): Promise<unknown> {
  const [{ environmentOf }, { describeMounts, runMounts }] = await Promise.all([
    import('../sandbox/environment.ts'),
    import('../sandbox/prepare-mounts.ts'),
  ]);
  const { User, WorkingDir } = stage.draft.config;
  const { network, security, heredocs } = instruction;
  const { request } = parts;
  const mounts = await describeMounts(runMounts(stage, instruction, parts), parts);
  const environment = withoutProxies(environmentOf(stage, '', parts), stage);
  const surroundings = [network, request.network, request.addHosts, security, parts.latestTime];
  return ['RUN', words, heredocs, environment, User, WorkingDir, mounts, surroundings];
}

/** Proxies do not count unless the Dockerfile declares them: the same command has the same result behind another one. */
function withoutProxies(environment: ReadonlyMap<string, string>, { argumentNames, draft }: Stage): unknown {
  const declared = new Set([...argumentNames, ...(draft.config.Env ?? []).map((pair) => pair.replace(/=.*$/s, ''))]);
  return [...environment].filter(([name]) => declared.has(name));
}

/** The refusal of a RUN, by its text. */
export function runUnsupported(original: string): Error {
  const shown = original.length > 60 ? `${original.slice(0, 57)}...` : original;
  return unsupported(
    `"${shown}" is not run: --sandbox=none turns RUN off`,
    'Choose another sandbox, or build with a Docker Engine: --engine=docker',
  );
}
