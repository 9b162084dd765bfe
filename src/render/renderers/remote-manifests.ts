import { ToolError } from '../../core/errors.ts';
import type { ManifestOrigin } from '../../core/manifest.ts';
import type { Renderer, RenderRun } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import type { Module } from '../../core/project.ts';
import { readAll } from '../read-all.ts';

/** One entry under `manifests.remoteManifests`. */
export interface RemoteManifestSpec {
  /** `KIND/NAME`, or `NAMESPACE:KIND/NAME`. */
  readonly manifest?: string;
  readonly kubeContext?: string;
}

/** `manifests.remoteManifests`: objects as a cluster has them, read with `kubectl get` (Skaffold's command line). */
export const remoteManifests: Renderer<readonly RemoteManifestSpec[]> = {
  type: 'remoteManifests',
  bundle: 'files',

  /** Nothing on disk. */
  inputs: async () => [],

  async render(entries, module, _builds, ctx, run) {
    const origins: ManifestOrigin[] = [];
    for (const entry of entries) origins.push(await read(entry, module, run, ctx));
    return readAll(origins);
  },
};

async function read(
  { manifest = '', kubeContext = '' }: RemoteManifestSpec,
  module: Module,
  run: RenderRun,
  ctx: Context,
): Promise<ManifestOrigin> {
  const [first = '', second] = manifest.split(':');
  const [namespace, name] = second === undefined ? ['', first] : [first, second];
  const args = [
    ...(kubeContext === '' ? [] : ['--context', kubeContext]),
    ...(namespace === '' ? [] : ['--namespace', namespace]),
    ...(run.kubeconfig === undefined ? [] : ['--kubeconfig', run.kubeconfig]),
    ...['get', name, '-o', 'yaml'],
  ];
  const { exitCode, stdout, stderr } = await ctx.system.exec.run('kubectl', args, { signal: ctx.signal });
  if (exitCode === 0) return { module: module.name, source: `kubectl ${args.join(' ')}`, text: stdout };
  const message = `cannot read the remote manifest ${manifest}: kubectl ended with exit status ${exitCode}: ${stderr.trim()}`;
  throw new ToolError('DEPLOY_READ_REMOTE_MANIFEST_ERR', message, {
    exitCode,
    suggestions: [
      { code: 'CHECK_REMOTE_MANIFEST', action: 'Check manifests.remoteManifests, and that the cluster can be reached' },
    ],
  });
}
