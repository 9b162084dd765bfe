import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiVersionPrefix, apiVersions } from '../../config/versions.ts';
import { ToolError } from '../../core/errors.ts';
import type { Invocation } from '../invocation.ts';

/** Known only to the bundler, and in the function that the bundled program runs in. */
declare const __SLIPWAY_VERSION__: string | undefined;
declare const __dirname: string;

/** The package's schemas: beside the directory of the bundled program, else those of the source tree. */
const schemasDirectory = (): string =>
  typeof __SLIPWAY_VERSION__ === 'string'
    ? join(__dirname, '../schemas')
    : fileURLToPath(new URL('../../../schemas', import.meta.url));

/** `schema get VERSION` and `schema list`. */
export async function run(invocation: Invocation<'schema get'> | Invocation<'schema list'>): Promise<number> {
  const { io } = invocation;
  if (invocation.command === 'schema list') io.stdout.write(listText(invocation.options.output));
  else io.stdout.write(await schemaText(invocation.args[0] ?? '', invocation));
  return 0;
}

/** Every version on its own line, oldest first, or as JSON. @throws `NOT_SUPPORTED` for another form. */
function listText(output: string): string {
  const names = apiVersions.map((name) => apiVersionPrefix + name);
  if (output === 'json') return `${JSON.stringify({ versions: names })}\n`;
  if (output === 'plain') return names.map((name) => `${name}\n`).join('');
  throw new ToolError('NOT_SUPPORTED', `invalid output type: "${output}"`, {
    suggestions: [{ code: 'CHECK_OUTPUT', action: 'Give --output plain or json' }],
  });
}

/** The JSON schema of a version, with or without `skaffold/`. @throws `CONFIG_UNKNOWN_API_VERSION_ERR` for an unknown one. */
async function schemaText(name: string, { program, ctx }: Invocation<'schema get'>): Promise<string> {
  const found = apiVersions.find((known) => known === name || apiVersionPrefix + known === name);
  if (found !== undefined) return ctx.system.files.readText(join(schemasDirectory(), `${found}.json`));
  throw new ToolError('CONFIG_UNKNOWN_API_VERSION_ERR', `schema "${name}" not found: there is no such apiVersion`, {
    suggestions: [{ code: 'LIST_SCHEMAS', action: `See ${program} schema list` }],
  });
}
