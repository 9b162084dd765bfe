/** The contracts of plug-ins: taggers, builders, engines, renderers. Adding one is a file and a line in its registry. */
import type { BuildOutcome, BuiltArtifact } from './artifact.ts';
import type { OpenContainers } from './containers.ts';
import type { Phase } from './events.ts';
import type { Manifest } from './manifest.ts';
import type { Digest, ImageId, ImageName, ImageReference, Platform } from './names.ts';
import type { Context, FileInfo } from './ports.ts';
import type { Artifact, Module, PluginEntry, ResourceFilter } from './project.ts';

/** Chooses the tag part of an artifact's reference; the default repo is applied elsewhere. */
export interface Tagger {
  /** A tag without `:`, not yet checked; empty means no tag at all. Throws a `ToolError` when it cannot tell. */
  tag(artifact: Artifact, ctx: Context): Promise<string>;
}

/** Makes taggers of one kind. `type` is the key under `tagPolicy`. */
export interface TaggerFactory<Spec = unknown> {
  readonly type: string;
  /** Checks what can be checked without an artifact (template syntax, variants): throws `INIT_CREATE_TAGGER_ERROR`. */
  create(spec: Spec, parts: TaggerParts): Tagger | Promise<Tagger>;
}

/** What taggers may ask of their surroundings. */
export interface TaggerParts {
  readonly inputsOf: InputsOf;
  /** Every artifact of the run by its image, to follow `requires`. */
  readonly artifacts: ReadonlyMap<ImageName, Artifact>;
  /** The tagger of another policy, for those that are made of several. */
  readonly nested: (entry: PluginEntry) => Promise<Tagger>;
}

/** One build to do. */
export interface BuildRequest<Spec> {
  readonly artifact: Artifact<Spec>;
  /** Full reference to build as: default repo applied, tag chosen. */
  readonly reference: ImageReference;
  /** `reference` as text. */
  readonly tag: string;
  /** The artifacts this one requires, by alias, already built. */
  readonly dependencies: ReadonlyMap<string, BuiltDependency>;
  readonly platforms: readonly Platform[];
  /** `--platform=all`: the builder may choose any platforms; `platforms` is empty then. */
  readonly allPlatforms: boolean;
  /** Whether the result must end in the registry; a builder that can push directly then does. */
  readonly push: boolean;
  /** The command that is run (`build`, `dev`, …): Skaffold's `SKAFFOLD_RUN_MODE`. */
  readonly runMode: string;
  /** `--skip-tests`, for builders whose tools run tests of their own. */
  readonly skipTests: boolean;
  /** What `build.local` of the artifact's module says on how Docker is to build. */
  readonly docker?: DockerSettings;
  /** What `build.cluster` of the artifact's module says, where it builds there. */
  readonly cluster?: ClusterSettings;
  readonly engine: ImageEngine;
  /** All artifacts of the run: the Dockerfile of a required one tells which triggers its image has. */
  readonly artifacts: ReadonlyMap<ImageName, Artifact>;
}

/** What `build.cluster` says to builders; texts are empty where it does not. */
export interface ClusterSettings {
  readonly kubeContext: string;
  readonly namespace: string;
  /** Longest time one build may take, as Go writes durations (`20m`). */
  readonly timeout: string;
  readonly pullSecretName: string;
  /** Undefined where there is no `dockerConfig`. */
  readonly dockerConfigSecretName: string | undefined;
}

/** A required artifact that was built before. */
export interface BuiltDependency {
  readonly image: ImageName;
  /** What to write in a `FROM` or pass as a build argument. */
  readonly tag: string;
  readonly outcome: BuildOutcome;
}

/**
 * Builds artifacts of one type. Stateless: the same request gives the same image, and two
 * requests may run at once. It neither tags by policy, caches, retries, nor prints.
 */
