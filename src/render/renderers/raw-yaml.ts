import { ToolError } from '../../core/errors.ts';
import type { Manifest, ManifestOrigin } from '../../core/manifest.ts';
import type { Renderer } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import type { Module } from '../../core/project.ts';
import { globFiles } from '../../go/glob.ts';
import { decodeYaml } from '../../yaml/text.ts';
import { inBatches } from '../batches.ts';
import { download } from '../download.ts';
import { absolutePath, expandTemplate, isUrl, shownPath } from '../paths.ts';
import { readAll } from '../read-all.ts';

/** `manifests.rawYaml`: files, patterns (Go's `filepath.Glob`) and URLs of plain manifests. */
export const rawYaml: Renderer<readonly string[]> = {
  type: 'rawYaml',
  bundle: 'files',

  async inputs(entries, _module, ctx) {
    return (await filesOf(entries, ctx)).filter((path) => isManifest(path, entries));
  },

  async render(entries, module, _builds, ctx): Promise<readonly Manifest[]> {
    const remote = entries.find((entry) => entry.startsWith('gs://'));
    if (remote !== undefined) throw refuseBucket(remote);
    const files = (await filesOf(entries, ctx)).filter((path) => isManifest(path, entries, ctx));
    const local = await inBatches(files, openFiles, (path) => readOrigin(path, module, ctx));
    const fetched = await inBatches(entries.filter(isUrl), openFiles, (url) => fetchOrigin(url, module, ctx));
    return readAll(endLines([...local, ...fetched]));
  },
};

/** Absolute paths in the order of the entries, each once. */
async function filesOf(entries: readonly string[], ctx: Context): Promise<readonly string[]> {
  const paths = new Set<string>();
  for (const entry of entries) {
    if (isUrl(entry) || entry.startsWith('gs://')) continue;
    for (const path of await filesOfEntry(await expandTemplate(entry, ctx), ctx)) paths.add(path);
  }
  return [...paths];
}

/** What exists under the very name is taken as it is; else the name is a pattern, whose directories are walked. */
async function filesOfEntry(entry: string, ctx: Context): Promise<readonly string[]> {
  const path = absolutePath(entry, ctx);
  const { files } = ctx.system;
  if ((await files.stat(path)) !== undefined) return [path];
  const matches = await globFiles(path, files);
  if (matches.length === 0) ctx.emit({ type: 'log', level: 'warning', message: `${entry} did not match any file` });
  const found = await inBatches(matches, openFiles, async (match) => {
    if ((await files.lstat(match))?.kind !== 'directory') return [match];
    const below = await files.walk(match);
    return below.filter(({ info }) => info.kind !== 'directory').map((entryBelow) => `${match}/${entryBelow.path}`);
  });
  return found.flat();
}

/**
 * Other files than `.yaml`, `.yml` and `.json` are passed over, unless an entry names their absolute path (Skaffold's rule,
 * which in effect is: entries of required configurations).
 */
function isManifest(path: string, entries: readonly string[], ctx?: Context): boolean {
  if (/\.(?:ya?ml|json)$/.test(path) || entries.includes(path)) return true;
  if (ctx !== undefined) tellSkipped(path, entries, ctx);
  return false;
}

/** What a pattern found may well be something else; what an entry names by itself was meant to be rendered. */
function tellSkipped(path: string, entries: readonly string[], ctx: Context): void {
  const named = entries.some((entry) => absolutePath(entry, ctx) === path);
  const shown = shownPath(path, ctx);
  const hint = named ? ` (of a directory name the files: ${shown}/*.yaml)` : '';
  const message = `${shown} is not rendered: it is no .yaml, .yml or .json file${hint}`;
  ctx.emit({ type: 'log', level: named ? 'warning' : 'info', message });
}

async function readOrigin(path: string, module: Module, ctx: Context): Promise<ManifestOrigin> {
  const source = shownPath(path, ctx);
  return { module: module.name, source, text: decodeYaml(await ctx.system.files.read(path), source) };
}

async function fetchOrigin(url: string, module: Module, ctx: Context): Promise<ManifestOrigin> {
  return { module: module.name, source: url, text: decodeYaml(await download(url, ctx), url) };
}

/**
 * Skaffold joins the files before it reads them, so all but the last end with a line break, whether written or not. A
 * block scalar at the end of a file (`|`) has it in its value.
 */
function endLines(origins: readonly ManifestOrigin[]): readonly ManifestOrigin[] {
  return origins.map((origin, index) =>
    index === origins.length - 1 || origin.text.endsWith('\n') ? origin : { ...origin, text: `${origin.text}\n` },
  );
}

/** Keeps the number of open files bounded. */
const openFiles = 32;

function refuseBucket(entry: string): ToolError {
  return new ToolError(
    'NOT_SUPPORTED',
    `manifests.rawYaml: ${entry} lies in Google Cloud Storage, which this version cannot read`,
    {
      suggestions: [{ code: 'LOCAL_MANIFEST', action: 'Copy the file with gcloud storage cp and name the copy' }],
    },
  );
}
