import type { Diagnostic } from '../core/diagnostic.ts';
import type { ConfigDocument } from './documents.ts';
import type { SkaffoldConfig } from './generated/types.ts';
import { type NodePath, nearestNode } from './nodes.ts';
import { type FindingDetails, findingAt, rangeOf } from './source.ts';

/** One configuration with profiles and defaults applied. */
export interface LoadedConfig {
  /** The document after profiles; places of findings are looked up in it. */
  readonly document: ConfigDocument;
  readonly config: SkaffoldConfig;
  /** Absolute path of the file, `-`, or a URL. */
  readonly location: string;
  /** Directory that relative paths are resolved against: the file's own for required files, the working directory otherwise. */
  readonly directory: string;
  readonly activeProfiles: readonly string[];
  /** It lies in the copy of a repository, or is required from there. */
  readonly isRemote?: boolean;
}

/** A finding about the value at a path, or about its nearest ancestor that is written down. */
export function findingIn(
  loaded: LoadedConfig,
  path: NodePath,
  message: string,
  details: FindingDetails = {},
): Diagnostic {
  const node = nearestNode(loaded.document.root, path);
  return findingAt(loaded.document.source, node, message, { code: 'CONFIG_VALIDATION_ERR', ...details });
}

/** An artifact as messages name it, with the line of its image: `artifact "app" (line 7)`. */
export function artifactLabel(loaded: LoadedConfig, index: number): string {
  const { source, root } = loaded.document;
  const { line } = rangeOf(source, nearestNode(root, ['build', 'artifacts', index, 'image']));
  return `artifact "${loaded.config.build?.artifacts?.[index]?.image ?? ''}" (line ${line})`;
}