export interface Builder<Spec = unknown> {
  /** The key this builder answers to under `build.artifacts[]`. */
  readonly type: string;
  /** It can make an image for several platforms in one build, where that is pushed. */
  readonly severalPlatforms?: boolean;
  /**
   * Absolute paths of every file that can change the result, sorted. The cache hashes them, the
   * `inputDigest` tagger digests them, and `dev` watches them.
   */
  inputs(artifact: Artifact<Spec>, parts: InputParts, ctx: Context): Promise<readonly string[]>;
  /**
   * What the image is really made of, exactly: nothing that cannot change it, and the modes of directories too. The cache
   * compares it; builders without it are compared by their `inputs`.
   */
  entries?(artifact: Artifact<Spec>, parts: InputParts, ctx: Context): Promise<readonly InputEntry[]>;
  /** Whatever else can change the result (build args, target, base image digests), for the cache key. */
  parameters(request: Omit<BuildRequest<Spec>, 'push'>, ctx: Context): Promise<Readonly<Record<string, string>>>;
  build(request: BuildRequest<Spec>, ctx: Context): Promise<BuildOutcome>;
  /** What an entry in Skaffold's own cache file is made from; builders without it leave no entries there. */
  skaffoldKey?(
    artifact: Artifact<Spec>,
    run: Pick<BuildRequest<Spec>, 'runMode' | 'reference'>,
    ctx: Context,
  ): Promise<SkaffoldKey>;
}

/** One thing a build reads. */
export interface InputEntry {
  /** Relative to the workspace, `/`-separated; what lies outside begins with `../`. */
  readonly path: string;
  /** What `lstat` says (`stat` for what is not part of the image); undefined where nothing is there. */
  readonly info: FileInfo | undefined;
  /**
   * `content` goes into the image as it is, with its mode; of `instructions` only the content counts; a `note` does not count at
   * all, but explains a difference of others.
   */
  readonly role: 'content' | 'instructions' | 'note';
}

/** What Skaffold hashes of an artifact besides its files and platforms. */
export interface SkaffoldKey {
  /** The artifact's configuration: fields by the names of Skaffold's program, in its order; maps are sorted. */
  readonly config: unknown;
  /** `NAME=VALUE` for every build argument or variable. */
  readonly args: readonly string[];
}

/** What a builder may ask of its surroundings while it lists inputs. */
export interface InputParts {
  /** Configuration of a base image: its `ONBUILD` instructions name more files. */
  readonly imageConfig: (reference: string, ctx: Context) => Promise<ImageConfig>;
  readonly runMode: string;
  /** Images that artifacts of this run will produce: their `ONBUILD` comes from their own Dockerfile, not a registry. */
  readonly artifacts: ReadonlyMap<ImageName, Artifact>;
}

/** Looks up an artifact's builder and asks for its inputs; what taggers and the cache are given. */
export type InputsOf = (artifact: Artifact, ctx: Context) => Promise<readonly string[]>;

/** The parts of an image config that builds and checks look at (OCI image config, `config`). */
export interface ImageConfig {
  /** The config's own digest: the same whether a daemon or a registry holds the image, so it tells when a base changed. */
  readonly id: ImageId;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir: string;
  readonly user: string;
  readonly onBuild: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string;
  readonly shell: readonly string[];
}

/** Which of Docker's ways to build is asked for (`build.local`); nothing set leaves the choice to the engine. */
export interface DockerSettings {
  readonly useBuildkit?: boolean | undefined;
  readonly useDockerCLI?: boolean | undefined;
}

/**
 * What `RUN --mount=type=secret,id=…` reads: a file (relative to the working directory), or the value of a variable of the
 * environment. With neither it is the variable of the secret's own name, else the file of that name, as `docker build` has it.
 */
export interface BuildSecret {
  readonly id: string;
  readonly file?: string;
  readonly variable?: string;
}

