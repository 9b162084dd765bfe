/** Media types of manifests this tool reads and writes (OCI image spec 1.1; Docker's image manifest version 2, schema 2). */
export const manifestTypes = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

const known: ReadonlySet<string> = new Set(Object.values(manifestTypes));

/** What we tell a registry we can read. */
export const acceptManifests: string = [...known].join(', ');

/** Whether a media type is that of a manifest or index we can read. */
export function isManifestType(type: string): boolean {
  return known.has(type);
}

/** A `Content-Type` without its parameters, in lower case. */
export function mediaTypeOf(header: string | undefined): string {
  return (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
