import { currentKubeContext } from '../../config/kube-context.ts';
import type { Invocation } from '../invocation.ts';
import { contentText, entryIndex, readSettings, settingsText } from './config-settings.ts';
import { textOrUnset } from './load-options.ts';

/** `config list`: the settings of a Kubernetes context as they are written, or with `--all` the whole file. */
export async function run({ options, io, ctx }: Invocation<'config list'>): Promise<number> {
  const { content } = await readSettings(options.config, ctx);
  const heading = `skaffold config: ${options.config}\n`;
  if (options.all) {
    const isEmpty = content.global === undefined && content.kubeContexts.length === 0;
    if (!isEmpty) io.stdout.write(heading + contentText(content));
    return 0;
  }
  const kubeconfig = textOrUnset(options.kubeconfig);
  const { name } = await currentKubeContext({ kubeconfig, kubeContext: textOrUnset(options.kubeContext) }, ctx);
  const entry = content.kubeContexts[entryIndex(content, name)];
  io.stdout.write(
    entry === undefined ? `No config found for current context "${name}"\n` : heading + settingsText(entry),
  );
  return 0;
}
