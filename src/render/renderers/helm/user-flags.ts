import { ToolError } from '../../../core/errors.ts';
import type { HelmSpec } from './spec.ts';

type Flags = NonNullable<HelmSpec['flags']>;

/**
 * Takes the user's own `--post-renderer` out of the flags where ours is to be one: helm accepts a single one, so ours
 * calls theirs.
 *
 * @throws {ToolError} `NOT_SUPPORTED` for arguments of a post-renderer, which could not be passed on.
 */
export function takeUserProgram(
  flags: Flags,
  hasOurs: boolean,
): { readonly program: string | undefined; readonly flags: Flags } {
  if (!hasOurs) return { program: undefined, flags };
  const template = split(flags.template ?? []);
  const global = split(flags.global ?? []);
  const program = template.program ?? global.program;
  return { program, flags: { ...flags, template: template.rest, global: global.rest } };
}

function split(words: readonly string[]): { readonly program: string | undefined; readonly rest: readonly string[] } {
  let program: string | undefined;
  const rest: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (/^--post-renderer-args(?:=|$)/.test(word)) throw argumentsRefused();
    if (word === '--post-renderer') program = words[++index];
    else if (word.startsWith('--post-renderer=')) program = word.slice('--post-renderer='.length);
    else rest.push(word);
  }
  return { program, rest };
}

function argumentsRefused(): ToolError {
  const message = 'manifests.helm.flags: --post-renderer-args cannot be passed on where images are set';
  return new ToolError('NOT_SUPPORTED', message, {
    suggestions: [
      { code: 'WRAP_POST_RENDERER', action: 'Name a script as --post-renderer that has the arguments in it' },
    ],
  });
}
