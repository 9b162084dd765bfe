/** What containers of a build share. */
import type { SharedDirectory } from '../../../core/containers.ts';
import type { BuildRequest } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import { applicationArchive, applicationFilter, filesArchive } from './app-files.ts';
import type { BuilderImage, OrderEntry } from './builder-image.ts';
import { cacheName } from './cache-name.ts';
import { places } from './lifecycle.ts';
import { chosenOrder } from './order.ts';
import type { ProjectDescriptor } from './project-descriptor.ts';
import type { BuildpacksSpec } from './spec.ts';
import { printToml } from './toml.ts';
import { buildVariables } from './variables.ts';

/**
 * The directories of a build: the application, what the lifecycle reads besides, and what is kept for the next build.
 *
 * @throws `BUILD_USER_ERROR` and `NOT_SUPPORTED` for variables and buildpacks that cannot be.
 */
export async function sharedDirectories(
  { artifact, reference, runMode }: BuildRequest<BuildpacksSpec>,
  descriptor: ProjectDescriptor,
  builder: BuilderImage,
  ctx: Context,
): Promise<readonly SharedDirectory[]> {
  const { spec, workspace } = artifact;
  const { user: owner } = builder;
  const isCleared = spec.clearCache === true;
  const filter = applicationFilter(descriptor, spec.projectDescriptor ?? 'project.toml');
  const variables = await buildVariables(artifact, descriptor, runMode, ctx);
  const platform = new Map([...variables].map(([name, value]) => [`env/${name}`, value]));
  const layers = await layerFiles(chosenOrder(spec.buildpacks ?? [], descriptor, builder), builder);
  const kept = cacheName(reference);
  return [
    {
      path: places.application,
      owner,
      content: () => applicationArchive(workspace, { directory: places.application, owner, filter }, ctx),
    },
    {
      path: places.layers,
      owner,
      content: () => filesArchive({ path: places.layers, owner }, layers),
    },
    {
      path: places.platform,
      owner: root,
      content: () => filesArchive({ path: places.platform, owner: root }, platform),
    },
    { path: places.cache, owner, keptAs: `${kept}.build`, isCleared },
    { path: places.launchCache, owner, keptAs: `${kept}.launch`, isCleared },
  ];
}

const root = { uid: 0, gid: 0 };

/** What the phases read besides the application: the images to build upon, and an order instead of the builder's own. */
async function layerFiles(
  order: readonly (readonly OrderEntry[])[] | undefined,
  { runImages }: BuilderImage,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map([
    ['run.toml', await printToml({ images: runImages })],
    ['stack.toml', await printToml({ 'run-image': runImages[0] ?? {} })],
  ]);
  if (order !== undefined)
    files.set('order.toml', await printToml({ order: order.map((group) => ({ group: group.map(orderEntry) })) }));
  return files;
}

function orderEntry({ id, version, optional }: OrderEntry): Record<string, unknown> {
  return { id, ...(version === undefined ? {} : { version }), ...(optional ? { optional } : {}) };
}
