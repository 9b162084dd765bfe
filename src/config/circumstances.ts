import type { Context } from '../core/ports.ts';
import { currentKubeContext } from './kube-context.ts';
import type { LoadOptions } from './options.ts';
import type { Circumstances } from './profiles/activation.ts';
import { createPatternBudget } from './profiles/regular-expression.ts';

/** What profiles may be activated by. The kube config is read when a profile first asks for its context. */
export function circumstancesOf(options: LoadOptions, ctx: Context): Circumstances {
  let context: Promise<string> | undefined;
  return {
    command: options.command,
    env: ctx.system.env,
    patterns: createPatternBudget(),
    kubeContext() {
      context ??= currentKubeContext(options, ctx).then(({ name }) => name);
      return context;
    },
  };
}
