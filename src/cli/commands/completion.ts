import type { Invocation } from '../invocation.ts';

/** `completion bash|fish|zsh`: a script for the shell. It asks this program for completions (`__complete`), so it never goes stale. */
export async function run({ args, program, io }: Invocation<'completion'>): Promise<number> {
  io.stdout.write(await scriptFor(args[0], program));
  return 0;
}

async function scriptFor(shell: string | undefined, program: string): Promise<string> {
  if (shell === 'bash') return (await import('../completion/bash.ts')).bashScript(program);
  if (shell === 'zsh') return (await import('../completion/zsh.ts')).zshScript(program);
  return (await import('../completion/fish.ts')).fishScript(program);
}
