/** From `RUN --mount` as written to mounts whose sources are at hand. */
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expandWord } from '../../../dockerfile/expand.ts';
import { DockerfileProblem } from '../../../dockerfile/problem.ts';
import { parseRunMount, type RunMount } from '../../../dockerfile/run-mount.ts';
import type { RunInstruction } from '../../../dockerfile/types.ts';
import { resolveLinks } from '../../../image/layer-tree.ts';
import { describeSource } from '../describe.ts';
import { buildError } from '../failure.ts';
import type { Node } from '../node.ts';
import type { Spool } from '../spool.ts';
import { absolutePath, type InstructionParts, type Stage } from '../stage.ts';
import { type CacheParts, openCache } from './caches.ts';
import { isPlainVariable } from './environment.ts';
import { type PreparedMount, type PreparedMounts, secretId, targetOf } from './mounts.ts';
import { readSecret } from './secret.ts';
import { entriesBelow } from './sources.ts';
import { openAgentSocket } from './ssh.ts';
import { tarOf } from './tar-stream.ts';
import type { UnpackedLayers } from './unpacked.ts';

/** Reads the mounts of an instruction. @throws `BUILD_USER_ERROR`. */
export function runMounts(stage: Stage, { mounts }: RunInstruction, parts: InstructionParts): readonly RunMount[] {
  return mounts.map((text) => {
    try {
      return parseRunMount(text, (word) => expandWord(word, stage.variables, parts.scope.escape));
    } catch (error) {
      if (!(error instanceof DockerfileProblem)) throw error;
      throw buildError(error.message, error.suggestion ?? 'Check the --mount of the RUN');
    }
  });
}

/** What the layer of a RUN depends on in its mounts: what is bound by its content, the rest as written. */
export async function describeMounts(
  mounts: readonly RunMount[],
  parts: InstructionParts,
): Promise<readonly unknown[]> {
  return Promise.all(
    mounts.map(async (mount) => {
      if (mount.type !== 'bind') return mount;
      const { node, chainId } = await boundTree(mount, parts);
      if (chainId !== undefined) return [mount, chainId];
      const source = { node, path: [basename(mount.source ?? '')], filter: undefined };
      return [mount, await describeSource(source, parts.store.fingerprints(parts.request.workspace))];
    }),
  );
}

interface BoundTree {
  readonly node: Node;
  /** Free of links. */
  readonly path: readonly string[];
  readonly chainId: string | undefined;
  readonly layers: Awaited<ReturnType<InstructionParts['treeOf']>>['layers'];
}

async function boundTree({ from, source }: RunMount, parts: InstructionParts): Promise<BoundTree> {
  const tree = from === undefined ? undefined : await parts.treeOf(from);
  const root = tree === undefined ? await parts.context.root() : await tree.root();
  const found = resolveLinks(root, source ?? '/');
  if (found.node === undefined) {
    const where = from === undefined ? 'the build context' : `"${from}"`;
    throw buildError(`"${source ?? '/'}" cannot be mounted: it is not in ${where}`, 'Check the source of the --mount');
  }
  return { node: found.node, path: found.parts, chainId: tree?.chainId, layers: tree?.layers };
}

export interface PrepareOptions {
  readonly stage: Stage;
  readonly parts: InstructionParts;
  readonly layers: UnpackedLayers;
  readonly cache: CacheParts;
  readonly spool: Spool;
  /** The run's own directory, absolute. */
  readonly directory: string;
  /** Where unpacked layers lie, as the sandbox's script names it. */
  readonly layersAt: string;
  readonly hasOverlay: boolean;
}

/** Gets every mount ready. What was got ready before a failure is let go of. */
export async function prepareMounts(mounts: readonly RunMount[], options: PrepareOptions): Promise<PreparedMounts> {
  const prepared: PreparedMount[] = [];
  const environment = new Map<string, string>();
  const secrets: string[] = [];
  const releases: (() => Promise<void>)[] = [];
  const release = async (): Promise<void> => {
    for (const one of releases.splice(0)) await one();
  };
  const collected: Collected = { prepared, environment, secrets, releases };
  try {
    for (const [index, mount] of mounts.entries()) await prepare[mount.type](mount, index, options, collected);
  } catch (error) {
    await release();
    throw error;
  }
  return { mounts: prepared, environment, secrets, release };
}

