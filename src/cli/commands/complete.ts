import { complete } from '../completion/complete.ts';
import { createConfigNames } from '../completion/config-names.ts';
import type { Candidate } from '../completion/directives.ts';
import type { Invocation } from '../invocation.ts';

/**
 * `__complete WORDS… CURRENT`: what completion scripts call. One candidate a line, with a tab and a description unless
 * called as `__completeNoDesc`, then `:` and the directive (cobra's protocol).
 */
export async function run(invocation: Invocation<'__complete' | '__completeNoDesc'>): Promise<number> {
  const { args, command, io, ctx } = invocation;
  const { candidates, directive } = await complete(args.slice(0, -1), args.at(-1) ?? '', createConfigNames(ctx.system));
  const line = ({ word, description }: Candidate): string =>
    command === '__complete' && description !== undefined ? `${word}\t${description}\n` : `${word}\n`;
  io.stdout.write(`${candidates.map(line).join('')}:${directive}\n`);
  return 0;
}
