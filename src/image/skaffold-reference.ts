import type { Digest } from '../core/names.ts';
import { parseReference, splitName, splitReference } from './reference.ts';

/**
 * A reference in the pieces Skaffold uses for default repos, image matching and template variables.
 * Nothing is normalised to Docker Hub; texts that do not apply are empty.
 */
export interface SkaffoldReference {
  /** Name without tag and digest, lower-cased. */
  readonly baseName: string;
  /** The first component, if it could be a host and is not the only one: `lib` of `lib/x`. */
  readonly domain: string;
  /** `baseName` after the domain. */
  readonly path: string;
  /** `baseName` before its last `/`; empty for one-word names. */
  readonly repo: string;
  /** `baseName` after its last `/`; empty for one-word names. */
  readonly name: string;
  readonly tag: string;
  readonly digest: Digest | '';
}

/**
 * Parses an image name or reference as Skaffold does (`docker.ParseReference`): a leading `ko://` is dropped and the name
 * is lower-cased, tag and digest are not.
 *
 * @throws {ToolError} `REFERENCE_INVALID`.
 */
export function parseSkaffoldReference(text: string): SkaffoldReference {
  const plain = text.startsWith('ko://') ? text.slice('ko://'.length) : text;
  const written = splitReference(plain).name;
  const parsed = parseReference(written.toLowerCase() + plain.slice(written.length));
  const { domain, path } = splitName(parsed.name);
  const slash = parsed.name.lastIndexOf('/');
  return {
    baseName: parsed.name,
    domain,
    path,
    repo: slash < 0 ? '' : parsed.name.slice(0, slash),
    name: slash < 0 ? '' : parsed.name.slice(slash + 1),
    tag: parsed.tag ?? '',
    digest: parsed.digest ?? '',
  };
}