interface Collected {
  readonly prepared: PreparedMount[];
  readonly environment: Map<string, string>;
  readonly secrets: string[];
  readonly releases: (() => Promise<void>)[];
}

/** What fits into a `sockaddr_un` of Linux, but for the zero at its end. */
const longestSocketPath = 107;

type Prepare = (mount: RunMount, index: number, options: PrepareOptions, collected: Collected) => Promise<void>;

const prepare: Readonly<Record<RunMount['type'], Prepare>> = {
  tmpfs: async (mount, index, { stage }, { prepared }) => {
    prepared.push({ kind: 'tmpfs', target: placeOf(mount, index, stage), size: mount.size });
  },
  bind: async (mount, index, options, { prepared }) => {
    prepared.push(await bound(mount, placeOf(mount, index, options.stage), index, options));
  },
  cache: async (mount, index, { stage, parts, cache, spool }, { prepared, releases }) => {
    const target = placeOf(mount, index, stage);
    const base = mount.from === undefined ? undefined : await boundTree(mount, parts);
    const open = await openCache(
      {
        id: mount.id ?? target,
        sharing: mount.sharing,
        mode: mount.mode ?? 0o755,
        uid: mount.uid ?? 0,
        gid: mount.gid ?? 0,
        base: base === undefined ? '' : JSON.stringify([base.chainId, base.path]),
        contents: async () => (base === undefined ? [] : entriesBelow(base.node, '', spool, parts)),
      },
      cache,
    );
    releases.push(open.release);
    prepared.push({ kind: 'bind', target, source: open.directory, isFile: false, readOnly: mount.readOnly });
  },
  secret: async (mount, index, { stage, parts }, { prepared, environment, secrets }) => {
    const content = await readSecret(secretId(mount), mount.required, parts);
    if (content === undefined) return;
    const text = Buffer.from(content).toString('utf8');
    secrets.push(text);
    if (mount.env !== undefined && !isPlainVariable(mount.env))
      throw buildError(`a secret cannot be put into the variable "${mount.env}"`, 'Choose another name for env');
    if (mount.env !== undefined) environment.set(mount.env, text);
    if (targetOf(mount, index) === undefined) return;
    const target = placeOf(mount, index, stage);
    const { mode = 0o400, uid = 0, gid = 0 } = mount;
    prepared.push({ kind: 'secret', target, content, mode, uid, gid });
  },
  ssh: async (mount, index, { stage, parts, directory }, { prepared, environment, releases }) => {
    const target = placeOf(mount, index, stage);
    if (Buffer.byteLength(target) > longestSocketPath) {
      throw buildError(
        `no program can connect to "${target}": the path of a socket has ${longestSocketPath} bytes at most`,
        'Choose a shorter target for the --mount=type=ssh',
      );
    }
    const socket = await openAgentSocket(mount, join(directory, `ssh${index}`), parts);
    if (socket === undefined) return;
    releases.push(socket.close);
    if (!environment.has('SSH_AUTH_SOCK')) environment.set('SSH_AUTH_SOCK', target);
    prepared.push({ kind: 'bind', target, source: socket.path, isFile: true, readOnly: false });
  },
};

function placeOf(mount: RunMount, index: number, stage: Stage): string {
  return absolutePath(stage, targetOf(mount, index) ?? '/');
}

/** Another stage's or image's files are laid over one another where that can be done; others are copied. */
async function bound(mount: RunMount, target: string, index: number, options: PrepareOptions): Promise<PreparedMount> {
  const { parts, layers, cache, spool, directory, layersAt, hasOverlay } = options;
  const { node, path, layers: list } = await boundTree(mount, parts);
  const isFile = node.kind !== 'directory';
  const { readOnly } = mount;
  if (hasOverlay && list !== undefined && list.length > 0) {
    const lowers = (await layers.directories(list)).map((name) => `${layersAt}/${name}`);
    return { kind: 'layers', target, lowers, source: path.join('/'), isFile, readOnly };
  }
  const copy = join(directory, `bind${index}`);
  await mkdir(copy, { recursive: true, mode: 0o755 });
  await cache.tool.extract(tarOf(await entriesBelow(node, 'file', spool, parts)), copy, false);
  return { kind: 'bind', target, source: isFile ? join(copy, 'file') : copy, isFile, readOnly };
}
