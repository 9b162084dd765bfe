import { expect, test } from 'vitest';
import { runCommandLine } from './support.ts';

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n';

test.each<[args: readonly string[], said: string]>([
  [[], 'requires at least one manifest argument'],
  [['good.yaml', 'nope.yaml'], 'cannot find provided file nope.yaml'],
  [['empty.yaml'], 'empty.yaml is not a valid Kubernetes manifest'],
  [['list.yaml'], 'list.yaml:1:1'],
  [['broken.yaml'], 'broken.yaml:1'],
  [['good.yaml'], 'apply: this version does not have the command yet'],
])('apply %j', async (args, said) => {
  const files = { 'good.yaml': pod, 'empty.yaml': '# nothing\n', 'list.yaml': '- a\n', 'broken.yaml': 'a: [\n' };
  const { code, stdout, stderr } = await runCommandLine(['apply', ...args], { files });
  expect(stderr).toContain(said);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
});
