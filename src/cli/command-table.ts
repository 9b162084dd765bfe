import type { CommandName } from './command-names.ts';

/** How many positional arguments a command takes. */
type Arguments =
  | { readonly kind: 'none' }
  | { readonly kind: 'any' }
  | { readonly kind: 'exactly'; readonly count: number }
  /** Exactly one of these words. */
  | { readonly kind: 'word'; readonly words: readonly string[] };

/** Headings of the root help, in order; commands without one stand under the last. */
export const groups = [
  'End-to-end Pipelines',
  'Pipeline Building Blocks',
  'Getting Started With a New Project',
  'Other Commands',
] as const;

export interface CommandInfo {
  readonly group?: (typeof groups)[number];
  /** Works, but is not listed. */
  readonly hidden?: true;
  readonly arguments: Arguments;
  /** Every word is an argument, those that look like flags too. */
  readonly raw?: true;
  /** Runs until it is stopped: Ctrl-C is its proper end, and its exit code its own. */
  readonly session?: true;
  /** Stands for the positional arguments in the usage line. */
  readonly synopsis?: string;
  /** One sentence without full stop. */
  readonly summary: string;
  /** What a call does, and its arguments (without the program's name). */
  readonly examples?: readonly (readonly [what: string, line: string])[];
}

const none: Arguments = { kind: 'none' };
const any: Arguments = { kind: 'any' };
const exactly = (count: number): Arguments => ({ kind: 'exactly', count });

/** Every command there is, by full name. Names and argument rules are Skaffold's where it has the command. */
export const commandTable: Readonly<Record<CommandName, CommandInfo>> = {
  run: { group: 'End-to-end Pipelines', arguments: none, summary: 'Build, test, render and deploy once' },
  dev: {
    group: 'End-to-end Pipelines',
    arguments: none,
    session: true,
    summary: 'Do what run does, again with every change',
  },
  debug: {
    group: 'End-to-end Pipelines',
    arguments: none,
    session: true,
    summary: 'Do what dev does, with debuggers attached',
  },
  build: {
    group: 'Pipeline Building Blocks',
    arguments: none,
    summary: 'Build images, tag them and push them',
    examples: [
      ['Build everything', 'build'],
      ['Build artifacts whose image name contains "web"', 'build -b web'],
      ['Print the images as JSON and nothing else', 'build -q'],
      [
        'Push to a registry and remember the images for render',
        'build -d registry.example.com/team --file-output build.json',
      ],
      ['Say what the images would be called', 'build --dry-run'],
    ],
  },
  test: {
    group: 'Pipeline Building Blocks',
    arguments: none,
    summary: 'Run the tests of images that were built',
    examples: [['Test the images of an earlier build', 'test -a build.json']],
  },
  deploy: { group: 'Pipeline Building Blocks', arguments: none, summary: 'Render and deploy images that were built' },
  delete: { group: 'Pipeline Building Blocks', arguments: none, summary: 'Take what was deployed off the cluster' },
  render: {
    group: 'Pipeline Building Blocks',
    arguments: none,
    summary: 'Print Kubernetes manifests that name the images that were built',
    examples: [
      ['Render with the images of an earlier build', 'render -a build.json'],
      ['Write the manifests to a file', 'render -a build.json -o manifests.yaml'],
      ['Render without asking a registry or a cluster', 'render --digest-source none --offline'],
    ],
  },
  apply: {
    group: 'Pipeline Building Blocks',
    arguments: any,
    synopsis: 'FILE...',
    summary: 'Deploy manifests that are rendered already',
  },
  verify: { group: 'Pipeline Building Blocks', arguments: none, summary: 'Run the verification containers' },
  init: {
    group: 'Getting Started With a New Project',
    arguments: none,
    summary: 'Write a configuration for a project',
  },
  completion: {
    arguments: { kind: 'word', words: ['bash', 'fish', 'zsh'] },
    synopsis: 'bash|fish|zsh',
    summary: 'Print a script that teaches a shell to complete commands and flags',
    examples: [
      ['Complete in this bash session', 'completion bash > /tmp/completion && source /tmp/completion'],
      ['Complete in every fish session', 'completion fish > ~/.config/fish/completions/slipway.fish'],
    ],
  },
  'config set': { arguments: exactly(2), synopsis: 'KEY VALUE', summary: 'Change a global setting' },
  'config unset': { arguments: exactly(1), synopsis: 'KEY', summary: 'Remove a global setting' },
  'config list': { arguments: none, summary: 'Print global settings' },
  diagnose: {
    arguments: none,
    summary: 'Print the effective configuration and what it costs to read the sources',
    examples: [
      ['Print the configuration as it takes effect', 'diagnose --yaml-only'],
      ['Tell an editor what is wrong with the configuration', 'diagnose --format=json'],
    ],
  },
  exec: { arguments: any, synopsis: 'ACTION', summary: 'Run a custom action' },
  fix: { arguments: none, summary: 'Upgrade a configuration to the newest version' },
  'schema get': {
    arguments: exactly(1),
    synopsis: 'VERSION',
    summary: 'Print the JSON schema of a configuration version',
  },
  'schema list': { hidden: true, arguments: none, summary: 'List the configuration versions' },
  version: {
    arguments: none,
    summary: 'Print the compatible release of Skaffold; the own version goes to standard error',
    examples: [
      ['Print the release of Skaffold and the platform', "version -o '{{.Version}} {{.Platform}}'"],
      ["Print this program's own version", "version -o '{{.SlipwayVersion}}'"],
    ],
  },
  help: { arguments: any, synopsis: '[COMMAND]', summary: 'Describe a command' },
  options: { hidden: true, arguments: any, summary: 'List the flags that every command takes' },
  credits: { hidden: true, arguments: none, summary: 'Write the licences of everything this program contains' },
  filter: { hidden: true, arguments: none, summary: 'Put images and labels into manifests from standard input' },
  'find-configs': { hidden: true, arguments: none, summary: 'List the configurations below a directory' },
  'generate-pipeline': { hidden: true, arguments: none, summary: 'Refused, as in Skaffold 2' },
  'inspect modules list': { arguments: none, summary: 'List the modules' },
  'inspect profiles list': { arguments: none, summary: 'List the profiles' },
  'inspect build-env list': { arguments: none, summary: 'List where modules build' },
  'inspect build-env add local': { arguments: none, summary: 'Build on this machine' },
  'inspect build-env add googleCloudBuild': { arguments: none, summary: 'Build with Google Cloud Build' },
  'inspect build-env add cluster': { arguments: none, summary: 'Build in a cluster' },
  'inspect build-env modify googleCloudBuild': { arguments: none, summary: 'Change how Google Cloud Build builds' },
  'inspect tests list': { arguments: none, summary: 'List the tests' },
  'inspect namespaces list': { arguments: any, synopsis: 'FILE', summary: 'List the namespaces of resources' },
  'inspect jobManifestPaths list': { arguments: none, summary: 'List the job manifests' },
  'inspect jobManifestPaths modify': { arguments: any, synopsis: 'FILE', summary: 'Change the job manifests' },
  'inspect executionModes list': { arguments: none, summary: 'List where tests and actions run' },
  'inspect config-dependencies add': { arguments: any, synopsis: 'FILE', summary: 'Add required configurations' },
  lint: { hidden: true, arguments: none, summary: 'Look for mistakes in a configuration' },
  lsp: { hidden: true, arguments: none, summary: 'Serve findings to editors' },
  __complete: { hidden: true, raw: true, arguments: any, summary: 'Print completions with descriptions' },
  __completeNoDesc: { hidden: true, raw: true, arguments: any, summary: 'Print completions' },
  why: {
    group: 'Pipeline Building Blocks',
    arguments: any,
    synopsis: '[IMAGE...]',
    summary: 'Say why images would be built, or where they were found',
    examples: [
      ['Explain all images', 'why'],
      ['Explain the images whose name contains "web", for a program', 'why web --format json'],
    ],
  },
  affected: {
    group: 'Pipeline Building Blocks',
    arguments: none,
    summary: 'List the images that changes between two git commits touch, without building',
    examples: [
      ['What a branch touches', 'affected --since origin/main'],
      ['Build only that', 'affected --since origin/main | xargs -r -I{} slipway build -b {}'],
    ],
  },
  prune: {
    group: 'Other Commands',
    arguments: none,
    summary: 'Remove what builds keep on this machine and did not use for long',
    examples: [
      ['Keep to the budget', 'prune'],
      ['Say what would go', 'prune --max-size 1GB --dry-run'],
    ],
  },
  'registry serve': {
    arguments: none,
    session: true,
    summary: 'Serve an OCI registry from a directory',
    examples: [
      ['Serve on a free port', 'registry serve --addr 127.0.0.1:0'],
      ['Keep the images in a directory of the project', 'registry serve --store ./images'],
    ],
  },
};

