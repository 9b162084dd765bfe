import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ImageName } from '../../../src/core/names.ts';
import type { InputsOf, Tagger } from '../../../src/core/plugins.ts';
import type { Artifact, PluginEntry } from '../../../src/core/project.ts';
import { createTagger } from '../../../src/tag/index.ts';
import { artifact, world } from './support.ts';

const noInputs: InputsOf = async () => [];

function make(
  type: string,
  spec: unknown,
  inputsOf: InputsOf = noInputs,
  artifacts: readonly Artifact[] = [],
): Promise<Tagger> {
  const policy: PluginEntry = { type, spec };
  return createTagger(policy, { inputsOf, artifacts: new Map(artifacts.map((one) => [one.image, one])) });
}

describe('envTemplate', () => {
  test('sees the environment and the image as written', async () => {
    const tagger = await make('envTemplate', { template: '{{.FOO}}-{{.IMAGE_NAME | replace "/" "_"}}' });
    const { ctx } = world({ env: { FOO: 'f' } });
    expect(await tagger.tag(artifact('gcr.io/x/app'), ctx)).toBe('f-gcr.io_x_app');
  });

  test('a missing variable is an error that names the template', async () => {
    const tagger = await make('envTemplate', { template: 'a{{.NOPE}}' });
    await expect(tagger.tag(artifact('app'), world().ctx)).rejects.toMatchObject({
      code: 'TEMPLATE_ERR',
      message: expect.stringContaining('a{{.NOPE}}'),
    });
  });
});

describe('dateTime', () => {
  test.each([
    [{}, '2025-02-03_04-05-06.78_UTC'],
    [{ timezone: 'UTC', format: '2006-01-02' }, '2025-02-03'],
    [{ format: 'literal' }, 'literal'],
  ])('%j', async (spec, expected) => {
    const tagger = await make('dateTime', spec);
    expect(await tagger.tag(artifact('app'), world({ env: { TZ: 'UTC' } }).ctx)).toBe(expected);
  });

  test('all artifacts of a policy get the same moment', async () => {
    const tagger = await make('dateTime', { timezone: 'UTC' });
    const first = await tagger.tag(artifact('a'), world({ now: '2025-01-01T00:00:00.001Z' }).ctx);
    expect(await tagger.tag(artifact('b'), world({ now: '2025-01-01T00:00:00.999Z' }).ctx)).toBe(first);
  });
});

describe('inputDigest', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'digest-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (path: string, content: string): string => {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), content);
    return join(root, path);
  };
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  const digest = (...texts: readonly string[]): string =>
    createHash('sha256')
      .update(`${JSON.stringify(texts.map(md5))}\n`)
      .digest('hex');
  const here = (context: string, rest: Partial<Artifact> = {}): Artifact =>
    artifact('app', { workspace: join(root, context), context, ...rest });
  const tagOf = async (
    one: Artifact,
    inputs: readonly string[],
    others: readonly Artifact[] = [],
    cwd = root,
  ): Promise<string> => {
    const tagger = await make(
      'inputDigest',
      {},
      async (asked) => (asked === one ? inputs : [join(asked.workspace, 'r')]),
      others,
    );
    return tagger.tag(one, world({ cwd }).ctx);
  };

  test('hashes names within the context and contents, in the order of the paths', async () => {
    const inputs = [write('svc/b/1', 'one'), write('svc/a', 'two'), write('svc/Z', 'three')];
    expect(await tagOf(here('svc'), inputs)).toBe(digest('Zthree', 'atwo', 'b/1one'));
  });

  test('the Dockerfile counts twice, once as seen from the working directory', async () => {
    const inputs = [write('Dockerfile', 'FROM x'), write('a', '1')];
    const spec = { dockerfile: 'Dockerfile' };
    expect(await tagOf(here('.', { spec }), inputs)).toBe(digest('DockerfileFROM x', 'DockerfileFROM x', 'a1'));
    const nested = [write('svc/f', '2')];
    expect(await tagOf(here('svc', { spec }), nested)).toBe(digest('../DockerfileFROM x', 'f2'));
  });

  test('a Dockerfile under dependencies counts, too; what is not there does not', async () => {
    write('D', 'x');
    const spec = { dependencies: { dockerfile: { path: 'D' } } };
    expect(await tagOf(here('.', { spec }), [join(root, 'gone')])).toBe(digest('Dx'));
    expect(await tagOf(here('.', { spec: { dockerfile: 'gone' } }), [])).toBe(digest());
  });

  test('directories and links count by their names, modes not at all', async () => {
    mkdirSync(join(root, 'empty'));
    write('target', 't');
    symlinkSync('target', join(root, 'link'));
    expect(await tagOf(here('.'), [join(root, 'empty'), join(root, 'link')])).toBe(digest('empty', 'link'));
  });

  test('files of required artifacts count, however deep', async () => {
    write('base/r', 'b');
    write('tool/r', 't');
    const tool = artifact('tool', { workspace: join(root, 'tool'), context: 'tool' });
    const base = artifact('base', {
      workspace: join(root, 'base'),
      context: 'base',
      requires: [{ image: 'tool' as ImageName, alias: 'TOOL' }],
    });
    const app = here('svc', { requires: [{ image: 'base' as ImageName, alias: 'BASE' }] });
    expect(await tagOf(app, [write('svc/a', '1')], [base, tool])).toBe(digest('../base/rb', 'a1', '../tool/rt'));
  });
});

