import { stageArguments } from '../../../dockerfile/scope.ts';
import { type Execute, withConfig, withHistory, withVariables } from '../stage.ts';

/** ENV: part of the image, and seen by the instructions that follow. */
export const env: Execute<'ENV'> = (stage, { pairs }, parts) => {
  const list = [...(stage.draft.config.Env ?? [])];
  for (const { key, value } of pairs) {
    const at = list.findIndex((pair) => pair === key || pair.startsWith(`${key}=`));
    list.splice(at < 0 ? list.length : at, 1, `${key}=${value}`);
  }
  const changed = withVariables(
    withConfig(stage, { Env: list }),
    pairs.map(({ key, value }) => [key, value] as const),
  );
  return withHistory(changed, `ENV ${pairs.map(({ key, value }) => `${key}=${value}`).join(' ')}`, false, parts);
};

/** ARG: seen by the instructions that follow, in stages that start from this one too, but not part of the image. */
export const arg: Execute<'ARG'> = (stage, instruction, parts) => {
  const values = stageArguments(instruction, stage.variables, parts.globals, parts.scope);
  const known = values.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  const names = new Set([...stage.argumentNames, ...values.map(({ name }) => name)]);
  const shown = values.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`));
  return withHistory(
    { ...withVariables(stage, known), argumentNames: [...names] },
    `ARG ${shown.join(' ')}`,
    false,
    parts,
  );
};
