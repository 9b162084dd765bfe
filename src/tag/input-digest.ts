import { createHash } from 'node:crypto';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { TaggerFactory, TaggerParts } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { Artifact } from '../core/project.ts';

/** A file that is digested. */
interface Input {
  /** As Skaffold would name it on its command line: decides the order. */
  readonly path: string;
  readonly absolute: string;
}

/** How many files are read at once. */
const concurrency = 16;

/**
 * A digest over the files an artifact and those it requires are built from (Skaffold's `inputDigest`): names relative to the context and
 * contents; neither modes nor build arguments. The Dockerfile of the configuration counts once more, seen from the working directory.
 */
export const inputDigest: TaggerFactory = {
  type: 'inputDigest',
  create: (_spec, parts) => ({
    tag: async (artifact, ctx) => {
      const inputs = [...(await inputsWithRequired(artifact, parts, ctx)), ...namedDockerfile(artifact.spec, ctx)];
      inputs.sort((left, right) => Buffer.compare(Buffer.from(left.path), Buffer.from(right.path)));
      const hashes = await hashAll(inputs, artifact, ctx);
      return createHash('sha256')
        .update(`${JSON.stringify(hashes)}\n`)
        .digest('hex');
    },
  }),
};

/** The files of an artifact and, each time it is required, of every artifact it requires. */
async function inputsWithRequired(artifact: Artifact, parts: TaggerParts, ctx: Context): Promise<readonly Input[]> {
  const required = artifact.requires.flatMap(({ image }) => parts.artifacts.get(image) ?? []);
  const [own, ...others] = await Promise.all([
    parts.inputsOf(artifact, ctx),
    ...required.map((other) => inputsWithRequired(other, parts, ctx)),
  ]);
  return [...own.map((absolute) => ({ absolute, path: joinedPath(absolute, artifact, ctx) })), ...others.flat()];
}

/** The path within the context as written, where that is relative to the working directory; else the absolute one. */
function joinedPath(absolute: string, { context, workspace }: Artifact, { system }: Context): string {
  const isFromHere = !isAbsolute(context) && resolve(system.cwd, context) === workspace;
  return isFromHere ? join(context, relative(workspace, absolute)) : absolute;
}

/** A `dockerfile` key of the builder's configuration, or one under `dependencies`, as a path of the working directory. */
function namedDockerfile(spec: unknown, { system }: Context): readonly Input[] {
  const { dockerfile, dependencies } = asRecord(spec);
  const path = typeof dockerfile === 'string' ? dockerfile : asRecord(asRecord(dependencies)['dockerfile'])['path'];
  return typeof path === 'string' && path !== '' ? [{ path, absolute: resolve(system.cwd, path) }] : [];
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

async function hashAll(inputs: readonly Input[], artifact: Artifact, ctx: Context): Promise<readonly string[]> {
  const hashes: (string | undefined)[] = [];
  for (let start = 0; start < inputs.length; start += concurrency) {
    ctx.signal.throwIfAborted();
    const chunk = inputs.slice(start, start + concurrency);
    hashes.push(...(await Promise.all(chunk.map((input) => hashOne(input, artifact, ctx)))));
  }
  return hashes.filter((hash) => hash !== undefined);
}

/** MD5 of name and content; of links and directories the name only. Nothing for what is not there. */
async function hashOne(
  { absolute }: Input,
  { workspace }: Artifact,
  { system: { files } }: Context,
): Promise<string | undefined> {
  const info = await files.lstat(absolute);
  if (info === undefined) return undefined;
  const hash = createHash('md5').update(relative(workspace, absolute).replaceAll('\\', '/'));
  if (info.kind === 'file') for await (const piece of files.readStream(absolute)) hash.update(piece);
  return hash.digest('hex');
}
