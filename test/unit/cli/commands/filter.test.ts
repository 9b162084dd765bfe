import { describe, expect, test } from 'vitest';
import { type CommandOptions, type CommandRun, runCommandLine } from './support.ts';

const header = 'apiVersion: skaffold/v4beta14\nkind: Config\n';
const pod = (name: string, image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  containers:\n    - image: ${image}\n      name: c\n`;

function filter(stdin: string, args: readonly string[] = [], options: CommandOptions = {}): Promise<CommandRun> {
  const files = {
    'skaffold.yaml': header,
    'b.json': JSON.stringify({ builds: [{ imageName: 'app', tag: 'r.example.com/app:v2' }] }),
    'empty.json': JSON.stringify({ builds: [{ imageName: 'app', tag: '' }] }),
    ...options.files,
  };
  return runCommandLine(['filter', ...args], { stdin, ...options, files });
}

describe('filter', () => {
  test('without images prints what came in, keys sorted', async () => {
    expect(await filter(`kind: Pod\n${pod('p', 'app').replace('kind: Pod\n', '')}`)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: pod('p', 'app'),
    });
  });

  test('puts images and labels in', async () => {
    const { stdout } = await filter(`${pod('a', 'app:old')}---\n${pod('b', 'other')}`, ['-a', 'b.json', '-l', 'k=v']);
    const labelled = (text: string): string => text.replace('metadata:\n', 'metadata:\n  labels:\n    k: v\n');
    expect(stdout).toBe(`${labelled(pod('a', 'r.example.com/app:v2'))}---\n${labelled(pod('b', 'other'))}`);
  });

  test('fills parameters in', async () => {
    const { stdout } = await filter(pod('p # from-param: ${n}', 'app'), ['--set', 'n=zed']);
    expect(stdout).toBe(pod('zed', 'app'));
  });

  test('follows the selector rules of the configuration', async () => {
    const crd = 'apiVersion: example.com/v1\nkind: Job\nimage: app\n';
    const rules = `${header}resourceSelector: {allow: [{groupKind: Job.example.com, image: [.*]}]}\n`;
    expect((await filter(crd, ['-a', 'b.json'])).stdout).toContain('image: app\n');
    const allowed = await filter(crd, ['-a', 'b.json'], { files: { 'skaffold.yaml': rules } });
    expect(allowed.stdout).toContain('image: r.example.com/app:v2\n');
  });

  test('nothing in, nothing out', async () => {
    expect(await filter('')).toMatchObject({ code: 0, stdout: '' });
  });

  test('a block scalar at the end keeps its line break', async () => {
    const { stdout } = await filter('apiVersion: v1\nkind: ConfigMap\nz: |\n  text\n');
    expect(stdout).toBe('apiVersion: v1\nkind: ConfigMap\nz: |\n  text\n');
  });
});

describe('--post-renderer', () => {
  test('goes first', async () => {
    const programs = {
      './pr.sh': (_: readonly string[], { input }: { input: string }) => ({ stdout: input.replace('x', 'app') }),
    };
    const { stdout } = await filter(pod('p', 'x'), ['-a', 'b.json', '--post-renderer', './pr.sh'], { programs });
    expect(stdout).toBe(pod('p', 'r.example.com/app:v2'));
  });

  test('its failure is that of the run', async () => {
    const programs = { './pr.sh': () => ({ exitCode: 3, stderr: 'no\n' }) };
    const result = await filter(pod('p', 'x'), ['--post-renderer', './pr.sh'], { programs });
    expect(result).toMatchObject({ code: 3, stdout: '' });
    expect(result.stderr).toMatch(/^no\n.*\.\/pr\.sh/);
  });
});

test.each([
  ['hello\n', [], 'standard input:1:1'],
  [pod('p', 'app'), ['-a', 'empty.json'], '[app]'],
  [pod('p', 'app'), ['--debugging'], '--debugging'],
  [pod('p', 'app'), ['--protocols', 'dap'], '--protocols'],
  [pod('p', 'app'), ['-f', '-'], '--filename'],
  [pod('p', 'app'), ['-f', 'none.yaml'], 'none.yaml'],
])('fails: %j %j', async (stdin, args, named) => {
  const result = await filter(stdin, args);
  expect(result).toMatchObject({ code: 1, stdout: '' });
  expect(result.stderr).toContain(named);
});
