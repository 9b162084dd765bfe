import { ToolError } from '../core/errors.ts';
import type { Context } from '../core/ports.ts';
import type { Project, ResourceFilter } from '../core/project.ts';
import type { SelectorRules } from '../manifest/selector.ts';
import { parseYaml } from '../yaml/parse.ts';
import { toValue } from '../yaml/value.ts';
import { absolutePath } from './paths.ts';

/**
 * The user's selector rules in the order they apply: those of all modules together, then those of the file.
 *
 * @throws {ToolError} `CONFIG_FILE_PARSING_ERR` for a file that is no YAML mapping.
 */
export async function readSelectorRules(
  project: Project,
  file: string | undefined,
  ctx: Context,
): Promise<readonly SelectorRules[]> {
  const selectors = project.modules.map(({ resourceSelector }) => resourceSelector);
  const configured = {
    allow: selectors.flatMap(({ allow }) => allow),
    deny: selectors.flatMap(({ deny }) => deny),
  };
  return file === undefined ? [configured] : [configured, await readRulesFile(file, ctx)];
}

async function readRulesFile(file: string, ctx: Context): Promise<SelectorRules> {
  const { documents, errors } = await parseYaml(await ctx.system.files.readText(absolutePath(file, ctx)));
  const root = documents[0]?.root;
  if (errors.length > 0 || (root !== undefined && root.kind !== 'mapping')) {
    throw new ToolError(
      'CONFIG_FILE_PARSING_ERR',
      `${file} does not hold selector rules: ${errors[0]?.message ?? 'it is no mapping'}`,
      {
        suggestions: [{ code: 'FIX_RULES', action: 'Write lists of rules under allow and deny' }],
      },
    );
  }
  const value = root === undefined ? {} : toValue(root);
  return { allow: filtersIn(value, 'allow'), deny: filtersIn(value, 'deny') };
}

/** Fields that nobody knows are passed over, as Skaffold does. */
function filtersIn(rules: unknown, list: 'allow' | 'deny'): readonly ResourceFilter[] {
  return listIn(rules, list).map((filter) => ({
    groupKind: String(fieldIn(filter, 'groupKind') ?? ''),
    image: listIn(filter, 'image').map(String),
    labels: listIn(filter, 'labels').map(String),
    podSpec: listIn(filter, 'podSpec').map(String),
  }));
}

function fieldIn(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = fieldIn(value, name);
  return Array.isArray(list) ? list : [];
}
