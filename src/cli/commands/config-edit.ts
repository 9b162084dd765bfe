import { child, keyName } from '../../config/nodes.ts';
import { ToolError } from '../../core/errors.ts';
import type { YamlMapping, YamlNode, YamlPair } from '../../core/yaml-node.ts';
import { printValue } from '../../yaml/print.ts';
import {
  contentText,
  entryIndex,
  parseSettings,
  type SettingsContent,
  type SettingsFile,
  settingRank,
} from './config-settings.ts';

/** One setting to change. */
export interface SettingChange {
  /** The context it is for; undefined for all. */
  readonly context: string | undefined;
  readonly key: string;
  /** Undefined takes the setting away. */
  readonly value: unknown;
  /** What the file has to say afterwards. */
  readonly content: SettingsContent;
}

/**
 * The file's text after a change. One without comments is written as Skaffold writes it. In one with comments only the
 * lines of the setting change; where that would not say the same (such as inside `{…}`), it is written anew as well.
 */
export async function editedText(file: SettingsFile, change: SettingChange): Promise<string> {
  const whole = contentText(change.content);
  if (!/(?:^|\s)#/.test(file.text) || file.root?.kind !== 'mapping') return whole;
  const edited = withSetting(file.text, file.root, file.content, change);
  return edited !== undefined && (await says(edited, change.content, file.path)) ? edited : whole;
}

async function says(text: string, content: SettingsContent, path: string): Promise<boolean> {
  try {
    return contentText((await parseSettings(path, text)).content) === contentText(content);
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}

function withSetting(
  text: string,
  root: YamlMapping,
  content: SettingsContent,
  { context, key, value }: SettingChange,
): string | undefined {
  if (context === undefined) {
    const section = child(root, 'global');
    return section === undefined
      ? insertLines(text, lineStart(text, root.start), lines({ global: { [key]: value } }, 0))
      : inSection(text, section, key, value);
  }
  const list = child(root, 'kubeContexts');
  const index = entryIndex(content, context);
  if (index < 0) return withEntry(text, list, { 'kube-context': context, [key]: value });
  const entry = list?.kind === 'sequence' ? list.items[index] : undefined;
  return entry === undefined ? undefined : inSection(text, entry, key, value);
}

function withEntry(
  text: string,
  list: YamlNode | undefined,
  entry: Readonly<Record<string, unknown>>,
): string | undefined {
  if (list === undefined) return insertLines(text, text.length, lines({ kubeContexts: [entry] }, 0));
  const last = list.kind === 'sequence' && !list.flow ? list.items.at(-1) : undefined;
  if (last === undefined) return undefined;
  return insertLines(text, lineEnd(text, last.end), lines([entry], columnOf(text, last.start) - 2));
}

function inSection(text: string, section: YamlNode, key: string, value: unknown): string | undefined {
  if (section.kind !== 'mapping' || section.flow) return undefined;
  const first = section.pairs[0];
  if (first === undefined) return undefined;
  const pair = section.pairs.find((candidate) => keyName(candidate) === key);
  if (pair !== undefined) return withPair(text, pair, value);
  const before = section.pairs.filter((candidate) => settingRank(keyName(candidate)) < settingRank(key)).at(-1);
  const at = before === undefined ? lineStart(text, first.key.start) : lineEnd(text, before.value.end);
  return insertLines(text, at, lines({ [key]: value }, columnOf(text, first.key.start)));
}

function withPair(text: string, pair: YamlPair, value: unknown): string {
  if (value === undefined)
    return text.slice(0, lineStart(text, pair.key.start)) + text.slice(lineEnd(text, pair.value.end));
  const indent = columnOf(text, pair.key.start);
  const added = appendedItem(pair.value, value);
  if (added !== undefined && pair.value.kind === 'sequence') {
    const last = pair.value.items.at(-1) ?? pair.value;
    return insertLines(text, lineEnd(text, last.end), lines([added], columnOf(text, last.start) - 2));
  }
  const written = lines({ [keyName(pair)]: value }, indent);
  return text.slice(0, pair.key.start) + written.slice(indent).trimEnd() + text.slice(pair.value.end);
}

/** The last item of a list that was appended to, where the list has a line for each item. */
function appendedItem(node: YamlNode, value: unknown): unknown {
  const grows = node.kind === 'sequence' && !node.flow && node.items.length > 0 && Array.isArray(value);
  return grows && value.length === node.items.length + 1 ? value.at(-1) : undefined;
}

/** A value as lines of YAML, each behind `indent` blanks. */
function lines(value: unknown, indent: number): string {
  return printValue(value, { sortKeys: false }).replace(/^(?=.)/gm, ' '.repeat(indent));
}

function insertLines(text: string, at: number, added: string): string {
  const before = text.slice(0, at);
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${added}${text.slice(at)}`;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the line after the one of this offset begins. The end of a list may lie behind its last line break. */
function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}
