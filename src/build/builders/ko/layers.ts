import { join } from 'node:path';
import { ToolError } from '../../../core/errors.ts';
import type { AssembledEntry, AssembledLayer } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import type { GoPackage } from './package.ts';

/** Where the program lies in the image, as ko has it. */
export const programDirectory = 'ko-app';

/** The path of a package's program in its image. */
export function programPath({ importPath }: GoPackage): string {
  return `/${programDirectory}/${programName(importPath)}`;
}

function programName(importPath: string): string {
  const name = importPath.slice(importPath.lastIndexOf('/') + 1);
  return name === '' || name === '.' ? programDirectory : name;
}

const mode = 0o555;
const directory = (path: string): AssembledEntry => ({ kind: 'directory', path, mode });

/** The layer with the program, compiled at `binary`. */
export function programLayer({ importPath }: GoPackage, binary: string): AssembledLayer {
  const path = `${programDirectory}/${programName(importPath)}`;
  return {
    entries: [directory(programDirectory), { kind: 'file', path, mode, source: binary }],
    createdBy: `ko build ko://${importPath}`,
    comment: `go build output, at /${path}`,
  };
}

const dataPath = 'var/run/ko';

/**
 * The layer with the static files that lie in `kodata` beside the program; it is there even without any.
 *
 * @throws `BUILD_USER_ERROR` for a link that leads out of `kodata`, whose target would get into the image.
 */
export async function dataLayer(goPackage: GoPackage, ctx: Context): Promise<AssembledLayer> {
  const root = join(goPackage.directory, 'kodata');
  const entries = [directory('var'), directory('var/run'), directory(dataPath)];
  if ((await ctx.system.files.stat(root))?.kind === 'directory')
    for (const entry of await dataEntries(root, ctx)) entries.push(entry);
  return {
    entries,
    createdBy: `ko build ko://${goPackage.importPath}`,
    comment: 'kodata contents, at $KO_DATA_PATH',
  };
}

async function dataEntries(root: string, ctx: Context): Promise<readonly AssembledEntry[]> {
  const { files } = ctx.system;
  const real = (await files.realpath(root)) ?? root;
  const found: AssembledEntry[] = [];
  for (const { path, info } of await files.walk(root)) {
    const target = `${dataPath}/${path}`;
    if (info.kind === 'directory') found.push(directory(target));
    if (info.kind === 'file') found.push({ kind: 'file', path: target, mode, source: join(root, path) });
    if (info.kind !== 'link') continue;
    for (const entry of await followed(join(root, path), target, real, ctx)) found.push(entry);
  }
  return found;
}

/** A link becomes what it points to (ko's rule). */
async function followed(link: string, path: string, root: string, ctx: Context): Promise<readonly AssembledEntry[]> {
  const source = await ctx.system.files.realpath(link);
  if (source === undefined || !source.startsWith(`${root}/`)) {
    throw new ToolError('BUILD_USER_ERROR', `the link ${link} leads out of its kodata directory, or nowhere`, {
      suggestions: [{ code: 'FIX_LINK', action: 'Let it point to a file of kodata, or copy the file there' }],
    });
  }
  if ((await ctx.system.files.stat(source))?.kind === 'file') return [{ kind: 'file', path, mode, source }];
  const entries = await ctx.system.files.walk(source);
  return [
    directory(path),
    ...entries.flatMap(({ path: below, info }): readonly AssembledEntry[] => {
      if (info.kind === 'directory') return [directory(`${path}/${below}`)];
      if (info.kind !== 'file') return [];
      return [{ kind: 'file', path: `${path}/${below}`, mode, source: join(source, below) }];
    }),
  ];
}
