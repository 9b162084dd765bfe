import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { FakeProgram } from '../../../support/fake-exec.ts';
import { type CommandRun, runCommandLine } from './support.ts';

const head = 'apiVersion: skaffold/v4beta14\nkind: Config\nbuild: {artifacts: [{image: app}, {image: other}]}\n';
const builds = '{"builds":[{"imageName":"other","tag":"r.io/other:v1"},{"imageName":"app","tag":"r.io/app:v1"}]}';

interface Start {
  readonly command: string;
  readonly image: string | undefined;
  readonly directory: string | undefined;
  readonly cwd: string;
}

/** Runs `test -a b.json` with these entries of `test`; a command `exit N` ends with N. */
async function runTest(
  tests: string,
  options: {
    args?: readonly string[];
    files?: Record<string, string>;
    shell?: FakeProgram;
    env?: Record<string, string>;
  } = {},
): Promise<CommandRun & { readonly starts: readonly Start[] }> {
  const starts: Start[] = [];
  const shell: FakeProgram = (args, surroundings) => {
    const command = args[1] ?? '';
    const { IMAGE: image, TEST_CONTEXT: directory } = surroundings.env;
    starts.push({ command, image, directory, cwd: surroundings.cwd });
    return (
      options.shell?.(args, surroundings) ?? {
        stdout: `ran ${command}\n`,
        exitCode: Number(/exit (\d+)/.exec(command)?.[1] ?? 0),
      }
    );
  };
  const result = await runCommandLine(['test', ...(options.args ?? ['-a', 'b.json'])], {
    files: { 'skaffold.yaml': `${head}${tests}`, 'b.json': builds, ...options.files },
    programs: { sh: shell },
    ...(options.env && { env: options.env }),
  });
  return { ...result, starts };
}

test('nothing to test', async () => {
  expect(await runTest('')).toMatchObject({ code: 0, stdout: 'Starting test...\n', stderr: '' });
  expect((await runTest('test: [{image: nobody, custom: [{command: exit 1}]}]')).stdout).toBe(
    'Starting test...\nTesting images...\n',
  );
});

describe('custom tests', () => {
  test('run image by image in the order of the configuration, with the image and the context', async () => {
    const text = `test:
- {image: other, custom: [{command: c}]}
- {image: app, context: sub, custom: [{command: a, timeoutSeconds: 5}, {command: "b {{.WORD}}"}]}
`;
    const { code, stdout, stderr, starts } = await runTest(text, { env: { WORD: 'w' } });
    expect(starts).toEqual([
      { command: 'a', image: 'r.io/app:v1', directory: '/work/sub', cwd: '/work/sub' },
      { command: 'b w', image: 'r.io/app:v1', directory: '/work/sub', cwd: '/work/sub' },
      { command: 'c', image: 'r.io/other:v1', directory: '/work', cwd: '/work' },
    ]);
    expect(stdout).toBe(
      [
        'Starting test...',
        'Testing images...',
        'Running custom test command: "a" with timeout 5 s',
        'ran a',
        'Command finished successfully.',
        'Running custom test command: "b w"',
        'ran b w',
        'Command finished successfully.',
        'Running custom test command: "c"',
        'ran c',
        'Command finished successfully.',
        '',
      ].join('\n'),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('the first that fails ends the run with its exit code', async () => {
    const { code, stdout, stderr, starts } = await runTest(
      'test: [{image: app, custom: [{command: exit 3}, {command: b}]}]',
    );
    expect(code).toBe(3);
    expect(stdout).toContain('\nCommand finished with non-0 exit code.\n');
    expect(stderr).toContain('command exit 3 finished with non-0 exit code: exit status 3');
    expect(starts).toHaveLength(1);
  });

  test('one that takes too long is 1', async () => {
    const shell: FakeProgram = () => {
      throw new ToolError('COMMAND_FAILED', 'sh did not end within 1 s and was stopped');
    };
    const { code, stdout, stderr } = await runTest(
      'test: [{image: app, custom: [{command: sleep 9, timeoutSeconds: 1}]}]',
      { shell },
    );
    expect(code).toBe(1);
    expect(stdout).toContain('\nCommand timed out\n');
    expect(stderr).toContain('timeoutSeconds: 1');
  });
});

describe('images', () => {
  test('an artifact without a tag is an error, and nothing is run', async () => {
    const result = await runTest('test: [{image: app, custom: [{command: a}]}]', { args: ['-i', 'app=r.io/app:v2'] });
    expect(result).toMatchObject({ code: 1, stdout: '', starts: [] });
    expect(result.stderr).toContain('no tag provided for image [other]');
  });

  test('--images are taken, and the file wins over them', async () => {
    const images = ['-i', 'app=r.io/app:v2,other=r.io/other:v2'];
    const tests = 'test: [{image: app, custom: [{command: a}]}]';
    expect((await runTest(tests, { args: images })).starts[0]?.image).toBe('r.io/app:v2');
    expect((await runTest(tests, { args: [...images, '-a', 'b.json'] })).starts[0]?.image).toBe('r.io/app:v1');
  });
});
