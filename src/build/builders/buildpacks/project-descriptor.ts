/** `project.toml`: what a project says about its own build (Cloud Native Buildpacks, project descriptor 0.1 and 0.2). */
import { join } from 'node:path';
import { ToolError } from '../../../core/errors.ts';
import type { Context } from '../../../core/ports.ts';
import { unsupportedField } from '../../../core/unsupported.ts';
import { parseToml } from './toml.ts';
import { asList, asTable, asText } from './values.ts';

/** What is read of a descriptor. */
export interface ProjectDescriptor {
  /** The builder image to use where the artifact names none. */
  readonly builder: string | undefined;
  /** Buildpacks as `id` or `id@version`; empty where the builder's own order counts. */
  readonly buildpacks: readonly string[];
  /** Buildpacks before and after those. */
  readonly pre: readonly string[];
  readonly post: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  /** Patterns of `.gitignore` for what alone is part of the application, or for what is not. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

const emptyDescriptor: ProjectDescriptor = {
  ...{ builder: undefined, buildpacks: [], pre: [], post: [], env: [], include: [], exclude: [] },
};

/**
 * Reads the descriptor of a workspace. A file that is not there says nothing, but for one that is named otherwise than
 * `project.toml`: that one was meant.
 *
 * @throws `BUILD_USER_ERROR` for a missing or malformed file, `NOT_SUPPORTED` for what this version cannot do.
 */
export async function readDescriptor(workspace: string, name: string, ctx: Context): Promise<ProjectDescriptor> {
  const file = join(workspace, name);
  const bytes = await ctx.system.files.readIfExists(file);
  if (bytes === undefined && name === 'project.toml') return emptyDescriptor;
  if (bytes === undefined) throw wrong(file, 'does not exist', 'Correct build.artifacts.buildpacks.projectDescriptor');
  return describe(await parseToml(Buffer.from(bytes).toString('utf8'), file), file);
}

type Table = Readonly<Record<string, unknown>>;

/** Before version 0.2 everything is below `build`; since then below `io.buildpacks`. */
function describe(document: Table, file: string): ProjectDescriptor {
  const version = asText(asTable(document['_'])['schema-version']) ?? '0.1';
  if (!['0.1', '0.2', '0.3'].includes(version)) {
    throw unsupportedField(
      `${file}: _.schema-version`,
      `this version reads 0.1 and 0.2, not ${version}`,
      'Write it as 0.2',
    );
  }
  const isOld = version === '0.1';
  const body = isOld ? asTable(document['build']) : asTable(asTable(document['io'])['buildpacks']);
  const at = `${file}: ${isOld ? 'build' : 'io.buildpacks'}`;
  const group = (table: unknown, key: string, where: string): readonly string[] =>
    asList(asTable(table)[key]).map((entry) => buildpackOf(asTable(entry), where));
  const patterns = (key: string): readonly string[] => asList(body[key]).map((one) => asText(one) ?? '');
  const [include, exclude] = [patterns('include'), patterns('exclude')];
  if (include.length > 0 && exclude.length > 0)
    throw wrong(file, 'has both include and exclude', 'Write one of the two lists');
  return {
    builder: isOld ? undefined : asText(body['builder']),
    buildpacks: group(body, isOld ? 'buildpacks' : 'group', isOld ? `${at}.buildpacks` : `${at}.group`),
    pre: group(body['pre'], 'group', `${at}.pre.group`),
    post: group(body['post'], 'group', `${at}.post.group`),
    env: variables(isOld ? body['env'] : asTable(body['build'])['env'], file),
    include,
    exclude,
  };
}

function buildpackOf(entry: Table, where: string): string {
  const [id, version] = [asText(entry['id']), asText(entry['version'])];
  for (const key of ['uri', 'script']) {
    if (entry[key] === undefined) continue;
    throw unsupportedField(
      `${where}.${key}`,
      'this version uses only buildpacks that the builder image holds',
      'Put the buildpack into the builder, and name it by its id',
    );
  }
  if (id !== undefined && id !== '') return version === undefined ? id : `${id}@${version}`;
  throw wrong(where, 'has an entry without an id', 'Name each buildpack by id, and by version where there are several');
}

function variables(value: unknown, file: string): readonly (readonly [string, string])[] {
  return asList(value).map((entry) => {
    const [name, text] = [asText(asTable(entry)['name']), asText(asTable(entry)['value'])];
    if (name === undefined || name === '' || text === undefined)
      throw wrong(file, 'has a variable without name or value', 'Write each variable as { name = "…", value = "…" }');
    return [name, text] as const;
  });
}

function wrong(where: string, problem: string, action: string): ToolError {
  return new ToolError('BUILD_USER_ERROR', `${where} ${problem}`, {
    suggestions: [{ code: 'FIX_PROJECT_DESCRIPTOR', action }],
  });
}
