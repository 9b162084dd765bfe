/** A render whose inputs did not change is answered from the store. */
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Context, FileInfo } from '../core/ports.ts';
import type { Module } from '../core/project.ts';
import { absolutePath, isUrl } from '../render/paths.ts';
import { rendererFor } from '../render/renderers/index.ts';
import type { RenderMessage } from '../store/renders.ts';
import type { Store } from '../store/store.ts';
import { type PreparedRender, prepareRender, type RenderOptions, renderPrepared } from './render.ts';
import type { Session } from './session.ts';

declare const __SLIPWAY_SOURCES__: string | undefined;

/** Another version of this program may render differently. The bundler puts the hash of its sources in. */
const program = typeof __SLIPWAY_SOURCES__ === 'string' ? __SLIPWAY_SOURCES__ : 'from source';

/** Manifests of fewer bytes are rendered as quickly as they are looked up. */
const worthRemembering = 100_000;

/** The manifests, and what is known of their images. */
export interface RenderedText extends Pick<PreparedRender, 'builds' | 'digestSource'> {
  readonly text: string;
}

/**
 * As `runRender`, for whoever needs the text only: the same bytes and the same messages, taken from the store when nothing
 * changed since they were made. Only renders that depend on files, flags and images alone are kept.
 */
export async function renderText(
  session: Session,
  options: RenderOptions,
  smallest: number = worthRemembering,
): Promise<RenderedText> {
  const prepared = await prepareRender(session, options);
  const { builds, digestSource } = prepared;
  const fresh = async (ctx: Context): Promise<string> =>
    (await renderPrepared({ ...session, ctx }, options, prepared)).text;
  const memory = options.build.cacheArtifacts ? await memoryOf(session, options, prepared, smallest) : undefined;
  const text = memory === undefined ? await fresh(session.ctx) : await remembered(memory, session.ctx, fresh);
  return { text, builds, digestSource };
}

/** Where a render is kept, and what its inputs are at the moment. */
interface Memory {
  readonly store: Store;
  readonly name: string;
  readonly inputs: () => Promise<string>;
}

async function remembered(
  { store, name, inputs }: Memory,
  ctx: Context,
  fresh: (ctx: Context) => Promise<string>,
): Promise<string> {
  const before = await inputs();
  const known = await store.renders.get(name, before);
  if (known !== undefined) {
    for (const { level, message } of known.messages) ctx.emit({ type: 'log', level, message });
    return known.text;
  }
  const messages: RenderMessage[] = [];
  const text = await fresh({
    ...ctx,
    emit: (event) => {
      if (event.type === 'log') messages.push({ level: event.level, message: event.message });
      ctx.emit(event);
    },
  });
  // A file that was written to meanwhile: nobody knows which of its contents was read.
  if ((await inputs()) === before) await keep(store, name, { inputs: before, messages, text }, ctx);
  return text;
}

/** A render is done when it is printed: that it cannot be kept fails nothing. */
async function keep(
  store: Store,
  name: string,
  record: Parameters<Store['renders']['set']>[1],
  ctx: Context,
): Promise<void> {
  try {
    await store.renders.set(name, record);
    await store.flush();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    ctx.emit({ type: 'log', level: 'debug', message: `the render is not kept: ${error.message}` });
  }
}

async function memoryOf(
  session: Session,
  options: RenderOptions,
  { builds, digestSource }: PreparedRender,
  smallest: number,
): Promise<Memory | undefined> {
  const { project, ctx } = session;
  if (!project.modules.every(isRepeatable)) return undefined;
  const found = await filesOf(session, options);
  if (sizeOf(found) < smallest) return undefined;
  // What was found a moment ago need not be looked for again at first.
  let latest: readonly InputFile[] | undefined = found;
  const store = await session.store();
  const { manifests } = options;
  const known = [program, project, builds, digestSource, manifests];
  return {
    store,
    name: JSON.stringify([ctx.system.cwd, project.modules.map(({ file }) => file), manifests]),
    inputs: async () => {
      const files = latest ?? (await filesOf(session, options));
      latest = undefined;
      return hashOf([...known, await hashFiles(files, store, ctx)]);
    },
  };
}

/** Whether the manifests come from files alone. What programs and servers answer can change without a trace. */
function isRepeatable({ manifests, manifestTransforms, deploy }: Module): boolean {
  const { transform, validate, hooks } = manifestTransforms;
  return (
    transform.length + validate.length === 0 &&
    Object.keys(hooks as object).length === 0 &&
    deploy.every(({ type }) => type !== 'helm') &&
    manifests.every(({ type, spec }) => type === 'rawYaml' && !(spec as readonly string[]).some(isUrl))
  );
}

/** A file that goes into a render; `info` is undefined where there is none. */
interface InputFile {
  readonly path: string;
  readonly info: FileInfo | undefined;
}

/** All files a render reads, in the order they are found. */
async function filesOf({ project, ctx }: Session, { manifests }: RenderOptions): Promise<readonly InputFile[]> {
  const silent: Context = { ...ctx, emit: () => undefined };
  const paths: string[] = [manifests.setValueFile, manifests.resourceSelectorRulesFile].flatMap((path) =>
    path === undefined ? [] : [absolutePath(path, ctx)],
  );
  for (const module of project.modules) {
    for (const { type, spec } of module.manifests)
      for (const path of await rendererFor(type).inputs(spec, module, silent)) paths.push(path);
  }
  return Promise.all(paths.map(async (path) => ({ path, info: await ctx.system.files.stat(path) })));
}

function sizeOf(files: readonly InputFile[]): number {
  return files.reduce((size, { info }) => size + (info?.size ?? 0), 0);
}

async function hashFiles(files: readonly InputFile[], store: Store, { system }: Context): Promise<string> {
  const fingerprints = store.fingerprints(system.cwd);
  const hashes: (readonly [string, string])[] = [];
  for (const { path, info } of files) {
    hashes.push([
      path,
      info?.kind === 'file' ? await fingerprints.of(relative(system.cwd, path), info) : (info?.kind ?? 'missing'),
    ]);
  }
  return hashOf(hashes);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
