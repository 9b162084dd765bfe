/** Docker-like progress lines. Stages are built side by side, their lines come in the order of the file all the same. */

import type { Emit } from '../../core/events.ts';
import type { ImageName } from '../../core/names.ts';
import type { StagePlan } from './stages.ts';

export interface StepLog {
  /** Announces a stage's next step. */
  step(stage: StagePlan, text: string): void;
  /** A line below the last step. */
  detail(stage: StagePlan, text: string): void;
  /** A line that a command of the stage printed. */
  output(stage: StagePlan, text: string): void;
  /** A line of the whole build. */
  line(text: string): void;
  /** The stage will say no more. */
  finish(stage: StagePlan): void;
}

/** Opens the log of a build of these stages. */
export function openStepLog(stages: readonly StagePlan[], image: ImageName, emit: Emit): StepLog {
  const total = stages.reduce((sum, { instructions }) => sum + 1 + instructions.length, 0);
  const waiting = new Map(stages.map((stage) => [stage, [] as string[]]));
  const finished = new Set<StagePlan>();
  const numbers = new Map<StagePlan, number>();
  let first = 1;
  for (const stage of stages) {
    numbers.set(stage, first);
    first += 1 + stage.instructions.length;
  }
  let current = 0;
  const write = (text: string): void =>
    emit({ type: 'output', phase: 'Build', image, stream: 'stdout', text: `${text}\n` });
  const flush = (): void => {
    for (let stage = stages[current]; stage !== undefined; stage = stages[current]) {
      for (const text of waiting.get(stage)?.splice(0) ?? []) write(text);
      if (!finished.has(stage)) return;
      current += 1;
    }
  };
  const add = (stage: StagePlan, text: string): void => {
    waiting.get(stage)?.push(text);
    flush();
  };
  return {
    step: (stage, original) => {
      const text = withoutPasswords(original);
      const number = numbers.get(stage) ?? 0;
      numbers.set(stage, number + 1);
      emit({ type: 'artifact-step', image, step: text });
      add(stage, `Step ${number}/${total} : ${text}`);
    },
    detail: (stage, text) => add(stage, ` ---> ${text}`),
    output: add,
    line: write,
    finish: (stage) => {
      finished.add(stage);
      flush();
    },
  };
}

/** URLs in instructions may carry a user and password. */
function withoutPasswords(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1');
}
