import type { BuiltArtifact } from '../../../core/artifact.ts';
import { parseSkaffoldReference } from '../../../image/skaffold-reference.ts';

/**
 * The variables that templates of a release have besides the environment: `IMAGE_NAME` and its like for the first image,
 * `IMAGE_NAME2`, … for the others, and `IMAGE_NAME_<name>` for each, with `_` for `.`, `-`, `/` and `:` (Skaffold's names
 * and meanings).
 *
 * @throws {ToolError} `REFERENCE_INVALID`.
 */
export function imageVariables(builds: readonly BuiltArtifact[]): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const [index, build] of builds.entries()) {
    const numbered = index === 0 ? '' : String(index + 1);
    const named = `_${build.imageName.replace(/[./:-]/g, '_')}`;
    for (const [name, value] of Object.entries(variablesOf(build))) {
      variables[name + numbered] = value;
      variables[name + named] = value;
    }
  }
  return variables;
}

function variablesOf({ imageName, tag }: BuiltArtifact): Readonly<Record<string, string>> {
  const { baseName, domain, path, tag: version, digest } = parseSkaffoldReference(tag);
  const colon = tag.indexOf(':');
  return {
    IMAGE_NAME: imageName,
    IMAGE_REPO: baseName,
    IMAGE_REPO_NO_DOMAIN: path,
    IMAGE_DOMAIN: domain,
    IMAGE_TAG: version,
    IMAGE_DIGEST: digest,
    IMAGE_FULLY_QUALIFIED: tag,
    DIGEST: tag,
    // Not what the names say: the whole reference at its first colon.
    DIGEST_ALGO: colon < 0 ? tag : tag.slice(0, colon),
    DIGEST_HEX: colon < 0 ? '' : tag.slice(colon + 1),
  };
}