describe('customTemplate', () => {
  const tagWith = async (spec: unknown, env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const { ctx } = world({ env: { TZ: 'UTC', ...env }, git: (args) => (args.startsWith('status') ? '' : 'v1') });
    return (await make('customTemplate', spec)).tag(artifact('app'), ctx);
  };
  const component = (name: string, template: string): unknown => ({ name, envTemplate: { template } });

  test.each([
    [{ template: 'fixed' }, 'fixed'],
    [
      { template: '{{.A}}_{{.B}}', components: [component('A', 'a{{.FOO}}'), { name: 'B', sha256: {} }] },
      'afoo_latest',
    ],
    [{ template: '{{.GIT}}-{{.SHA}}-{{slice .DATE 0 4}}' }, 'v1-latest-2025'],
    [{ template: '{{$.A}}{{with .A}}{{.}}{{end}}', components: [component('A', 'x')] }, 'xx'],
    [{ template: '{{.GIT}}', components: [component('GIT', 'own')] }, 'own'],
    [{ template: '{{if eq .A "x"}}yes{{else}}{{.A}}{{end}}', components: [component('A', 'x')] }, 'yes'],
  ])('%j', async (spec, expected) => {
    expect(await tagWith(spec, { FOO: 'foo' })).toBe(expected);
  });

  test('components that are not named are not evaluated', async () => {
    expect(await tagWith({ template: 'x', components: [component('A', '{{.NOPE}}')] })).toBe('x');
  });

  test('one that does not exist is an error, even in a branch that is not taken', async () => {
    await expect(tagWith({ template: '{{if false}}{{.NOPE}}{{end}}' })).rejects.toMatchObject({
      message: expect.stringContaining('NOPE'),
    });
  });

  test.each([
    [
      'the same name twice',
      { template: 'x', components: [component('A', 'x'), component('A', 'y')] },
      'multiple components with name A',
    ],
    [
      'one in another',
      { template: 'x', components: [{ name: 'A', customTemplate: { template: 'x' } }] },
      'nested customTemplate',
    ],
    ['a bad component', { template: 'x', components: [component('A', '{{')] }, 'creating components'],
    ['a component without a policy', { template: 'x', components: [{ name: 'A' }] }, 'exactly one tag policy'],
    ['a syntax error', { template: '{{' }, 'parsing template: template: customTemplate:1'],
    ["one of sprig's functions", { template: '{{.GIT | upper}}' }, 'function "upper" not defined'],
  ])('%s stops the run', async (_what, spec, message) => {
    await expect(make('customTemplate', spec)).rejects.toMatchObject({
      code: 'INIT_CREATE_TAGGER_ERROR',
      message: expect.stringContaining(message),
    });
  });
});
