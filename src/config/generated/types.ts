// Made by `npm run generate` from schemas/skaffold.schema.json; do not edit.
import type { YamlNode } from '../../core/yaml-node.ts';

/** Name and notes of a module. */
export interface Metadata {
  /** Name of the module; unique in the project. */
  readonly name?: string | undefined;
  /** Labels for your own tools; nothing here reads them. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Annotations for your own tools; nothing here reads them. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** A git repository with configurations. */
export interface GitInfo {
  /** Address to clone from. */
  readonly repo?: string | undefined;
  /** Path of the configuration inside the repository; skaffold.yaml when left out. */
  readonly path?: string | undefined;
  /** Branch, tag or commit; main or master when left out. */
  readonly ref?: string | undefined;
  /** Whether to fetch again when a copy is already there. */
  readonly sync?: boolean | undefined;
}

/** A Cloud Storage location with configurations. */
export interface GoogleCloudStorageInfo {
  /** Location to copy, such as gs://bucket/folder. */
  readonly source?: string | undefined;
  /** Path of the configuration inside the copied folder. */
  readonly path?: string | undefined;
  /** Whether to copy again when a copy is already there. */
  readonly sync?: boolean | undefined;
}

/** A repository connected to Cloud Build. */
export interface GoogleCloudBuildRepoV2Info {
  /** Google Cloud project of the connection. */
  readonly projectID?: string | undefined;
  /** Region of the connection. */
  readonly region?: string | undefined;
  /** Name of the connection. */
  readonly connection?: string | undefined;
  /** Name of the repository within the connection. */
  readonly repo?: string | undefined;
  /** Path of the configuration inside the repository. */
  readonly path?: string | undefined;
  /** Branch, tag or commit; main or master when left out. */
  readonly ref?: string | undefined;
  /** Whether to fetch again when a copy is already there. */
  readonly sync?: boolean | undefined;
}

/** A profile to switch on in a needed module. */
export interface ProfileDependency {
  /** Profile of the needed module. */
  readonly name?: string | undefined;
  /** Profiles of this module that bring it in; always when left out. */
  readonly activatedBy?: readonly string[] | undefined;
}

/** One other configuration that is needed. At most one of path, git, googleCloudStorage and googleCloudBuildRepoV2. */
export interface ConfigDependency {
  /** Names of the modules to take from it; all when left out. */
  readonly configs?: readonly string[] | undefined;
  /** File or directory of the configuration; the same file when left out. */
  readonly path?: string | undefined;
  /** Git repository that holds the configuration. */
  readonly git?: GitInfo | undefined;
  /** Cloud Storage location that holds the configuration. */
  readonly googleCloudStorage?: GoogleCloudStorageInfo | undefined;
  /** Cloud Build repository connection that holds the configuration. */
  readonly googleCloudBuildRepoV2?: GoogleCloudBuildRepoV2Info | undefined;
  /** Profiles to switch on in the needed modules. */
  readonly activeProfiles?: readonly ProfileDependency[] | undefined;
}

/** An image that has to be built first. */
export interface ArtifactDependency {
  /** Name of the other artifact's image. */
  readonly image?: string | undefined;
  /** Name of the build argument or variable that receives its reference; the image name when left out. */
  readonly alias?: string | undefined;
}

/** A command on this machine. */
export interface HostHook {
  /** Program and arguments. */
  readonly command?: readonly string[] | undefined;
  /** Operating systems it runs on; all when left out. */
  readonly os?: readonly string[] | undefined;
  /** Working directory. */
  readonly dir?: string | undefined;
}

/** Commands on this machine around a build. */
export interface BuildHooks {
  /** Commands that run before it. */
  readonly before?: readonly HostHook[] | undefined;
  /** Commands that run after it. */
  readonly after?: readonly HostHook[] | undefined;
}

/** Files and their place in the container. */
export interface SyncRule {
  /** Pattern of files, relative to the context. */
  readonly src?: string | undefined;
  /** Directory in the container. */
  readonly dest?: string | undefined;
  /** Leading part of the path that is left out in the container. */
  readonly strip?: string | undefined;
}

/** A command in a container. */
export interface ContainerHook {
  /** Program and arguments. */
  readonly command?: readonly string[] | undefined;
}

/** One command: on this machine or in the container. */
export interface SyncHookItem {
  /** Command on this machine. */
  readonly host?: HostHook | undefined;
  /** Command in the container. */
  readonly container?: ContainerHook | undefined;
}

/** Commands around a copy into containers. */
export interface SyncHooks {
  /** Commands that run before it. */
  readonly before?: readonly SyncHookItem[] | undefined;
  /** Commands that run after it. */
  readonly after?: readonly SyncHookItem[] | undefined;
}

/** Files copied into running containers. At most one of manual, infer and auto. */
export interface Sync {
  /** Rules that name files and their place in the container. */
  readonly manual?: readonly SyncRule[] | undefined;
  /** Patterns of files whose place follows from the Dockerfile. */
  readonly infer?: readonly string[] | undefined;
  /** Let the builder decide. */
  readonly auto?: boolean | undefined;
  /** Commands around a copy. */
  readonly hooks?: SyncHooks | undefined;
}

/** A secret for RUN steps. At most one of src and env. */
export interface DockerSecret {
  /** Name the Dockerfile uses. */
  readonly id?: string | undefined;
  /** File that holds the secret. */
  readonly src?: string | undefined;
  /** Environment variable that holds the secret. */
  readonly env?: string | undefined;
}

/** Builds a Dockerfile. */
export interface DockerArtifact {
  /** Path of the Dockerfile, relative to the context. */
  readonly dockerfile?: string | undefined;
  /** Stage to build; the last one when left out. */
  readonly target?: string | undefined;
  /** Build arguments; a value may be a Go template, null takes it from the environment. */
  readonly buildArgs?: Readonly<Record<string, string | null>> | undefined;
  /** Network of RUN steps: host, bridge, none or container:NAME. */
  readonly network?: string | undefined;
  /** Extra lines of /etc/hosts in RUN steps, as NAME:ADDRESS. */
  readonly addHost?: readonly string[] | undefined;
  /** Images whose layers may be reused. */
  readonly cacheFrom?: readonly string[] | undefined;
  /** Where BuildKit keeps the cache of the build, as in type=registry,ref=IMAGE,mode=max. Skaffold does not have the field. */
  readonly cacheTo?: readonly string[] | undefined;
  /** More flags for the docker command. */
  readonly cliFlags?: readonly string[] | undefined;
  /** Ask the registry for newer base images. */
  readonly pullParent?: boolean | undefined;
  /** Build every step again. */
  readonly noCache?: boolean | undefined;
  /** Merge the new layers into one. */
  readonly squash?: boolean | undefined;
  /** Secrets for RUN --mount=type=secret. */
  readonly secrets?: readonly DockerSecret[] | undefined;
  /** SSH agent or keys for RUN --mount=type=ssh. */
  readonly ssh?: string | undefined;
}

/** A platform and its Bazel target. */
export interface BazelPlatformMapping {
  /** Platform, such as linux/arm64. */
  readonly platform?: string | undefined;
  /** Bazel platform target for it. */
  readonly target?: string | undefined;
}

/** Builds with Bazel. */
export interface BazelArtifact {
  /** Bazel target, such as //app:image.tar. */
  readonly target?: string | undefined;
  /** More arguments for bazel build. */
  readonly args?: readonly string[] | undefined;
  /** Bazel platform targets by platform. */
  readonly platforms?: readonly BazelPlatformMapping[] | undefined;
}

/** Files whose change means a new build. */
export interface KoDependencies {
  /** Patterns of files; **\/*.go when left out. */
  readonly paths?: readonly string[] | undefined;
  /** Patterns of files to leave out. */
  readonly ignore?: readonly string[] | undefined;
}

/** Builds a Go program with ko. */
export interface KoArtifact {
  /** Base image. */
  readonly fromImage?: string | undefined;
  /** Files whose change means a new build. */
  readonly dependencies?: KoDependencies | undefined;
  /** Directory of the Go module, relative to the context. */
  readonly dir?: string | undefined;
  /** Environment of the Go compiler, as NAME=VALUE; Go templates. */
  readonly env?: readonly string[] | undefined;
  /** Flags of the Go compiler; Go templates. */
  readonly flags?: readonly string[] | undefined;
  /** Labels of the image; values are Go templates. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Flags of the Go linker; Go templates. */
  readonly ldflags?: readonly string[] | undefined;
  /** Package to build, relative to dir. */
  readonly main?: string | undefined;
}

/** Builds a Java program with the Jib plugin. */
export interface JibArtifact {
  /** Maven module or Gradle project to build. */
  readonly project?: string | undefined;
  /** More arguments for Maven or Gradle. */
  readonly args?: readonly string[] | undefined;
  /** Build tool; found out when left out. */
  readonly type?: string | undefined;
  /** Base image. */
  readonly fromImage?: string | undefined;
}

/** Caching of layers in kaniko. */
export interface KanikoCache {
  /** Repository that keeps cached layers. */
  readonly repo?: string | undefined;
  /** Directory on the node that keeps base images. */
  readonly hostPath?: string | undefined;
  /** How long cached layers stay good. */
  readonly ttl?: string | undefined;
  /** Cache the layers of COPY as well. */
  readonly cacheCopyLayers?: boolean | undefined;
  /** Cache the layers of RUN; true when left out. */
  readonly cacheRunLayers?: boolean | undefined;
}

/** Builds a Dockerfile with kaniko. */
export interface KanikoArtifact {
  /** Clean the file system at the end of the build. */
  readonly cleanup?: boolean | undefined;
  /** Push over plain HTTP. */
  readonly insecure?: boolean | undefined;
  /** Pull over plain HTTP. */
  readonly insecurePull?: boolean | undefined;
  /** Build outside a container too. */
  readonly force?: boolean | undefined;
  /** Put the time in front of log lines. */
  readonly logTimestamp?: boolean | undefined;
  /** Leave timestamps out of the image. */
  readonly reproducible?: boolean | undefined;
  /** Take one snapshot at the end of the build. */
  readonly singleSnapshot?: boolean | undefined;
  /** Push without checking certificates. */
  readonly skipTLS?: boolean | undefined;
  /** Pull without checking certificates. */
  readonly skipTLSVerifyPull?: boolean | undefined;
  /** Build only the stages the target needs. */
  readonly skipUnusedStages?: boolean | undefined;
  /** Use the newer way to find changed files. */
  readonly useNewRun?: boolean | undefined;
  /** Leave /var/run out of snapshots. */
  readonly whitelistVarRun?: boolean | undefined;
  /** Path of the Dockerfile, relative to the context. */
  readonly dockerfile?: string | undefined;
  /** Stage to build; the last one when left out. */
  readonly target?: string | undefined;
  /** Image of the init container. */
  readonly initImage?: string | undefined;
  /** Image of kaniko itself. */
  readonly image?: string | undefined;
  /** Secret to pull the kaniko image with. */
  readonly imagePullSecret?: string | undefined;
  /** More references to push to. */
  readonly destination?: readonly string[] | undefined;
  /** File in the pod that receives the digest. */
  readonly digestFile?: string | undefined;
  /** How often to retry extracting the base image. */
  readonly imageFSExtractRetry?: string | undefined;
  /** File in the pod that receives name and digest. */
  readonly imageNameWithDigestFile?: string | undefined;
  /** Format of log lines: text, color or json. */
  readonly logFormat?: string | undefined;
  /** Where to save the image as an OCI layout. */
  readonly ociLayoutPath?: string | undefined;
  /** Mirror of Docker Hub. */
  readonly registryMirror?: string | undefined;
  /** How changed files are found: full, redo or time. */
  readonly snapshotMode?: string | undefined;
  /** How often to retry a push. */
  readonly pushRetry?: string | undefined;
  /** Where to save the image as an archive. */
  readonly tarPath?: string | undefined;
  /** Log level. */
  readonly verbosity?: string | undefined;
  /** Registries to talk to over plain HTTP. */
  readonly insecureRegistry?: readonly string[] | undefined;
  /** Registries whose certificates are not checked. */
  readonly skipTLSVerifyRegistry?: readonly string[] | undefined;
  /** Environment of the kaniko pod; values are Go templates. */
  readonly env?: readonly YamlNode[] | undefined;
  /** Caching of layers. */
  readonly cache?: KanikoCache | undefined;
  /** Certificates by registry; Go templates. */
  readonly registryCertificate?: Readonly<Record<string, string | null>> | undefined;
  /** Labels of the image; values are Go templates. */
  readonly label?: Readonly<Record<string, string | null>> | undefined;
  /** Build arguments; values are Go templates. */
  readonly buildArgs?: Readonly<Record<string, string | null>> | undefined;
  /** Volumes mounted into the kaniko pod. */
  readonly volumeMounts?: readonly YamlNode[] | undefined;
  /** Directory inside the context to build in. */
  readonly contextSubPath?: string | undefined;
  /** Paths left out of snapshots. */
  readonly ignorePaths?: readonly string[] | undefined;
  /** How often to retry sending the context. */
  readonly copyMaxRetries?: number | undefined;
  /** Longest time sending the context may take. */
  readonly copyTimeout?: string | undefined;
  /** Gzip level of the sent context. */
  readonly buildContextCompressionLevel?: number | undefined;
}

/** Files whose change means a new build. */
export interface BuildpackDependencies {
  /** Patterns of files; everything when left out. */
  readonly paths?: readonly string[] | undefined;
  /** Patterns of files to leave out. */
  readonly ignore?: readonly string[] | undefined;
}

/** A directory mounted into the build. */
export interface BuildpackVolume {
  /** Directory on this machine. */
  readonly host?: string | undefined;
  /** Directory in the build container. */
  readonly target?: string | undefined;
  /** Mount options, such as ro or rw. */
  readonly options?: string | undefined;
}

/** Builds with Cloud Native Buildpacks. */
export interface BuildpackArtifact {
  /** Builder image. */
  readonly builder?: string | undefined;
  /** Base image of the result. */
  readonly runImage?: string | undefined;
  /** Environment of the build, as NAME=VALUE; Go templates. */
  readonly env?: readonly string[] | undefined;
  /** Buildpacks to use, in order. */
  readonly buildpacks?: readonly string[] | undefined;
  /** Run all phases in one container of the builder. */
  readonly trustBuilder?: boolean | undefined;
  /** Drop cached layers first. */
  readonly clearCache?: boolean | undefined;
  /** Path of the project descriptor, relative to the context. */
  readonly projectDescriptor?: string | undefined;
  /** Files whose change means a new build. */
  readonly dependencies?: BuildpackDependencies | undefined;
  /** Directories mounted into the build. */
  readonly volumes?: readonly BuildpackVolume[] | undefined;
  /** More arguments of pack on Google Cloud Build. */
  readonly buildArgs?: readonly string[] | undefined;
}

/** A Dockerfile whose inputs count. */
export interface DockerfileDependency {
  /** Path of the Dockerfile, relative to the context. */
  readonly path?: string | undefined;
  /** Build arguments; values are Go templates. */
  readonly buildArgs?: Readonly<Record<string, string | null>> | undefined;
}

/** Files whose change means a new build. At most one of dockerfile, command and paths. */
export interface CustomDependencies {
  /** The files a Dockerfile can reach. */
  readonly dockerfile?: DockerfileDependency | undefined;
  /** Command that prints the files as a JSON list. */
  readonly command?: string | undefined;
  /** Patterns of files. */
  readonly paths?: readonly string[] | undefined;
  /** Patterns of files to leave out of paths. */
  readonly ignore?: readonly string[] | undefined;
}

/** Builds with a command of your own. */
export interface CustomArtifact {
  /** Shell command that builds $IMAGE; a Go template. */
  readonly buildCommand?: string | undefined;
  /** Files whose change means a new build. */
  readonly dependencies?: CustomDependencies | undefined;
}

/** One image to build. At most one of docker, bazel, ko, jib, kaniko, buildpacks and custom; docker when none is given. */
export interface Artifact {
  /** Name of the image, without tag or digest. */
  readonly image?: string | undefined;
  /** Directory of the sources. */
  readonly context?: string | undefined;
  /** Platforms to build for, in place of those of the build section. */
  readonly platforms?: readonly string[] | undefined;
  /** Language runtime of the image, for debugging: go, nodejs, jvm, python or netcore. */
  readonly runtimeType?: string | undefined;
  /** Images of this project that have to be built first. */
  readonly requires?: readonly ArtifactDependency[] | undefined;
  /** Commands around the build of this image. */
  readonly hooks?: BuildHooks | undefined;
  /** Files copied into running containers instead of building again. */
  readonly sync?: Sync | undefined;
  /** Build a Dockerfile. */
  readonly docker?: DockerArtifact | undefined;
  /** Build with Bazel. */
  readonly bazel?: BazelArtifact | undefined;
  /** Build a Go program with ko. */
  readonly ko?: KoArtifact | undefined;
  /** Build a Java program with the Jib plugin of Maven or Gradle. */
  readonly jib?: JibArtifact | undefined;
  /** Build a Dockerfile in the cluster with kaniko. */
  readonly kaniko?: KanikoArtifact | undefined;
  /** Build with Cloud Native Buildpacks. */
  readonly buildpacks?: BuildpackArtifact | undefined;
  /** Build with a command of your own. */
  readonly custom?: CustomArtifact | undefined;
}

/** Tags by git commit. */
export interface GitTagger {
  /** What of the commit to use; Tags when left out. */
  readonly variant?: string | undefined;
  /** Text in front of the tag. */
  readonly prefix?: string | undefined;
  /** Leave out the -dirty suffix for uncommitted changes. */
  readonly ignoreChanges?: boolean | undefined;
}

/** Tags every image latest. */
export type ShaTagger = Readonly<Record<string, never>>;

/** Tags by a Go template over environment variables. */
export interface EnvTemplateTagger {
  /** Template that makes the tag, such as {{.VERSION}}. */
  readonly template?: string | undefined;
}

/** Tags by the time the build starts. */
export interface DateTimeTagger {
  /** Layout in Go's notation of the reference time. */
  readonly format?: string | undefined;
  /** Time zone name, such as UTC or Europe/Paris; the local zone when left out. */
  readonly timezone?: string | undefined;
}

/** Tags by the content of the input files. */
export type InputDigest = Readonly<Record<string, never>>;

/** A named part of a custom template: one policy. */
export interface TaggerComponent {
  /** Name the template uses. */
  readonly name?: string | undefined;
  /** From the git commit of the artifact's directory. */
  readonly gitCommit?: GitTagger | undefined;
  /** The text latest. */
  readonly sha256?: ShaTagger | undefined;
  /** From a Go template over environment variables. */
  readonly envTemplate?: EnvTemplateTagger | undefined;
  /** From the time the build starts. */
  readonly dateTime?: DateTimeTagger | undefined;
  /** From a further template. */
  readonly customTemplate?: CustomTemplateTagger | undefined;
  /** From the content of the artifact's input files. */
  readonly inputDigest?: InputDigest | undefined;
}

/** Tags by a Go template over other policies. */
export interface CustomTemplateTagger {
  /** Template that makes the tag; it names components. */
  readonly template?: string | undefined;
  /** The parts that the template may name. */
  readonly components?: readonly TaggerComponent[] | undefined;
}

/** How image tags are chosen: one policy. */
export interface TagPolicy {
  /** From the git commit of the artifact's directory. */
  readonly gitCommit?: GitTagger | undefined;
  /** Always latest; the digest tells images apart. */
  readonly sha256?: ShaTagger | undefined;
  /** From a Go template over environment variables. */
  readonly envTemplate?: EnvTemplateTagger | undefined;
  /** From the time the build starts. */
  readonly dateTime?: DateTimeTagger | undefined;
  /** From a Go template over other policies. */
  readonly customTemplate?: CustomTemplateTagger | undefined;
  /** From the content of the artifact's input files. */
  readonly inputDigest?: InputDigest | undefined;
}

/** Builds on this machine. */
export interface LocalBuild {
  /** Push images after building; by default only for clusters that are not local. */
  readonly push?: boolean | undefined;
  /** Take an image from the registry rather than build it when its tag exists there. */
  readonly tryImportMissing?: boolean | undefined;
  /** Build through the docker command instead of the Docker API. */
  readonly useDockerCLI?: boolean | undefined;
  /** Build with BuildKit. */
  readonly useBuildkit?: boolean | undefined;
  /** Most builds at a time; 0 for no limit. */
  readonly concurrency?: number | undefined;
}

/** A Cloud Build step that installs platform emulators. */
export interface PlatformEmulatorInstallStep {
  /** Image of the step. */
  readonly image?: string | undefined;
  /** Arguments of the step. */
  readonly args?: readonly string[] | undefined;
  /** Entry point of the step. */
  readonly entrypoint?: string | undefined;
}

/** Builds on Google Cloud Build. */
export interface GoogleCloudBuild {
  /** Google Cloud project; taken from the image name when left out. */
  readonly projectId?: string | undefined;
  /** Disk of the build machine in GB. */
  readonly diskSizeGb?: number | undefined;
  /** Type of the build machine. */
  readonly machineType?: string | undefined;
  /** Longest time a build may take, such as 600s. */
  readonly timeout?: string | undefined;
  /** Where Cloud Build writes logs. */
  readonly logging?: string | undefined;
  /** Whether logs reach Cloud Storage while the build runs. */
  readonly logStreamingOption?: string | undefined;
  /** Image that runs Docker builds. */
  readonly dockerImage?: string | undefined;
  /** Image that runs kaniko builds. */
  readonly kanikoImage?: string | undefined;
  /** Image that runs Maven builds. */
  readonly mavenImage?: string | undefined;
  /** Image that runs Gradle builds. */
  readonly gradleImage?: string | undefined;
  /** Image that runs Cloud Native Buildpacks. */
  readonly packImage?: string | undefined;
  /** Image that runs ko builds. */
  readonly koImage?: string | undefined;
  /** Cloud Storage bucket that sources are uploaded to. */
  readonly bucket?: string | undefined;
  /** Most builds at a time; 0 for no limit. */
  readonly concurrency?: number | undefined;
  /** Private pool, as projects/P/locations/L/workerPools/W. */
  readonly workerPool?: string | undefined;
  /** Region builds run in. */
  readonly region?: string | undefined;
  /** Service account builds run as. */
  readonly serviceAccount?: string | undefined;
  /** Step that installs emulators for other platforms. */
  readonly platformEmulatorInstallStep?: PlatformEmulatorInstallStep | undefined;
}

/** Docker configuration for build pods. */
export interface DockerConfig {
  /** Docker config.json on this machine. */
  readonly path?: string | undefined;
  /** Secret that holds it. */
  readonly secretName?: string | undefined;
}

/** Amounts of resources. */
export interface ResourceRequirement {
  /** Processor time, such as 500m. */
  readonly cpu?: string | undefined;
  /** Memory, such as 2Gi. */
  readonly memory?: string | undefined;
  /** Local disk space. */
  readonly ephemeralStorage?: string | undefined;
  /** Persistent storage. */
  readonly resourceStorage?: string | undefined;
}

/** Resources of a pod. */
export interface ResourceRequirements {
  /** What the pod asks for. */
  readonly requests?: ResourceRequirement | undefined;
  /** What the pod may use at most. */
  readonly limits?: ResourceRequirement | undefined;
}

/** Builds inside the Kubernetes cluster, with kaniko or a command. */
export interface ClusterDetails {
  /** Proxy for plain HTTP in build pods. */
  readonly HTTP_PROXY?: string | undefined;
  /** Proxy for HTTPS in build pods. */
  readonly HTTPS_PROXY?: string | undefined;
  /** Google Cloud key file that a pull secret is made from. */
  readonly pullSecretPath?: string | undefined;
  /** Secret with registry credentials. */
  readonly pullSecretName?: string | undefined;
  /** Where build pods see the pull secret. */
  readonly pullSecretMountPath?: string | undefined;
  /** Namespace of build pods; the current one when left out. */
  readonly namespace?: string | undefined;
  /** Longest time a build may take; 20m when left out. */
  readonly timeout?: string | undefined;
  /** Docker configuration for build pods. */
  readonly dockerConfig?: DockerConfig | undefined;
  /** Service account of build pods. */
  readonly serviceAccount?: string | undefined;
  /** Tolerations of build pods. */
  readonly tolerations?: readonly YamlNode[] | undefined;
  /** Node selector of build pods. */
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined;
  /** Annotations of build pods. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** Labels of build pods. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** User id that build pods run as. */
  readonly runAsUser?: number | undefined;
  /** Resources of build pods. */
  readonly resources?: ResourceRequirements | undefined;
  /** Most builds at a time; 0 for no limit. */
  readonly concurrency?: number | undefined;
  /** Volumes of build pods. */
  readonly volumes?: readonly YamlNode[] | undefined;
  /** Add a random suffix to the pull secret's name. */
  readonly randomPullSecret?: boolean | undefined;
  /** Add a random suffix to the Docker configuration secret's name. */
  readonly randomDockerConfigSecret?: boolean | undefined;
}

/** What images are built, and how. At most one of local, googleCloudBuild and cluster. */
export interface BuildConfig {
  /** The images to build. */
  readonly artifacts?: readonly Artifact[] | undefined;
  /** Commands around the whole build. */
  readonly hooks?: BuildHooks | undefined;
  /** Registries to talk to over plain HTTP, as HOST:PORT. */
  readonly insecureRegistries?: readonly string[] | undefined;
  /** Platforms to build for, such as linux/amd64. */
  readonly platforms?: readonly string[] | undefined;
  /** How image tags are chosen; by git commit when left out. */
  readonly tagPolicy?: TagPolicy | undefined;
  /** Build on this machine. */
  readonly local?: LocalBuild | undefined;
  /** Build on Google Cloud Build. */
  readonly googleCloudBuild?: GoogleCloudBuild | undefined;
  /** Build inside the Kubernetes cluster. */
  readonly cluster?: ClusterDetails | undefined;
}

/** Files whose change means a new run. At most one of command and paths. */
export interface CustomTestDependencies {
  /** Command that prints the files as a JSON list. */
  readonly command?: string | undefined;
  /** Patterns of files. */
  readonly paths?: readonly string[] | undefined;
  /** Patterns of files to leave out of paths. */
  readonly ignore?: readonly string[] | undefined;
}

/** A command that checks an image. */
export interface CustomTest {
  /** Shell command; a Go template. */
  readonly command?: string | undefined;
  /** Longest time in seconds; 0 for no limit. */
  readonly timeoutSeconds?: number | undefined;
  /** Files whose change means a new run. */
  readonly dependencies?: CustomTestDependencies | undefined;
}

/** Checks of one image. */
export interface TestCase {
  /** Image to check. */
  readonly image?: string | undefined;
  /** Working directory of the checks. */
  readonly context?: string | undefined;
  /** Commands that check the image. */
  readonly custom?: readonly CustomTest[] | undefined;
  /** Files with container structure tests. */
  readonly structureTests?: readonly string[] | undefined;
  /** More arguments for container-structure-test. */
  readonly structureTestsArgs?: readonly string[] | undefined;
}

/** A manifest read from the cluster. */
export interface RemoteManifest {
  /** Kind and name of the resource. */
  readonly manifest?: string | undefined;
  /** Context of the cluster it is read from. */
  readonly kubeContext?: string | undefined;
}

/** Kustomizations to build. */
export interface Kustomize {
  /** Directories with a kustomization; the current one when left out. */
  readonly paths?: readonly string[] | undefined;
  /** More arguments for kustomize build. */
  readonly buildArgs?: readonly string[] | undefined;
}

/** More flags for helm, by command. */
export interface HelmDeployFlags {
  /** Flags of every command. */
  readonly global?: readonly string[] | undefined;
  /** Flags of helm install. */
  readonly install?: readonly string[] | undefined;
  /** Flags of helm upgrade. */
  readonly upgrade?: readonly string[] | undefined;
  /** Flags of helm dependency build. */
  readonly depBuild?: readonly string[] | undefined;
  /** Flags of helm template. */
  readonly template?: readonly string[] | undefined;
}

/** Versions written into a packaged chart. */
export interface HelmPackaged {
  /** Version of the chart; a Go template. */
  readonly version?: string | undefined;
  /** Version of the application; a Go template. */
  readonly appVersion?: string | undefined;
}

/** One release of a chart. At most one of chartPath and remoteChart. */
export interface HelmRelease {
  /** Name of the release; a Go template. */
  readonly name?: string | undefined;
  /** Directory or archive of the chart; a Go template. */
  readonly chartPath?: string | undefined;
  /** Chart reference or address. */
  readonly remoteChart?: string | undefined;
  /** Files with values; Go templates. */
  readonly valuesFiles?: readonly string[] | undefined;
  /** Namespace of the release; a Go template. */
  readonly namespace?: string | undefined;
  /** Version of a remote chart; a Go template. */
  readonly version?: string | undefined;
  /** Values by path. */
  readonly setValues?: Readonly<Record<string, string>> | undefined;
  /** Values by path, as Go templates over image variables. */
  readonly setValueTemplates?: Readonly<Record<string, string>> | undefined;
  /** Values read from files, by path. */
  readonly setFiles?: Readonly<Record<string, string>> | undefined;
  /** Create the namespace when it is missing. */
  readonly createNamespace?: boolean | undefined;
  /** Wait until the resources are ready. */
  readonly wait?: boolean | undefined;
  /** Restart the pods of the release. */
  readonly recreatePods?: boolean | undefined;
  /** Leave chart dependencies as they are. */
  readonly skipBuildDependencies?: boolean | undefined;
  /** Leave tests of the chart out when rendering. */
  readonly skipTests?: boolean | undefined;
  /** Run helm through its secrets plugin. */
  readonly useHelmSecrets?: boolean | undefined;
  /** Repository of a remote chart; a Go template. */
  readonly repo?: string | undefined;
  /** Upgrade when only chart files change; depends on the chart's place when left out. */
  readonly upgradeOnChange?: boolean | undefined;
  /** Values as a free YAML tree. */
  readonly overrides?: YamlNode | undefined;
  /** Package the chart before installing it. */
  readonly packaged?: HelmPackaged | undefined;
  /** Releases that are installed first. */
  readonly dependsOn?: readonly string[] | undefined;
}

/** Helm charts to render. */
export interface Helm {
  /** More flags for helm. */
  readonly flags?: HelmDeployFlags | undefined;
  /** The releases to render. */
  readonly releases?: readonly HelmRelease[] | undefined;
}

/** A command on this machine. */
export interface RenderHookItem {
  /** The command. */
  readonly host?: HostHook | undefined;
}

/** A command that receives the manifests. */
export interface PostRenderHostHook {
  /** Program and arguments. */
  readonly command?: readonly string[] | undefined;
  /** Operating systems it runs on; all when left out. */
  readonly os?: readonly string[] | undefined;
  /** Working directory. */
  readonly dir?: string | undefined;
  /** Take what it prints as the manifests. */
  readonly withChange?: boolean | undefined;
}

/** A command on this machine that may change the manifests. */
export interface PostRenderHookItem {
  /** The command. */
  readonly host?: PostRenderHostHook | undefined;
}

/** Commands around rendering. */
export interface RenderHooks {
  /** Commands that run before it. */
  readonly before?: readonly RenderHookItem[] | undefined;
  /** Commands that run after it. */
  readonly after?: readonly PostRenderHookItem[] | undefined;
}

/** A kpt function that changes manifests. */
export interface Transformer {
  /** Name of the function. */
  readonly name?: string | undefined;
  /** Its settings, as NAME:VALUE. */
  readonly configMap?: readonly string[] | undefined;
}

/** A kpt function that checks manifests. */
export interface Validator {
  /** Name of the function. */
  readonly name?: string | undefined;
  /** Its settings, as NAME:VALUE. */
  readonly configMap?: readonly string[] | undefined;
}

/** Where Kubernetes manifests come from. */
export interface RenderConfig {
  /** Manifest files; patterns and Go templates are allowed. */
  readonly rawYaml?: readonly string[] | undefined;
  /** Manifests read from the cluster. */
  readonly remoteManifests?: readonly RemoteManifest[] | undefined;
  /** Kustomizations to build. */
  readonly kustomize?: Kustomize | undefined;
  /** Helm charts to render. */
  readonly helm?: Helm | undefined;
  /** Directories of kpt packages to render. */
  readonly kpt?: readonly string[] | undefined;
  /** Commands around rendering. */
  readonly hooks?: RenderHooks | undefined;
  /** kpt functions that change manifests. */
  readonly transform?: readonly Transformer[] | undefined;
  /** kpt functions that check manifests. */
  readonly validate?: readonly Validator[] | undefined;
  /** Where rendered manifests go. */
  readonly output?: string | undefined;
}

/** Runs images as containers of the Docker daemon. */
export interface DockerDeploy {
  /** Run them with docker-compose. */
  readonly useCompose?: boolean | undefined;
  /** Images to run. */
  readonly images?: readonly string[] | undefined;
}

/** A command in a container of a pod. */
export interface NamedContainerHook {
  /** Program and arguments. */
  readonly command?: readonly string[] | undefined;
  /** Pattern of pod names. */
  readonly podName?: string | undefined;
  /** Pattern of container names; all when left out. */
  readonly containerName?: string | undefined;
}

/** One command: on this machine or in a container. */
export interface DeployHookItem {
  /** Command on this machine. */
  readonly host?: HostHook | undefined;
  /** Command in a container. */
  readonly container?: NamedContainerHook | undefined;
}

/** Commands around a deployment. */
export interface DeployHooks {
  /** Commands that run before it. */
  readonly before?: readonly DeployHookItem[] | undefined;
  /** Commands that run after it. */
  readonly after?: readonly DeployHookItem[] | undefined;
}

/** Installs Helm releases. */
export interface LegacyHelmDeploy {
  /** Most releases installed at a time; 0 for no limit. */
  readonly concurrency?: number | undefined;
  /** The releases to install. */
  readonly releases?: readonly HelmRelease[] | undefined;
  /** More flags for helm. */
  readonly flags?: HelmDeployFlags | undefined;
  /** Commands around the installation. */
  readonly hooks?: DeployHooks | undefined;
}

/** Applies with kpt. */
export interface KptDeploy {
  /** Directory of the package. */
  readonly dir?: string | undefined;
  /** More flags for kpt live apply. */
  readonly applyFlags?: readonly string[] | undefined;
  /** More flags for kpt. */
  readonly flags?: readonly string[] | undefined;
  /** Name of the inventory. */
  readonly name?: string | undefined;
  /** Identifier of the inventory. */
  readonly inventoryID?: string | undefined;
  /** Namespace of the inventory. */
  readonly namespace?: string | undefined;
  /** Start a new inventory. */
  readonly force?: boolean | undefined;
  /** Namespace of objects that name none. */
  readonly defaultNamespace?: string | undefined;
}

/** More flags for kubectl, by command. */
export interface KubectlFlags {
  /** Flags of every command. */
  readonly global?: readonly string[] | undefined;
  /** Flags of kubectl apply. */
  readonly apply?: readonly string[] | undefined;
  /** Flags of kubectl delete. */
  readonly delete?: readonly string[] | undefined;
  /** Apply without checking manifests against the cluster's schema. */
  readonly disableValidation?: boolean | undefined;
}

/** Applies with kubectl. */
export interface KubectlDeploy {
  /** More flags for kubectl. */
  readonly flags?: KubectlFlags | undefined;
  /** Read but not used; see manifests.remoteManifests. */
  readonly remoteManifests?: readonly string[] | undefined;
  /** Namespace of objects that name none; a Go template. */
  readonly defaultNamespace?: string | undefined;
  /** Commands around the deployment. */
  readonly hooks?: DeployHooks | undefined;
}

/** Commands on this machine around a Cloud Run deployment. */
export interface CloudRunDeployHooks {
  /** Commands that run before it. */
  readonly before?: readonly HostHook[] | undefined;
  /** Commands that run after it. */
  readonly after?: readonly HostHook[] | undefined;
}

/** Deploys to Google Cloud Run. */
export interface CloudRunDeploy {
  /** Google Cloud project. */
  readonly projectid?: string | undefined;
  /** Region to deploy to. */
  readonly region?: string | undefined;
  /** Commands around the deployment. */
  readonly hooks?: CloudRunDeployHooks | undefined;
}

/** How lines that are JSON are shown. */
export interface JSONParseConfig {
  /** Fields to show; all when left out. */
  readonly fields?: readonly string[] | undefined;
}

/** How logs of containers are shown. */
export interface LogsConfig {
  /** What stands in front of each line. */
  readonly prefix?: string | undefined;
  /** How lines that are JSON are shown. */
  readonly jsonParse?: JSONParseConfig | undefined;
}

/** How manifests get onto a cluster. Several deployers may be used together. */
export interface DeployConfig {
  /** Run images as containers of the Docker daemon. */
  readonly docker?: DockerDeploy | undefined;
  /** Install Helm releases. */
  readonly helm?: LegacyHelmDeploy | undefined;
  /** Apply with kpt. */
  readonly kpt?: KptDeploy | undefined;
  /** Apply with kubectl. */
  readonly kubectl?: KubectlDeploy | undefined;
  /** Deploy to Google Cloud Run. */
  readonly cloudrun?: CloudRunDeploy | undefined;
  /** Wait until deployed resources are ready. */
  readonly statusCheck?: boolean | undefined;
  /** Longest time to wait for that, in seconds; 600 when left out. */
  readonly statusCheckDeadlineSeconds?: number | undefined;
  /** Let resources fail until that time is over. */
  readonly tolerateFailuresUntilDeadline?: boolean | undefined;
  /** Kubernetes context to use. */
  readonly kubeContext?: string | undefined;
  /** How logs of containers are shown. */
  readonly logs?: LogsConfig | undefined;
}

/** A port of a cluster resource made reachable on this machine. */
export interface PortForwardResource {
  /** Kind of the resource, such as service or deployment. */
  readonly resourceType?: string | undefined;
  /** Name of the resource; a Go template. */
  readonly resourceName?: string | undefined;
  /** Namespace of the resource; a Go template. */
  readonly namespace?: string | undefined;
  /** Port number or name. */
  readonly port?: number | string | undefined;
  /** Address to listen on. */
  readonly address?: string | undefined;
  /** Port to listen on; the same number when left out. */
  readonly localPort?: number | undefined;
}

/** Fields of a kind. */
export interface ResourceFilter {
  /** Kind and API group, such as Deployment.apps; a regular expression. */
  readonly groupKind?: string | undefined;
  /** Paths of fields that hold images; .* for all. */
  readonly image?: readonly string[] | undefined;
  /** Paths of fields that hold labels; .* for all. */
  readonly labels?: readonly string[] | undefined;
  /** Paths of fields that hold pod specifications. */
  readonly podSpec?: readonly string[] | undefined;
}

/** Which fields of which kinds hold images and labels. */
export interface ResourceSelectorConfig {
  /** Kinds to change beyond the built-in list. */
  readonly allow?: readonly ResourceFilter[] | undefined;
  /** Kinds to leave alone. */
  readonly deny?: readonly ResourceFilter[] | undefined;
}

/** An environment variable of a container. */
export interface VerifyEnvVar {
  /** Name of the variable. */
  readonly name?: string | undefined;
  /** Value of the variable. */
  readonly value?: string | undefined;
}

/** A container to run. */
export interface VerifyContainer {
  /** Name of the container. */
  readonly name?: string | undefined;
  /** Image of the container. */
  readonly image?: string | undefined;
  /** Program and arguments in place of the image's entry point. */
  readonly command?: readonly string[] | undefined;
  /** Arguments in place of the image's command. */
  readonly args?: readonly string[] | undefined;
  /** Environment of the container. */
  readonly env?: readonly VerifyEnvVar[] | undefined;
}

/** Runs on this machine. */
export interface LocalVerifier {
  /** Take images from the Docker daemon before asking the registry. */
  readonly useLocalImages?: boolean | undefined;
}

/** Runs in the cluster. */
export interface KubernetesClusterVerifier {
  /** Changes to the job, as JSON. */
  readonly overrides?: string | undefined;
  /** Manifest of the job to start from. */
  readonly jobManifestPath?: string | undefined;
}

/** Where a container runs. At most one of local and kubernetesCluster. */
export interface VerifyExecutionModeConfig {
  /** On this machine, in Docker. */
  readonly local?: LocalVerifier | undefined;
  /** In the cluster, as a job. */
  readonly kubernetesCluster?: KubernetesClusterVerifier | undefined;
}

/** A container that checks a deployed application. */
export interface VerifyTestCase {
  /** Name of the check. */
  readonly name?: string | undefined;
  /** Longest time in seconds; no limit when left out. */
  readonly timeout?: number | undefined;
  /** Container to run. */
  readonly container?: VerifyContainer | undefined;
  /** Where it runs; on this machine when left out. */
  readonly executionMode?: VerifyExecutionModeConfig | undefined;
}

/** Where containers run. At most one of local and kubernetesCluster. */
export interface ActionExecutionModeConfig {
  /** On this machine, in Docker. */
  readonly local?: LocalVerifier | undefined;
  /** In the cluster, as a job. */
  readonly kubernetesCluster?: KubernetesClusterVerifier | undefined;
}

/** A named group of containers to run on request. */
export interface Action {
  /** Name of the action. */
  readonly name?: string | undefined;
  /** Stop the others when one container fails; true when left out. */
  readonly failFast?: boolean | undefined;
  /** Longest time in seconds; no limit when left out. */
  readonly timeout?: number | undefined;
  /** Where the containers run; on this machine when left out. */
  readonly executionMode?: ActionExecutionModeConfig | undefined;
  /** The containers to run. */
  readonly containers?: readonly VerifyContainer[] | undefined;
}

/** Circumstances that switch a profile on; all that are given must hold. */
export interface Activation {
  /** Environment variable and pattern of its value, as NAME=PATTERN; ! negates the pattern. */
  readonly env?: string | undefined;
  /** Pattern of the Kubernetes context; ! negates it. */
  readonly kubeContext?: string | undefined;
  /** Pattern of the command that is run; ! negates it. */
  readonly command?: string | undefined;
}

/** A change to one place of the configuration. */
export interface JSONPatch {
  /** add, remove, replace, move, copy or test. */
  readonly op?: string | undefined;
  /** Place to change, such as /build/artifacts/0/context. */
  readonly path?: string | undefined;
  /** Place to move or copy from. */
  readonly from?: string | undefined;
  /** New value. */
  readonly value?: YamlNode | undefined;
}

/** A named variation of the configuration. */
export interface Profile {
  /** Name to switch it on with. */
  readonly name?: string | undefined;
  /** Circumstances that switch it on by themselves. */
  readonly activation?: readonly Activation[] | undefined;
  /** Switch it on only when all of them hold. */
  readonly requiresAllActivations?: boolean | undefined;
  /** Changes to single places of the configuration. */
  readonly patches?: readonly JSONPatch[] | undefined;
  /** Replaces parts of the build section. */
  readonly build?: BuildConfig | undefined;
  /** Replaces the test section. */
  readonly test?: readonly TestCase[] | undefined;
  /** Replaces parts of the manifests section. */
  readonly manifests?: RenderConfig | undefined;
  /** Replaces parts of the deploy section. */
  readonly deploy?: DeployConfig | undefined;
  /** Replaces the portForward section. */
  readonly portForward?: readonly PortForwardResource[] | undefined;
  /** Replaces parts of the resourceSelector section. */
  readonly resourceSelector?: ResourceSelectorConfig | undefined;
  /** Replaces the verify section. */
  readonly verify?: readonly VerifyTestCase[] | undefined;
  /** Replaces the customActions section. */
  readonly customActions?: readonly Action[] | undefined;
}

/** Root of a configuration document: one module of a project. */
export interface SkaffoldConfig {
  /** Schema version of this document, such as skaffold/v4beta14. */
  readonly apiVersion?: string | undefined;
  /** Always Config. */
  readonly kind?: string | undefined;
  /** Name and notes of this module. */
  readonly metadata?: Metadata | undefined;
  /** Other modules this one needs; they are built and rendered first. */
  readonly requires?: readonly ConfigDependency[] | undefined;
  /** What images are built, and how. */
  readonly build?: BuildConfig | undefined;
  /** Checks that run against built images. */
  readonly test?: readonly TestCase[] | undefined;
  /** Where Kubernetes manifests come from. */
  readonly manifests?: RenderConfig | undefined;
  /** How manifests get onto a cluster. */
  readonly deploy?: DeployConfig | undefined;
  /** Ports of cluster resources made reachable on this machine. */
  readonly portForward?: readonly PortForwardResource[] | undefined;
  /** Which fields of which kinds hold images and labels, beyond the built-in list. */
  readonly resourceSelector?: ResourceSelectorConfig | undefined;
  /** Containers that check a deployed application. */
  readonly verify?: readonly VerifyTestCase[] | undefined;
  /** Named groups of containers to run on request. */
  readonly customActions?: readonly Action[] | undefined;
  /** Named variations of this configuration. */
  readonly profiles?: readonly Profile[] | undefined;
}
