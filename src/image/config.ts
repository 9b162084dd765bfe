/** The config of an image while it is being built, and its final bytes: the same values always give the same bytes. */
import type { Digest, ImageId, Platform } from '../core/names.ts';
import type { ImageConfig } from '../core/plugins.ts';
import type { ContainerConfig, HistoryEntry, ImageDocument } from './oci.ts';

/** Everything of an image's config that instructions change; layers are kept elsewhere. */
export interface ImageDraft {
  readonly author: string | undefined;
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | undefined;
  readonly osVersion: string | undefined;
  readonly config: ContainerConfig;
  readonly history: readonly HistoryEntry[];
}

/** What shells search where an image does not say (Docker's default on Unix). */
const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The image that `FROM scratch` starts from: no layers, working directory `/`, the default PATH. */
export function emptyDraft(platform: Platform): ImageDraft {
  return withPath({
    author: undefined,
    os: platform.os,
    architecture: platform.architecture,
    variant: platform.variant,
    osVersion: undefined,
    config: { WorkingDir: '/' },
    history: [],
  });
}

/** The image that another image's config describes, to build upon. */
export function draftOf(document: ImageDocument): ImageDraft {
  return withPath({
    author: document.author,
    os: document.os,
    architecture: document.architecture,
    variant: document.variant,
    osVersion: document['os.version'],
    config: document.config ?? {},
    history: document.history ?? [],
  });
}

function withPath(draft: ImageDraft): ImageDraft {
  const env = draft.config.Env ?? [];
  if (env.some((pair) => pair.startsWith('PATH=')) || draft.os === 'windows') return draft;
  return { ...draft, config: { ...draft.config, Env: [...env, defaultPath] } };
}

/** A time as image configs write it (RFC 3339), from whole seconds since the epoch. */
export function imageTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/**
 * The final config document, keys in a fixed order, maps sorted.
 *
 * @param createdAt Seconds since the epoch.
 */
export function finishDocument(draft: ImageDraft, diffIds: readonly Digest[], createdAt: number): ImageDocument {
  return {
    created: imageTime(createdAt),
    ...optional('author', draft.author === '' ? undefined : draft.author),
    architecture: draft.architecture,
    os: draft.os,
    ...optional('os.version', draft.osVersion),
    ...optional('variant', draft.variant),
    config: orderedConfig(draft.config),
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: draft.history.map(orderedHistory),
  };
}

const configKeys: readonly (keyof ContainerConfig)[] = [
  'User',
  'ExposedPorts',
  'Env',
  'Entrypoint',
  'Cmd',
  'Healthcheck',
  'ArgsEscaped',
  'Volumes',
  'WorkingDir',
  'OnBuild',
  'Labels',
  'StopSignal',
  'Shell',
];

function orderedConfig(config: ContainerConfig): ContainerConfig {
  const entries = configKeys.flatMap((key) => {
    const value = config[key];
    if (value === undefined || value === null || value === '') return [];
    const isMap = key === 'ExposedPorts' || key === 'Volumes' || key === 'Labels';
    return [[key, isMap ? sortedMap(value as Readonly<Record<string, unknown>>) : value] as const];
  });
  return Object.fromEntries(entries);
}

function sortedMap(map: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function orderedHistory({ created, author, created_by, comment, empty_layer }: HistoryEntry): HistoryEntry {
  return {
    ...optional('created', created),
    ...optional('created_by', created_by),
    ...optional('author', author),
    ...optional('comment', comment),
    ...(empty_layer === true ? { empty_layer } : {}),
  };
}

function optional<Key extends string>(key: Key, value: string | undefined): { readonly [K in Key]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: string });
}

/** `os`, `architecture` and `variant` of the draft replaced by those of a platform that was asked for. */
export function withPlatform(draft: ImageDraft, platform: Platform): ImageDraft {
  return { ...draft, os: platform.os, architecture: platform.architecture, variant: platform.variant };
}

/** The parts of an image config that builds and checks look at. */
export function imageConfigOf(document: ImageDocument, id: ImageId): ImageConfig {
  const config = document.config ?? {};
  return {
    id,
    env: config.Env ?? [],
    entrypoint: config.Entrypoint ?? [],
    cmd: config.Cmd ?? [],
    workingDir: config.WorkingDir ?? '',
    user: config.User ?? '',
    onBuild: config.OnBuild ?? [],
    labels: config.Labels ?? {},
    exposedPorts: Object.keys(config.ExposedPorts ?? {}).sort(),
    volumes: Object.keys(config.Volumes ?? {}).sort(),
    stopSignal: config.StopSignal ?? '',
    shell: config.Shell ?? [],
  };
}