/** Words that only lead to further commands. */
const groupTable: Readonly<Record<string, { readonly summary: string; readonly hidden?: true }>> = {
  config: { summary: 'Read and change the global settings' },
  schema: { summary: 'Print configuration schemas' },
  registry: { summary: 'Run an OCI registry on this machine' },
  inspect: { summary: 'Answer questions of other programs about a configuration', hidden: true },
  'inspect modules': { summary: 'Questions about modules' },
  'inspect profiles': { summary: 'Questions about profiles' },
  'inspect build-env': { summary: 'Questions about where modules build' },
  'inspect build-env add': { summary: 'Add a place to build' },
  'inspect build-env modify': { summary: 'Change a place to build' },
  'inspect tests': { summary: 'Questions about tests' },
  'inspect namespaces': { summary: 'Questions about namespaces' },
  'inspect jobManifestPaths': { summary: 'Questions about job manifests' },
  'inspect executionModes': { summary: 'Questions about where tests and actions run' },
  'inspect config-dependencies': { summary: 'Changes to required configurations' },
};

/** The commands and groups directly below a group (`''` is the root), sorted by name. */
export function childrenOf(group: string): readonly string[] {
  const depth = group === '' ? 1 : group.split(' ').length + 1;
  const isChild = (name: string): boolean =>
    name.split(' ').length === depth && (group === '' || name.startsWith(`${group} `));
  return [...Object.keys(commandTable), ...Object.keys(groupTable)].filter(isChild).sort();
}

/** Whether the full name is that of a command (and not of a group). */
export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commandTable, name);
}

/** What help says about a command or group in one line, and whether lists leave it out. */
export function describe(name: string): { readonly summary: string; readonly hidden: boolean } {
  const { summary, hidden } = isCommand(name) ? commandTable[name] : (groupTable[name] ?? { summary: '' });
  return { summary, hidden: hidden === true };
}
