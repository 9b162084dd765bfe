import { join } from 'node:path';
import type { Context } from '../../../core/ports.ts';
import { runHelm } from './call.ts';
import type { PostRenderer } from './post-renderer.ts';

const name = 'slipway-filter';

/**
 * A post-renderer as Helm 4 takes one: a plug-in, found by its name in the directories of `HELM_PLUGINS`. The plug-ins of
 * the user stay where they are.
 *
 * @param directory where it may be made.
 * @throws {ToolError} `FILE_WRITE_ERR`.
 */
export async function asPlugin(
  { program, variables }: PostRenderer,
  directory: string,
  ctx: Context,
): Promise<PostRenderer> {
  const { files, env, platform } = ctx.system;
  const plugins = join(directory, 'plugins');
  await files.mkdir(join(plugins, name));
  // Helm takes blanks in a command for the ends of words, but not those in the directory of a plug-in.
  await files.symlink(program, join(plugins, name, 'filter'));
  const definition = {
    apiVersion: 'v1',
    name,
    version: '1.0.0',
    type: 'postrenderer/v1',
    runtime: 'subprocess',
    runtimeConfig: { platformCommand: [{ command: `$\{HELM_PLUGIN_DIR}/filter` }] },
  };
  await files.writeAtomic(join(plugins, name, 'plugin.yaml'), JSON.stringify(definition));
  const present = env['HELM_PLUGINS'] || (await runHelm(['env', 'HELM_PLUGINS'], ctx)).stdout.trim();
  const all = [present, plugins].filter((path) => path !== '').join(platform.os === 'windows' ? ';' : ':');
  return { program: name, variables: { ...variables, HELM_PLUGINS: all } };
}