/** One Dockerfile build, whatever executes it. Paths are absolute. */
export interface DockerfileBuild {
  /** Whose output this is, for events. */
  readonly image: ImageName;
  readonly workspace: string;
  readonly dockerfile: string;
  /** `dockerfile` relative to the workspace (or as written when outside it), `/`-separated: its name in the sent context. */
  readonly dockerfileName: string;
  /** Files of the context that the Dockerfile can reach: paths relative to the workspace, sorted. */
  readonly context: readonly string[];
  readonly target: string | undefined;
  /** Final values, templates expanded; null takes the value from the environment, as `docker build --build-arg NAME` does. */
  readonly buildArgs: Readonly<Record<string, string | null>>;
  readonly platform: Platform | undefined;
  readonly noCache: boolean;
  readonly pullParent: boolean;
  /** Images, or `type=registry,ref=…` and the like, as `docker build --cache-from` takes them. */
  readonly cacheFrom: readonly string[];
  /** Where the cache of this build is kept for others, as `docker build --cache-to` takes it. */
  readonly cacheTo?: readonly string[];
  readonly secrets?: readonly BuildSecret[];
  /** `default` or `ID=SOCKET`, as `docker build --ssh` takes it. */
  readonly ssh?: string | undefined;
  /** More flags for the `docker` command, templates expanded. */
  readonly cliFlags?: readonly string[];
  readonly docker?: DockerSettings;
  /** The workspace as skaffold.yaml spells it, for the `docker` command; relative to the working directory. */
  readonly contextArgument?: string;
  /** More than one platform, for an engine that says it can; `platform` is undefined then. */
  readonly platforms?: readonly Platform[];
  /**
   * The result is to end in the registry under `tag`: an engine that can push while it builds does so, and answers with
   * `at: 'registry'`.
   */
  readonly push?: boolean;
  readonly network: string | undefined;
  readonly addHosts: readonly string[];
  readonly squash: boolean;
  /** Labels of the image, besides those of the Dockerfile and over them. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Files of new layers get the time that the argument `SOURCE_DATE_EPOCH` says. */
  readonly rewritesTimes?: boolean;
  /** The reference to give the result. */
  readonly tag: string;
  /** Artifacts built earlier in this run, by the text a `FROM` (or an alias build argument) names them with. */
  readonly built: ReadonlyMap<string, BuildOutcome>;
}

/** One file or directory that goes on top of a base image; always owned by root, with modification time 0. */
export type AssembledEntry =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  /** `source` is an absolute path of this machine; links are followed. */
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly source: string };

/** A layer that goes on top of a base image. Paths are relative to the image's root, parents come before what is in them. */
export interface AssembledLayer {
  readonly entries: readonly AssembledEntry[];
  readonly createdBy: string;
  readonly comment: string;
}

/** One platform's image of an assembly. */
export interface AssembledVariant {
  readonly platform: Platform;
  readonly layers: readonly AssembledLayer[];
}

/** An image made of a base and files, without a Dockerfile (ko's images). */
export interface ImageAssembly {
  /** Whose output this is, for events. */
  readonly image: ImageName;
  /** Reference of the base image, always asked of its registry. */
  readonly base: string;
  /** One gives an image; several give an index, which has to be pushed. */
  readonly variants: readonly AssembledVariant[];
  readonly author: string;
  readonly entrypoint: readonly string[];
  /** Appended to the base image's own; `PATH` gets a directory at its end. */
  readonly env: Readonly<Record<string, string>>;
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly reference: ImageReference;
  /** `reference` as text. */
  readonly tag: string;
  readonly push: boolean;
}

/** An image that a tool left as an archive (`docker save`'s form). */
export interface ImageArchive {
  /** Whose output this is, for events. */
  readonly image: ImageName;
  /** Absolute path of the archive. */
  readonly file: string;
  readonly reference: ImageReference;
  /** `reference` as text. */
  readonly tag: string;
  readonly push: boolean;
}

