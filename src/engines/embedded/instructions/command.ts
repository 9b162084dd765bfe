import type { CommandLine } from '../../../dockerfile/types.ts';
import { type Execute, type Stage, withConfig, withHistory } from '../stage.ts';

/** CMD. The shell form is run by the stage's SHELL. */
export const cmd: Execute<'CMD'> = (stage, { command }, parts) => {
  const words = commandWords(stage, command);
  const changed = { ...withConfig(stage, { Cmd: words, ArgsEscaped: true }), hasCommand: true };
  return withHistory(changed, `CMD ${quoted(words)}`, false, parts);
};

/** ENTRYPOINT. It drops a CMD that comes from the base image: that was meant for the base's own entry point. */
export const entrypoint: Execute<'ENTRYPOINT'> = (stage, { command }, parts) => {
  const words = commandWords(stage, command);
  const config = { Entrypoint: words.length === 0 ? null : words, ...(stage.hasCommand ? {} : { Cmd: null }) };
  return withHistory(withConfig(stage, config), `ENTRYPOINT ${quoted(words)}`, false, parts);
};

/** SHELL: what runs the shell forms that follow. */
export const shell: Execute<'SHELL'> = (stage, { words }, parts) =>
  withHistory(withConfig(stage, { Shell: words }), `SHELL [${words.join(' ')}]`, false, parts);

/** A command as the image's config holds it. */
export function commandWords({ draft }: Stage, { json, words }: CommandLine): readonly string[] {
  if (json || words.length === 0) return words;
  const own = draft.config.Shell ?? [];
  return [...(own.length > 0 ? own : ['/bin/sh', '-c']), words.join(' ')];
}

function quoted(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(' ')}]`;
}
