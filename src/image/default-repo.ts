import { parseSkaffoldReference } from './skaffold-reference.ts';

/** A host with optional port (distribution's `DomainRegexp`) followed by something shaped like a Google Cloud project id. */
const projectPrefix =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?\/[a-z][a-z0-9-]{4,28}[a-z0-9]\/?/;

/** Longest rewritten name in bytes; what is longer is cut (Skaffold's rule, from GCR's limit). */
const longestName = 255;

/**
 * Moves an image into a default repo, exactly as Skaffold's `--default-repo` does; tag and digest stay.
 *
 * Without a repo the image is returned untouched and unparsed. A name that starts with the repo's text stays where it is.
 * Registries with nested names (Google's, recognised by a project id of 6 to 30 characters, or any with `multiLevel`)
 * keep the path; in all others it becomes one component, `/ . _ : @` replaced by `_`.
 *
 * @param multiLevel whether the registry allows nested names; undefined counts as false.
 * @throws {ToolError} `REFERENCE_INVALID` when the image is no reference. The repo itself is not checked.
 */
export function applyDefaultRepo(repo: string | undefined, multiLevel: boolean | undefined, image: string): string {
  if (repo === undefined || repo === '') return image;
  const { baseName, tag, digest } = parseSkaffoldReference(image);
  return (
    replaceRepo(repo, multiLevel ?? false, baseName) +
    (tag === '' ? '' : `:${tag}`) +
    (digest === '' ? '' : `@${digest}`)
  );
}

function replaceRepo(repo: string, multiLevel: boolean, baseName: string): string {
  if (baseName.startsWith(repo)) return baseName;
  const repoPrefix = projectPrefix.exec(repo)?.[0] ?? '';
  const nested = repoPrefix.includes('gcr.io') || repoPrefix.includes('-docker.pkg.dev') || multiLevel;
  if (!nested) return cut(`${repo}/${baseName.replace(/[/._:@]/g, '_')}`);
  const imagePrefix = projectPrefix.exec(baseName)?.[0] ?? '';
  if (imagePrefix === repoPrefix) return `${repo}/${baseName.slice(imagePrefix.length)}`;
  return cut(`${repo}/${baseName}`);
}

function cut(name: string): string {
  const bytes = new TextEncoder().encode(name);
  return bytes.length <= longestName ? name : new TextDecoder().decode(bytes.subarray(0, longestName));
}
