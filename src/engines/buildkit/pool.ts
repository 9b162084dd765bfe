/** Several BuildKits for the builds of a run: each build goes to the one with the least to do. */
import { ToolError } from '../../core/errors.ts';
import type { Platform } from '../../core/names.ts';
import type { Context } from '../../core/ports.ts';
import type { BuildKitAddress } from './address.ts';
import type { BuildKitConnection } from './connection.ts';

/** A BuildKit of the pool, connected with its first build. */
interface Member {
  readonly address: BuildKitAddress;
  connection: Promise<BuildKitConnection> | undefined;
  builds: number;
  /** Why it is not used any more. */
  failure: ToolError | undefined;
}

export interface BuildKitPool {
  /** Runs `build` with a BuildKit; while it runs, others are given to others first. */
  use<T>(
    platforms: readonly Platform[],
    ctx: Context,
    build: (connection: BuildKitConnection) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
}

/**
 * Makes a pool. One that does not answer is left out for the rest of the run, with a warning, as long as another does.
 *
 * @param dial connects to an address.
 */
export function createPool(
  addresses: readonly BuildKitAddress[],
  dial: (address: BuildKitAddress, ctx: Context) => Promise<BuildKitConnection>,
): BuildKitPool {
  const members: Member[] = addresses.map((address) => ({
    address,
    connection: undefined,
    builds: 0,
    failure: undefined,
  }));

  /** The next one to try. The first of those that are equally busy, so that what it keeps is used again. */
  const choose = (tried: ReadonlySet<Member>): Member | undefined => {
    const usable = members.filter((member) => member.failure === undefined && !tried.has(member));
    return usable.toSorted((a, b) => a.builds - b.builds)[0];
  };

  const open = async (member: Member, ctx: Context): Promise<BuildKitConnection | undefined> => {
    member.connection ??= dial(member.address, ctx);
    try {
      return await member.connection;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      if (member.failure === undefined && members.some((other) => other !== member && other.failure === undefined))
        ctx.emit({ type: 'log', level: 'warning', message: `${error.message}; the other BuildKits go on without it` });
      member.failure = error;
      return undefined;
    }
  };

  return {
    use: async (platforms, ctx, build) => {
      const unfit = new Set<Member>();
      for (let member = choose(unfit); ; member = choose(unfit)) {
        // None can do it: the first that answers says why.
        const chosen = member ?? members.find(({ failure }) => failure === undefined);
        if (chosen === undefined) throw members[0]?.failure ?? noAddress();
        chosen.builds++;
        try {
          const connection = await open(chosen, ctx);
          if (connection === undefined) continue;
          if (member === undefined || canBuild(connection, platforms)) return await build(connection);
          unfit.add(chosen);
        } finally {
          chosen.builds--;
        }
      }
    },
    close: async () => {
      await Promise.all(members.map(async ({ connection }) => (await connection?.catch(() => undefined))?.close()));
    },
  };
}

function canBuild({ workers }: BuildKitConnection, wanted: readonly Platform[]): boolean {
  const offered = workers.flatMap(({ platforms }) => platforms);
  return wanted.every(({ os, architecture, variant }) =>
    offered.some(
      (platform) =>
        platform.os === os &&
        platform.architecture === architecture &&
        (variant === undefined || platform.variant === '' || platform.variant === variant),
    ),
  );
}

function noAddress(): ToolError {
  return new ToolError('BUILDKIT_UNREACHABLE', 'there is no BuildKit to build with', {
    suggestions: [{ code: 'CHECK_BUILDKIT_HOST', action: 'Say where it is with BUILDKIT_HOST' }],
  });
}
