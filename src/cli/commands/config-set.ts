import { dirname } from 'node:path';
import { currentKubeContext } from '../../config/kube-context.ts';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import type { Invocation } from '../invocation.ts';
import { refuseUnsupportedFlags } from '../unsupported-flags.ts';
import { editedText } from './config-edit.ts';
import {
  entryIndex,
  readSettings,
  type Settings,
  type SettingsContent,
  type SettingsFile,
  settingTypes,
} from './config-settings.ts';
import { textOrUnset } from './load-options.ts';

/** `config set KEY VALUE` and `config unset KEY`, for all contexts or one. Comments of the file stay. */
export async function run(invocation: Invocation<'config set'> | Invocation<'config unset'>): Promise<number> {
  refuseUnsupportedFlags(invocation);
  const { command, options, args, io, ctx } = invocation;
  const [key = '', word = ''] = args;
  const type = Object.hasOwn(settingTypes, key) ? settingTypes[key] : undefined;
  if (type === undefined || type === 'other') throw unknownSetting(key);
  const file = await readSettings(options.config, ctx);
  const context = options.global ? undefined : await targetContext(invocation);
  const before = settingsOf(file.content, context)[key];
  const value = command === 'config unset' ? undefined : newValue(key, word, type, before);
  if (value !== undefined || before !== undefined) await writeSetting(file, context, key, value, ctx);
  const where = context === undefined ? '' : ` for context ${context}`;
  const what = `${context === undefined ? 'global ' : ''}value ${key}`;
  io.stdout.write(command === 'config unset' ? `unset ${what}${where}\n` : `set ${what} to ${word}${where}\n`);
  return 0;
}

/** `--kube-context`, else the current one; without either the settings for all contexts are meant. */
async function targetContext({
  options,
  ctx,
}: Invocation<'config set'> | Invocation<'config unset'>): Promise<string | undefined> {
  const given = textOrUnset(options.kubeContext);
  if (given !== undefined) return given;
  const kube = await currentKubeContext({ kubeconfig: textOrUnset(options.kubeconfig), kubeContext: undefined }, ctx);
  return textOrUnset(kube.name);
}

function settingsOf(content: SettingsContent, context: string | undefined): Settings {
  const found = context === undefined ? content.global : content.kubeContexts[entryIndex(content, context)];
  return found ?? {};
}

/** Go's `strconv.ParseBool`. */
const flagWords: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((word) => [word, false] as const),
]);

/** What a setting holds afterwards: a list grows by the word. */
function newValue(key: string, word: string, type: 'text' | 'flag' | 'texts', before: unknown): unknown {
  if (type === 'texts') return [...(Array.isArray(before) ? before : []), word];
  if (type === 'text') return word === '' ? undefined : word;
  const flag = flagWords.get(word);
  if (flag !== undefined) return flag;
  throw new ToolError('CONFIG_VALIDATION_ERR', `${word} is not a valid value for field ${key}`, {
    suggestions: [{ code: 'CHECK_VALUE', action: 'Give true or false' }],
  });
}

async function writeSetting(
  file: SettingsFile,
  context: string | undefined,
  key: string,
  value: unknown,
  ctx: Context,
): Promise<void> {
  const text = await editedText(file, { context, key, value, content: changed(file.content, context, key, value) });
  await ctx.system.files.mkdir(dirname(file.path));
  await ctx.system.files.writeAtomic(file.path, text, { mode: 0o644 });
}

function changed(content: SettingsContent, context: string | undefined, key: string, value: unknown): SettingsContent {
  const { [key]: _before, ...others } = settingsOf(content, context);
  const settings = value === undefined ? others : { ...others, [key]: value };
  if (context === undefined) return { ...content, global: settings };
  const index = entryIndex(content, context);
  if (index < 0)
    return { ...content, kubeContexts: [...content.kubeContexts, { 'kube-context': context, ...settings }] };
  return { ...content, kubeContexts: content.kubeContexts.map((entry, at) => (at === index ? settings : entry)) };
}

function unknownSetting(key: string): ToolError {
  const names = Object.keys(settingTypes).filter((name) => settingTypes[name] !== 'other');
  return new ToolError('CONFIG_VALIDATION_ERR', `"${key}" is not a valid config field`, {
    suggestions: [{ code: 'CHECK_SETTING', action: `Use one of the available fields: ${names.join(', ')}` }],
  });
}
