// Programs the heavy tier needs and Debian does not have, built from Go modules at exact versions. What was built once
// is used again; a tool is a line in the table.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { which } from './packages.mjs';
import { start } from './processes.mjs';

const lifecycle = {
  module: 'github.com/buildpacks/lifecycle',
  version: 'v0.21.11',
  stamp: 'github.com/buildpacks/lifecycle/cmd.Version',
  told: '0.21.11',
  go: '1.26',
};

/**
 * `stamp`: the Go variable that holds the version the program tells, as `told` where that is another spelling; `go`: the
 * version of Go that the module asks for.
 */
const goTools = [
  {
    name: 'helm',
    module: 'helm.sh/helm/v3',
    version: 'v3.18.4',
    package: 'helm.sh/helm/v3/cmd/helm',
    stamp: 'helm.sh/helm/v3/internal/version.version',
  },
  {
    name: 'kustomize',
    module: 'sigs.k8s.io/kustomize/kustomize/v5',
    version: 'v5.6.0',
    package: 'sigs.k8s.io/kustomize/kustomize/v5',
    stamp: 'sigs.k8s.io/kustomize/api/provenance.version',
  },
  ...['buildkitd', 'buildctl'].map((name) => ({
    name,
    module: 'github.com/moby/buildkit',
    version: 'v0.32.2',
    package: `github.com/moby/buildkit/cmd/${name}`,
    stamp: 'github.com/moby/buildkit/version.Version',
  })),
  { ...lifecycle, name: 'lifecycle', package: 'github.com/buildpacks/lifecycle/cmd/lifecycle' },
  { ...lifecycle, name: 'launcher', package: 'github.com/buildpacks/lifecycle/cmd/launcher' },
];

/** Programs taken from PATH where they are there. */
const foundTools = ['kubectl', 'kpt', 'go'];

/** All tools that only the heavy tier counts on. */
export const heavyTools = [...goTools.map(({ name }) => name), ...foundTools];

/**
 * Builds what is not in `cache` yet.
 * @param {{ cache: string, log: number, onStart(child: object): void }} options `log`: a file descriptor
 * @returns {Promise<{ path: string, missing: { tool: string, reason: string }[] }>} `path`: PATH with the tools in front
 */
export async function prepareTools(options) {
  const missing = foundTools
    .filter((tool) => which(tool) === undefined)
    .map((tool) => ({ tool, reason: 'it is not on the PATH' }));
  const directories = [];
  for (const tool of goTools) {
    const directory = join(options.cache, `${tool.name}-${tool.version}`);
    const reason = existsSync(join(directory, tool.name)) ? undefined : await build(tool, directory, options);
    if (reason === undefined) directories.push(directory);
    else missing.push({ tool: tool.name, reason });
  }
  return { path: [...directories, process.env.PATH ?? ''].join(delimiter), missing };
}

/** Why the tool could not be built, or undefined. The finished program appears in one step. */
async function build(tool, directory, { log, onStart }) {
  if (which('go') === undefined) return 'building it takes go, which is not on the PATH';
  const scratch = mkdtempSync(join(tmpdir(), `slipway-${tool.name}-`));
  try {
    // The Go version switches on pruning: modules that only tests of dependencies name are not looked for.
    writeFileSync(
      join(scratch, 'go.mod'),
      `module scratch\n\ngo ${tool.go ?? '1.24'}\n\nrequire ${tool.module} ${tool.version}\n`,
    );
    const flags = ['-trimpath', '-ldflags', `-s -w -X ${tool.stamp}=${tool.told ?? tool.version}`];
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' };
    mkdirSync(directory, { recursive: true });
    const output = join(directory, `.${tool.name}.${process.pid}`);
    const child = start(['go', 'build', ...flags, '-o', output, tool.package], { cwd: scratch, env, output: log });
    onStart(child);
    if ((await child.ended) !== 0) return `go could not build ${tool.package} ${tool.version}`;
    renameSync(output, join(directory, tool.name));
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
