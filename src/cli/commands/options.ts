import { optionsText } from '../help.ts';
import type { Invocation } from '../invocation.ts';

/** `options`: the flags that every command takes. */
export async function run({ io }: Invocation<'options'>): Promise<number> {
  io.stdout.write(optionsText());
  return 0;
}
