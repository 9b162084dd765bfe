import { ToolError } from '../../../core/errors.ts';
import type { HelmVersion } from './call.ts';
import type { HelmSpec } from './spec.ts';

/** What stands under `flags`. */
export type Flags = NonNullable<HelmSpec['flags']>;

/**
 * Takes the user's own `--post-renderer` out of the flags where ours is to be one: helm accepts a single one, so ours
 * calls theirs.
 *
 * @throws {ToolError} `NOT_SUPPORTED` for arguments of a post-renderer, which could not be passed on, and for the plug-ins
 * that post-renderers are since Helm 4, which only helm can call.
 */
export function takeUserProgram(
  flags: Flags,
  version: HelmVersion,
): { readonly program: string | undefined; readonly flags: Flags } {
  const template = split(flags.template ?? []);
  const global = split(flags.global ?? []);
  const program = template.program ?? global.program;
  if (program !== undefined && version[0] >= 4) throw pluginRefused(program);
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

function pluginRefused(name: string): ToolError {
  const message = `manifests.helm.flags: the post-renderer ${name} is a plug-in of helm, and there can be no other where images are set`;
  return new ToolError('NOT_SUPPORTED', message, {
    suggestions: [{ code: 'USE_RENDER_HOOK', action: 'Change the manifests in manifests.hooks.after with withChange' }],
  });
}
