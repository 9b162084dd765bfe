import type { Random } from '../core/ports.ts';

/** The operating system's randomness. `node:crypto` is fetched at the first use: loading it at start costs milliseconds. */
export const random: Random = {
  hex: (bytes) => process.getBuiltinModule('node:crypto').randomBytes(bytes).toString('hex'),
  fraction: () => Math.random(),
};
