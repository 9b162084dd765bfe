import { join, relative, resolve } from 'node:path';
import { parseConfiguration } from '../../config/documents.ts';
import { hasErrors } from '../../config/failure.ts';
import { child } from '../../config/nodes.ts';
import { apiVersionPrefix } from '../../config/versions.ts';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { coloured, green } from '../../report/colour.ts';
import { parseYaml } from '../../yaml/parse.ts';
import type { Invocation, Output } from '../invocation.ts';
import { configVersion } from '../version.ts';

/** A file with a configuration, by its path relative to the working directory. */
interface Found {
  readonly path: string;
  readonly version: string;
}

/** `find-configs`: the configurations in and below a directory, sorted by path, with the version of their first document. */
export async function run({ options, io, ctx }: Invocation<'find-configs'>): Promise<number> {
  const { directory, output } = options;
  if (output !== 'table' && output !== 'json') {
    throw new ToolError('NOT_SUPPORTED', `unsupported template: ${output}`, {
      suggestions: [{ code: 'CHECK_OUTPUT', action: 'Give --output table or json' }],
    });
  }
  const found = await findConfigs(directory, ctx);
  io.stdout.write(output === 'json' ? jsonText(found) : tableText(found, io.stdout));
  return 0;
}

/** Every *.yaml and *.yml that reads as a configuration without an error; hidden and vendored directories count too. */
async function findConfigs(directory: string, ctx: Context): Promise<readonly Found[]> {
  const { files, cwd } = ctx.system;
  const root = resolve(cwd, directory);
  if ((await files.stat(root)) === undefined) {
    throw new ToolError('FILE_READ_ERR', `cannot search ${directory}: no such file or directory`, {
      suggestions: [{ code: 'CHECK_DIRECTORY', action: 'Correct --directory' }],
    });
  }
  const entries = (await files.walk(root)).filter(({ path, info }) => info.kind === 'file' && /\.ya?ml$/.test(path));
  const found: Found[] = [];
  for (const { path } of entries) {
    const file = join(root, path);
    const version = await versionOf(file, await files.read(file));
    if (version !== undefined) found.push({ path: directory.startsWith('/') ? file : relative(cwd, file), version });
  }
  return found.sort((left, right) => (left.path < right.path ? -1 : 1));
}

async function versionOf(file: string, bytes: Uint8Array): Promise<string | undefined> {
  const text = new TextDecoder().decode(bytes);
  if (!text.includes(apiVersionPrefix)) return undefined;
  const { documents, findings } = await parseConfiguration(file, bytes);
  if (documents.length === 0 || hasErrors(findings)) return undefined;
  // What was parsed has been upgraded; the version that is written there is asked for.
  const written = (await parseYaml(text)).documents.map(({ root }) => child(root, 'apiVersion'));
  const first = written.find((node) => node?.kind === 'scalar');
  return first?.kind === 'scalar' ? first.text : undefined;
}

function tableText(found: readonly Found[], stdout: Output): string {
  return found
    .map(({ path, version }) => {
      const row = `${path.padEnd(70)}\t${version.padEnd(30)}`;
      return `${coloured(row, green, stdout.colour && version !== configVersion)}\n`;
    })
    .join('');
}

function jsonText(found: readonly Found[]): string {
  const entries = found.map(({ path, version }) => `\n\t${JSON.stringify(path)}: ${JSON.stringify(version)}`);
  return entries.length === 0 ? '{}\n' : `{${entries.join(',')}\n}\n`;
}