/** Executes Dockerfiles and keeps images: a Docker Engine, BuildKit, or the embedded engine. Chosen once per run. */
export interface ImageEngine {
  readonly name: 'docker' | 'embedded' | 'buildkit';
  /** It makes an image for several platforms in one build, where that is pushed. */
  readonly severalPlatforms?: boolean;
  build(request: DockerfileBuild, ctx: Context): Promise<BuildOutcome>;
  /** Puts layers on a base image. Where it is to be pushed it goes to the registry without passing through a daemon. */
  assemble(request: ImageAssembly, ctx: Context): Promise<BuildOutcome>;
  /** Takes in an image from an archive. Where it is to be pushed it goes to the registry without passing through a daemon. */
  importArchive(request: ImageArchive, ctx: Context): Promise<BuildOutcome>;
  /** Pushes what `build` returned; the digest is the one the registry serves. `bytes` counts what was uploaded. */
  push(
    outcome: BuildOutcome,
    reference: ImageReference,
    ctx: Context,
  ): Promise<{
    readonly digest: Digest;
    readonly bytes: number;
    /** What the registry serves, for engines that know it without asking. */
    readonly manifest?: { readonly mediaType: string; readonly size: number };
  }>;
  /** Gives an image it holds one more name. */
  tag(outcome: BuildOutcome, reference: ImageReference, ctx: Context): Promise<void>;
  /** The id of the image this reference names in the engine's own storage, or undefined. */
  find(reference: string, ctx: Context): Promise<ImageId | undefined>;
  /** Whether the engine's storage still holds what an earlier build returned. */
  holds(outcome: BuildOutcome, ctx: Context): Promise<boolean>;
  /** Fetches an image into the engine's own storage, printing as output of `phase`; engines without a storage of names lack it. */
  pull?(reference: ImageReference, phase: Phase, ctx: Context): Promise<void>;
  /** Runs programs of images; engines without it cannot. */
  readonly openContainers?: OpenContainers;
  /** Configuration of any image: from its own storage first, then from the registry. */
  imageConfig(reference: string, platform: Platform | undefined, ctx: Context): Promise<ImageConfig>;
  /** Releases sockets and file handles. */
  close(): Promise<void>;
}

/** Where a render is headed and what is set from outside: for sources that pass it on to their own tools. */
export interface RenderRun {
  /** The Kubernetes context in use; empty without one. */
  readonly kubeContext: string;
  /** `--kubeconfig`; undefined where it was not given. */
  readonly kubeconfig: string | undefined;
  /** `--namespace`; undefined where it was not given. */
  readonly namespace: string | undefined;
  /** Values by name of `--set` and `--set-value-file`, the former over the latter. */
  readonly parameters: ReadonlyMap<string, string>;
  /** `--label`. */
  readonly labels: ReadonlyMap<string, string>;
  /** `--offline`. */
  readonly offline: boolean;
  /** The user's rules on which fields hold images and labels, those that win; each kind is in one list only. */
  readonly resourceSelector: { readonly allow: readonly ResourceFilter[]; readonly deny: readonly ResourceFilter[] };
}

/** Produces manifests from one kind of source. Image replacement and labels come after, once, for all. */
export interface Renderer<Spec = unknown> {
  /** The key under `manifests`, such as `rawYaml`. */
  readonly type: string;
  /**
   * How manifests of this source go through `manifests.transform`, parameters and `manifests.validate`: as `files`, whose
   * comments name parameters, or as `packages`, where a kpt function sets them. Neighbours of one kind go together. A
   * source without it does these things itself, as far as they apply to it.
   */
  readonly bundle?: 'files' | 'packages';
  /** It puts images and namespaces in place itself: afterwards labels are set, and nothing else. */
  readonly placesImages?: boolean;
  /** Looks whether the tools it needs are there, before anything is built. @throws {ToolError} `COMMAND_NOT_FOUND` */
  check?(ctx: Context): Promise<void>;
  /** Files that can change the result, for `dev`. */
  inputs(spec: Spec, module: Module, ctx: Context): Promise<readonly string[]>;
  render(
    spec: Spec,
    module: Module,
    builds: readonly BuiltArtifact[],
    ctx: Context,
    run: RenderRun,
  ): Promise<readonly Manifest[]>;
}
