/** Every instruction but FROM, which begins a stage, and what executes it. */
import type { Instruction } from '../../../dockerfile/types.ts';
import type { Execute, InstructionParts, Stage } from '../stage.ts';
import { add } from './add.ts';
import { cmd, entrypoint, shell } from './command.ts';
import { copy } from './copy.ts';
import { expose, healthcheck, label, maintainer, onBuild, stopSignal, user, volume } from './metadata.ts';
import { run } from './run.ts';
import { arg, env } from './variables.ts';
import { workdir } from './workdir.ts';

type StepKind = Exclude<Instruction['kind'], 'FROM'>;

const table: { readonly [Kind in StepKind]: Execute<Kind> } = {
  ADD: add,
  ARG: arg,
  CMD: cmd,
  COPY: copy,
  ENTRYPOINT: entrypoint,
  ENV: env,
  EXPOSE: expose,
  HEALTHCHECK: healthcheck,
  LABEL: label,
  MAINTAINER: maintainer,
  ONBUILD: onBuild,
  RUN: run,
  SHELL: shell,
  STOPSIGNAL: stopSignal,
  USER: user,
  VOLUME: volume,
  WORKDIR: workdir,
};

/** Executes one instruction whose words are expanded. */
export async function execute(stage: Stage, instruction: Instruction, parts: InstructionParts): Promise<Stage> {
  if (instruction.kind === 'FROM') return stage;
  return (table[instruction.kind] as Execute<Instruction['kind']>)(stage, instruction, parts);
}
