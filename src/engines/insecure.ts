import type { Context } from '../core/ports.ts';

/** Whether a registry was named as one that may be spoken to in plain HTTP, or in TLS without verification. */
export function isInsecureHost(registry: string, ctx: Context): boolean {
  return ctx.system.insecureRegistries.includes(registry);
}
