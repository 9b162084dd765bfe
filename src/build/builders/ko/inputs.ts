import { join } from 'node:path';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { listedFiles } from '../listed-files.ts';
import type { KoSpec } from './spec.ts';

/**
 * The files that an artifact says it is made of: by default every Go file of its context (Skaffold's rule).
 *
 * @returns absolute paths, sorted.
 * @throws `BUILD_USER_ERROR` for a pattern that matches nothing.
 */
export async function koInputs({ workspace, spec }: Artifact<KoSpec>, ctx: Context): Promise<readonly string[]> {
  const { paths = [], ignore = [] } = spec.dependencies ?? {};
  return listedFiles(workspace, paths.length > 0 ? paths : ['**/*.go'], ignore, ctx.system.files);
}

/** Files that say which modules are compiled, besides the Go files. */
const moduleFiles = new Set(['go.mod', 'go.sum', 'go.work', 'go.work.sum', 'modules.txt', '.ko.yaml', '.ko.yml']);

/**
 * The files that change the image although they are no Go files: modules and their versions, ko's own settings, what
 * lies in a `kodata` directory, and what a `//go:embed` names. Skaffold knows of none of them and keeps an image that
 * is out of date.
 *
 * @returns absolute paths, sorted.
 */
export async function koCompanions({ workspace }: Artifact<KoSpec>, ctx: Context): Promise<readonly string[]> {
  const { files } = ctx.system;
  const isHidden = (path: string): boolean => /(?:^|\/)(?:\.git|node_modules)$/.test(path);
  const entries = await files.walk(workspace, (path) => !isHidden(path));
  const all = entries.filter(({ info }) => info.kind === 'file' || info.kind === 'link').map(({ path }) => path);
  const embedding = new Set<string>();
  for (const path of all) {
    if (path.endsWith('.go') && (await embeds(join(workspace, path), ctx))) embedding.add(directoryOf(path));
  }
  const isEmbedded = (path: string): boolean => [...embedding].some((directory) => path.startsWith(directory));
  return all
    .filter((path) => !path.endsWith('.go'))
    .filter((path) => moduleFiles.has(baseName(path)) || /(?:^|\/)kodata\//.test(path) || isEmbedded(path))
    .map((path) => join(workspace, path))
    .sort();
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const directoryOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** Embedded files lie in or below the directory of the file that embeds them (`embed` of Go's library). */
async function embeds(path: string, { system: { files } }: Context): Promise<boolean> {
  const text = Buffer.from((await files.readIfExists(path)) ?? '').toString('latin1');
  return /^\/\/go:embed[ \t]/m.test(text);
}
