/** What a builder image says of itself (CNB platform specification, "Builder"). */
import type { ContainerUser } from '../../../core/containers.ts';
import { ToolError } from '../../../core/errors.ts';
import type { ImageConfig } from '../../../core/plugins.ts';
import { unsupportedField } from '../../../core/unsupported.ts';
import { asList, asTable, asText } from './values.ts';

/** A buildpack of an order. */
export interface OrderEntry {
  readonly id: string;
  readonly version: string | undefined;
  readonly optional: boolean;
}

/** An image to build upon, with other places where it is found. */
export interface RunImageChoice {
  readonly image: string;
  readonly mirrors: readonly string[];
}

export interface BuilderImage {
  readonly user: ContainerUser;
  /** Version of its lifecycle. */
  readonly lifecycle: string;
  /** The newest version of the platform interface that its lifecycle and this program both speak. */
  readonly platformApi: string;
  readonly runImages: readonly RunImageChoice[];
  readonly buildpacks: readonly { readonly id: string; readonly version: string }[];
  /** Groups of buildpacks, the first that detects something is used. */
  readonly order: readonly (readonly OrderEntry[])[];
}

/** The versions of the platform interface spoken here, best first. */
const spokenApis = ['0.15', '0.14', '0.13', '0.12', '0.11', '0.10', '0.9', '0.8', '0.7'];

const labels = {
  metadata: 'io.buildpacks.builder.metadata',
  order: 'io.buildpacks.buildpack.order',
  extensions: 'io.buildpacks.buildpack.order-extensions',
} as const;

/**
 * Reads labels and environment of a builder image.
 *
 * @throws `BUILD_USER_ERROR` for an image that is no builder, or one whose lifecycle is too old; `NOT_SUPPORTED` for one
 * with image extensions.
 */
export function readBuilder(name: string, config: ImageConfig): BuilderImage {
  const metadata = asTable(label(name, config, labels.metadata));
  if (config.labels[labels.metadata] === undefined) throw noBuilder(name, `it has no label ${labels.metadata}`);
  if (asList(label(name, config, labels.extensions)).length > 0) {
    throw unsupportedField(
      'build.artifacts.buildpacks.builder',
      `${name} has image extensions, which this version cannot run`,
      'Use a builder without image extensions',
    );
  }
  const lifecycle = asTable(metadata['lifecycle']);
  return {
    user: { uid: idOf(name, config, 'CNB_USER_ID'), gid: idOf(name, config, 'CNB_GROUP_ID') },
    lifecycle: asText(lifecycle['version']) ?? '',
    platformApi: chooseApi(name, lifecycle),
    runImages: runImagesOf(metadata),
    buildpacks: asList(metadata['buildpacks']).flatMap(nameAndVersion),
    order: asList(label(name, config, labels.order)).map((group) => asList(asTable(group)['group']).flatMap(entryOf)),
  };
}

function label(name: string, { labels: all }: ImageConfig, key: string): unknown {
  try {
    return JSON.parse(all[key] ?? 'null');
  } catch {
    throw noBuilder(name, `its label ${key} is no JSON`);
  }
}

function idOf(name: string, { env }: ImageConfig, variable: string): number {
  const value = env.find((pair) => pair.startsWith(`${variable}=`))?.slice(variable.length + 1) ?? '';
  if (/^\d+$/.test(value)) return Number(value);
  throw noBuilder(name, `it does not say as whom to build (${variable})`);
}

/** Older lifecycles name one version in `api`; since 0.7 they list all in `apis`. */
function chooseApi(name: string, lifecycle: Readonly<Record<string, unknown>>): string {
  const listed = asTable(asTable(lifecycle['apis'])['platform']);
  const all = [...asList(listed['supported']), ...asList(listed['deprecated'])];
  const versions = all.length > 0 ? all : [asTable(lifecycle['api'])['platform']];
  const chosen = spokenApis.find((version) => versions.includes(version));
  if (chosen !== undefined) return chosen;
  throw new ToolError(
    'BUILD_USER_ERROR',
    `the lifecycle of builder ${name} speaks no version of the platform interface that this program knows (${spokenApis.at(-1)} to ${spokenApis[0]})`,
    { suggestions: [{ code: 'UPDATE_BUILDER', action: 'Use a newer builder image' }] },
  );
}

function runImagesOf(metadata: Readonly<Record<string, unknown>>): readonly RunImageChoice[] {
  const images = asList(metadata['images']);
  const all = images.length > 0 ? images : [asTable(metadata['stack'])['runImage']];
  return all.flatMap((one) => {
    const image = asText(asTable(one)['image']) ?? '';
    const mirrors = asList(asTable(one)['mirrors']).filter((mirror) => typeof mirror === 'string');
    return image === '' ? [] : [{ image, mirrors }];
  });
}

function nameAndVersion(value: unknown): readonly { readonly id: string; readonly version: string }[] {
  const [id, version] = [asText(asTable(value)['id']), asText(asTable(value)['version'])];
  return id === undefined ? [] : [{ id, version: version ?? '' }];
}

function entryOf(value: unknown): readonly OrderEntry[] {
  const { id, version, optional } = asTable(value);
  return typeof id === 'string' ? [{ id, version: asText(version), optional: optional === true }] : [];
}

function noBuilder(name: string, problem: string): ToolError {
  return new ToolError('BUILD_USER_ERROR', `${name} is no builder image for buildpacks: ${problem}`, {
    suggestions: [{ code: 'FIX_BUILDER', action: 'Name a builder image in build.artifacts.buildpacks.builder' }],
  });
}
