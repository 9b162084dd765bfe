/**
 * Largest configuration file that is read, in bytes. The largest ones people write are a tenth of that; anything beyond is
 * another file that was taken for one. Manifests have no such limit.
 */
export const largestConfiguration: number = 1024 * 1024;

/** Largest kube config, in bytes: those of large fleets hold certificates of hundreds of clusters. */
export const largestKubeconfig: number = 4 * 1024 * 1024;

/** Most tokens of a document with YAML beyond the everyday: such documents take several times longer to read. */
export const mostTokens = 100_000;

/** Most values of all documents of a file, keys and collections counted, aliases written out. */
export const mostValues = 40_000;

/** What is wrong with a configuration of this size, and what to do about it; undefined when nothing is. */
export function sizeProblem(bytes: number): { readonly message: string; readonly suggestion: string } | undefined {
  if (bytes <= largestConfiguration) return undefined;
  return {
    message: `the file has ${bytes} bytes, a configuration may have ${largestConfiguration}`,
    suggestion: 'Check that it is a skaffold.yaml, or divide it into several files that require each other',
  };
}
