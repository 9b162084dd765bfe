import { resolve } from 'node:path';
import { withDefaults } from '../../config/defaults/index.ts';
import { failWith, hasErrors } from '../../config/failure.ts';
import type { LoadedConfig } from '../../config/loaded-config.ts';
import type { LoadOptions } from '../../config/options.ts';
import { displayName, type FoundFile, isUrl, readConfiguration } from '../../config/read-source.ts';
import { latest } from '../../config/schema.ts';
import { validate } from '../../config/validate/index.ts';
import { apiVersionPrefix, apiVersions, versionIndex } from '../../config/versions.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import type { Invocation } from '../invocation.ts';
import { readWritten, upgradedText, type WrittenFile } from './fix-upgrade.ts';
import { loadOptions } from './load-options.ts';
import { writeResult } from './session-options.ts';

/** `fix`: the configuration in a newer version, to standard output, a file, or in place of the old one. */
export async function run(invocation: Invocation<'fix'>): Promise<number> {
  const { options, command, io, ctx } = invocation;
  const target = targetVersion(invocation);
  const load = await loadOptions(options, command, io);
  const found = await readConfiguration(load.filename, ctx.system.cwd, load.stdin, ctx);
  if (found === undefined) throw missing(load.filename, ctx);
  const name = displayName(found.location, ctx.system.cwd);
  const file = await readWritten(name, found.bytes);
  if (file.documents.every(({ version }) => version === target)) {
    io.stdout.write(`config is already version ${options.version}\n`);
    return 0;
  }
  refuseDowngrade(file, target);
  const text = await upgradedText(file, target);
  const problems = target === latest ? await problemsOf(file, found, load, ctx) : [];
  if (hasErrors(problems)) throw failWith(problems, 'CONFIG_VALIDATION_ERR');
  for (const warning of file.warnings) ctx.emit({ type: 'log', level: 'warning', message: lineOf(warning) });
  await write(text, found, name, invocation);
  return 0;
}

/** Index of the version asked for. @throws for flags that do not go together, and for a version nobody knows. */
function targetVersion({ options }: Invocation<'fix'>): number {
  const { version, overwrite, output } = options;
  if (overwrite && output !== '') {
    throw new ToolError('NOT_SUPPORTED', '--overwrite and --output/-o cannot be used together');
  }
  const index = version.startsWith(apiVersionPrefix) ? versionIndex(version.slice(apiVersionPrefix.length)) : -1;
  if (index >= 0) return index;
  throw new ToolError('CONFIG_UNKNOWN_API_VERSION_ERR', `${version} is an invalid api version`, {
    suggestions: [{ code: 'LIST_SCHEMAS', action: 'Give --version one of those that "schema list" prints' }],
  });
}

function missing(filename: string, ctx: Context): ToolError {
  const path = resolve(ctx.system.cwd, filename);
  return new ToolError('CONFIG_FILE_NOT_FOUND_ERR', `read skaffold config: open ${path}: no such file or directory`, {
    suggestions: [{ code: 'CHECK_CONFIG_FILE', action: 'Name the file with --filename' }],
  });
}

function refuseDowngrade({ documents }: WrittenFile, target: number): void {
  const newer = documents.find(({ version }) => version > target);
  if (newer === undefined) return;
  const [from, to] = [apiVersions[newer.version], apiVersions[target]].map(
    (version) => `"${apiVersionPrefix}${version}"`,
  );
  throw new ToolError('CONFIG_UPGRADE_ERR', `config version ${from} is more recent than target version ${to}`, {
    suggestions: [
      { code: 'CHECK_TARGET_VERSION', action: 'Configurations are only upgraded: give --version a newer one' },
    ],
  });
}

/** What is wrong with the upgraded configuration, defaults applied to a copy of it. Manifests need not be there. */
async function problemsOf(
  { parsed }: WrittenFile,
  { location }: FoundFile,
  load: LoadOptions,
  ctx: Context,
): Promise<readonly Diagnostic[]> {
  const findings: Diagnostic[] = [];
  const configs: LoadedConfig[] = [];
  for (const document of parsed) {
    const config = await withDefaults(document, load, ctx, findings);
    configs.push({ document, config, location, directory: ctx.system.cwd, activeProfiles: [] });
  }
  return [...findings, ...(await validate(configs, load, ctx))];
}

async function write(text: string, found: FoundFile, name: string, invocation: Invocation<'fix'>): Promise<void> {
  const { options, io, ctx } = invocation;
  if (!options.overwrite && options.output === '') {
    io.stdout.write(text);
    return;
  }
  if (options.overwrite) await backUp(found, name, invocation);
  const target = options.overwrite ? found.location : options.output;
  await writeResult(target, text, ctx);
  const shown = options.overwrite ? name : options.output;
  io.stdout.write(`New config at version ${options.version} generated and written to ${shown}\n`);
}

async function backUp({ location, bytes }: FoundFile, name: string, { io, ctx }: Invocation<'fix'>): Promise<void> {
  if (location === '-' || isUrl(location)) {
    throw new ToolError('NOT_SUPPORTED', `--overwrite: ${location} is not a file that can be written`, {
      suggestions: [{ code: 'USE_OUTPUT', action: 'Write the result elsewhere with --output' }],
    });
  }
  await ctx.system.files.writeAtomic(`${location}.v2`, bytes);
  // Two blanks, as Skaffold prints it.
  io.stdout.write(`Backed up previous skaffold.yaml at  ${name}.v2\n`);
}

function lineOf({ at, message, suggestion }: Diagnostic): string {
  const place = at === undefined ? '' : `${at.file}:${at.line}:${at.column}: `;
  return `${place}${message}${suggestion === undefined ? '' : `. ${suggestion}`}`;
}
