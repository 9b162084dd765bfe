import { fileURLToPath } from 'node:url';
import type { BuiltArtifact } from './core/artifact.ts';
import type { Emit } from './core/events.ts';
import type { Context } from './core/ports.ts';
import { checkOptions } from './library-options.ts';
import type { BuildOptions } from './pipeline/build.ts';
import { openSession, type Session, type SessionOptions } from './pipeline/session.ts';

export interface LibraryOptions {
  /** Directory to work in; the process's own by default. */
  readonly cwd?: string;
  /** The environment; the process's own by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Told what happens; events are plain data. */
  readonly emit?: Emit;
  /** Ends whatever is under way. */
  readonly signal?: AbortSignal;
}

/** What both operations take. Every option has the meaning and the default of the flag of the same name. */
interface CommonOptions {
  readonly filename?: string;
  readonly profiles?: readonly string[];
  readonly modules?: readonly string[];
  readonly defaultRepo?: string;
  readonly tag?: string;
  readonly platforms?: readonly string[];
  readonly engine?: SessionOptions['engine'];
  readonly insecureRegistries?: readonly string[];
}

export interface LibraryBuildOptions extends CommonOptions {
  readonly buildImages?: readonly string[];
  readonly push?: boolean;
  readonly concurrency?: number;
  readonly cacheArtifacts?: boolean;
  readonly dryRun?: boolean;
  /** What custom build commands are told in `SKIP_TEST`. */
  readonly skipTests?: boolean;
}

export interface LibraryRenderOptions extends CommonOptions {
  /** What `build` returned, or entries of a build-artifacts file. */
  readonly buildArtifacts?: readonly BuiltArtifact[];
  readonly digestSource?: 'remote' | 'local' | 'tag' | 'none';
  readonly labels?: readonly string[];
  readonly namespace?: string;
  readonly offline?: boolean;
  /** Values for the parameters of manifests, by name. */
  readonly set?: Readonly<Record<string, string>>;
  readonly setValueFile?: string;
  readonly resourceSelectorRulesFile?: string;
  readonly pin?: 'rules' | 'all';
  readonly annotateSource?: boolean;
}

/** One rendered object. */
export interface RenderedDocument {
  /** Its YAML, with a final line break. */
  readonly text: string;
  /** The file or generator it came from, as the user would write it. */
  readonly source: string;
  /** `metadata.name` of the configuration it belongs to, where that has one. */
  readonly module: string | undefined;
}

export interface Slipway {
  /** Builds and pushes; one entry per artifact, in the order of the configuration. @throws {ToolError} */
  build(options?: LibraryBuildOptions): Promise<readonly BuiltArtifact[]>;
  /** Renders all manifests: as one text, and one by one with where each came from. @throws {ToolError} */
  render(
    options?: LibraryRenderOptions,
  ): Promise<{ readonly text: string; readonly documents: readonly RenderedDocument[] }>;
}

/** Makes a Slipway over the real system. Nothing is read until one of its operations is called. */
export async function createSlipway(options: LibraryOptions = {}): Promise<Slipway> {
  const { createSystem } = await import('./system/node.ts');
  // Beside the library lies the command line, which helm calls back.
  const program = fileURLToPath(new URL('../main.js', import.meta.url));
  const system = createSystem({ cwd: options.cwd ?? process.cwd(), env: options.env ?? process.env, program });
  const ctx: Context = {
    system,
    emit: options.emit ?? (() => undefined),
    signal: options.signal ?? new AbortController().signal,
  };
  return {
    build: (chosen = {}) =>
      within('build', chosen, ctx, async (session) => {
        const { runBuild } = await import('./pipeline/build.ts');
        return runBuild(session, buildOptions('build', chosen));
      }),
    render: (chosen = {}) =>
      within('render', chosen, ctx, async (session) => {
        const { runRender } = await import('./pipeline/render.ts');
        const { text, manifests } = await runRender(session, {
          buildArtifacts: chosen.buildArtifacts,
          images: [],
          digestSource: chosen.digestSource ?? '',
          build: buildOptions('render', chosen),
          manifests: {
            labels: chosen.labels ?? [],
            namespace: chosen.namespace,
            offline: chosen.offline ?? false,
            setValues: Object.entries(chosen.set ?? {}).map(([name, value]) => `${name}=${value}`),
            setValueFile: chosen.setValueFile,
            resourceSelectorRulesFile: chosen.resourceSelectorRulesFile,
            pin: chosen.pin ?? 'rules',
            annotateSource: chosen.annotateSource ?? false,
          },
        });
        const { annotatedText, documentText } = await import('./render/document-text.ts');
        const documents = manifests.map((manifest) => ({
          text: (chosen.annotateSource === true ? annotatedText : documentText)(manifest),
          source: manifest.origin.source,
          module: manifest.origin.module,
        }));
        return { text, documents };
      }),
  };
}

async function within<T>(
  command: 'build' | 'render',
  options: CommonOptions,
  ctx: Context,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  checkOptions(command, options);
  const session = await openSession(
    {
      load: {
        filename: options.filename ?? 'skaffold.yaml',
        profiles: options.profiles ?? [],
        modules: options.modules ?? [],
        command,
        profileAutoActivation: true,
        propagateProfiles: true,
        kubeContext: undefined,
        kubeconfig: undefined,
      },
      defaultRepo: options.defaultRepo,
      globalConfigFile: undefined,
      insecureRegistries: options.insecureRegistries ?? [],
      detectMinikube: true,
      engine: options.engine ?? 'auto',
    },
    ctx,
  );
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

function buildOptions(runMode: string, options: LibraryBuildOptions): BuildOptions {
  return {
    runMode,
    buildImages: options.buildImages ?? [],
    tag: options.tag ?? '',
    platforms: options.platforms ?? [],
    onePlatform: false,
    push: options.push,
    concurrency: options.concurrency ?? -1,
    cacheArtifacts: options.cacheArtifacts ?? true,
    cacheFile: undefined,
    muteLogs: [],
    skipTests: options.skipTests ?? false,
    skip: options.dryRun === true ? '--dry-run=true' : undefined,
  };
}
