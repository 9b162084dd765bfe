import { resolve } from 'node:path';
import { decode } from '../../config/decode.ts';
import { failWith, hasErrors } from '../../config/failure.ts';
import type { ConfigDependency } from '../../config/generated/types.ts';
import { keyNode } from '../../config/nodes.ts';
import { normalise } from '../../config/normalise.ts';
import { latest } from '../../config/schema.ts';
import { createSource } from '../../config/source.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { parseYaml } from '../../yaml/parse.ts';
import type { Invocation } from '../invocation.ts';
import { answer } from './inspect-answer.ts';
import { editConfigs } from './inspect-edit.ts';

/** `inspect config-dependencies add FILE`: appends the dependencies of a JSON file to what configurations require. */
export function run(invocation: Invocation<'inspect config-dependencies add'>): Promise<number> {
  const { args, ctx } = invocation;
  return answer(invocation, async () => {
    const added = await readDependencies(args[0] ?? '', ctx);
    await editConfigs(invocation, (config) => ({ ...config, requires: [...(config.requires ?? []), ...added] }));
  });
}

/** The `dependencies` of the file, with the fields of `requires` in skaffold.yaml. */
async function readDependencies(file: string, ctx: Context): Promise<readonly ConfigDependency[]> {
  if (file === '') throw unusable('inspect config-dependencies add needs a JSON file with dependencies');
  const source = createSource(file, await ctx.system.files.readText(resolve(ctx.system.cwd, file)));
  const { documents, errors } = await parseYaml(source.text);
  const root = documents[0]?.root;
  const list =
    root?.kind === 'mapping'
      ? root.pairs.find(({ key }) => key.kind === 'scalar' && key.text === 'dependencies')
      : undefined;
  if (errors[0] !== undefined || root?.kind !== 'mapping' || list === undefined)
    throw unusable(`${file} is not a JSON object with "dependencies"`);
  const findings: Diagnostic[] = [];
  const requires = normalise(
    { ...root, pairs: [{ key: keyNode('requires', list.key), value: list.value }] },
    source,
    findings,
  );
  const { requires: dependencies = [] } = decode(requires, {
    source,
    version: latest,
    unknownFields: 'error',
    findings,
  });
  if (hasErrors(findings)) throw failWith(findings, 'CONFIG_FILE_PARSING_ERR');
  return dependencies;
}

function unusable(message: string): ToolError {
  return new ToolError('CONFIG_FILE_PARSING_ERR', message, {
    suggestions: [{ code: 'CHECK_DEPENDENCIES', action: 'Write {"dependencies": [{"path": "…"}]}' }],
  });
}
