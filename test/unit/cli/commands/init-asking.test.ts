import { describe, expect, test } from 'vitest';
import { type CommandRun, runCommandLine } from './support.ts';

const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{image: ${image}}]}\n`;

const one = { Dockerfile: 'FROM scratch\n', 'pod.yaml': pod('web') };
const several = {
  'a/Dockerfile': 'FROM a\n',
  'b/Dockerfile': 'FROM b\n',
  'c/Dockerfile': 'FROM c\n',
  'pods.yaml': `${pod('first')}---\n${pod('second')}`,
};

/** `init` at a terminal where these lines are typed. */
const init = (
  typed: string,
  files: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<CommandRun> => runCommandLine(['init', ...args], { files, stdin: typed, isTTY: true });

const config = ({ files }: CommandRun): string | undefined => files['/work/skaffold.yaml'];

describe('writing', () => {
  test.each(['y', 'Y', 'yes'])('%s writes what was shown', async (answer) => {
    const result = await init(`${answer}\n`, one);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('Do you want to write this configuration to skaffold.yaml? (y/N) ');
    expect(result.stderr).toContain(config(result));
    expect(result.stdout).toMatch(/^Configuration skaffold\.yaml was written\n/);
  });

  test.each(['', 'n', 'No'])('%j writes nothing', async (answer) => {
    const result = await init(`${answer}\n`, one);
    expect([result.code, result.stdout, config(result)]).toEqual([0, '', undefined]);
  });

  test('another answer is asked for again', async () => {
    const result = await init('maybe\ny\n', one);
    expect(result.stderr.match(/Do you want to write/g)).toHaveLength(2);
    expect(config(result)).toContain('image: web');
  });

  test('the end of input is an error, and nothing is written', async () => {
    const result = await init('', one);
    expect([result.code, result.stdout, config(result)]).toEqual([1, '', undefined]);
    expect(result.stderr).toContain('end of input');
  });

  test('--assume-yes does not ask, --interactive=false cannot', async () => {
    expect(config(await init('', one, '--assume-yes'))).toContain('image: web');
    const without = await init('y\n', one, '--interactive=false');
    expect([without.code, config(without)]).toEqual([1, undefined]);
  });
});

describe('pairing', () => {
  test('what builds each image is asked, each builder for one image', async () => {
    const result = await init('3\n2\ny\n', several);
    expect(result.stderr).toContain(
      'Choose the builder to build image first\n  1) Docker (a/Dockerfile)\n  2) Docker (b/Dockerfile)\n  3) Docker (c/Dockerfile)\n  4) None (image not built from these sources)\n',
    );
    expect(config(result)).toContain('    - image: first\n      context: c\n');
    expect(config(result)).toContain('    - image: second\n      context: b\n');
  });

  test('the first is taken when nothing is typed; none leaves the image out', async () => {
    const result = await init('\n3\ny\n', several);
    expect(config(result)).toContain('    - image: first\n      context: a\n');
    expect(config(result)).not.toContain('image: second');
  });

  test('numbers that are none are asked for again', async () => {
    const result = await init('0\n9\nx\n4\n4\ny\n', several);
    expect(result.stderr.match(/a number from 1 to 4 is needed/g)).toHaveLength(3);
    expect(config(result)).not.toContain('artifacts');
  });

  test('manifests for the builders that are left', async () => {
    const result = await init('1\n1\n1\nx\n8080\ny\n', several, '--generate-manifests');
    expect(result.stderr).toContain(
      'Which builders would you like to create kubernetes resources for?\n  1) Docker (c/Dockerfile)\n',
    );
    expect(result.stderr).toContain('response must be a number, or empty\n');
    expect(result.stderr).toContain(
      'Do you want to write this configuration, along with the generated k8s manifests, to skaffold.yaml?',
    );
    expect(result.files['/work/c/deployment.yaml']).toContain('port: 8080');
    expect(config(result)).toContain('    - c/deployment.yaml\n');
  });
});
