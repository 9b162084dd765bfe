import { describe, expect, test } from 'vitest';
import { chooseTags } from '../../../src/tag/choose.ts';
import { artifact, module, world } from './support.ts';

const noInputs = async (): Promise<readonly string[]> => [];
const env = (template: string) => ({ type: 'envTemplate', spec: { template } });

test('every artifact gets the tag of its own module, in the order asked for', async () => {
  const [one, two, three] = [artifact('one'), artifact('gcr.io/x/two'), artifact('three')];
  const modules = [module({ type: 'sha256', spec: {} }, one, two), module(env('v1'), three)];
  const { ctx } = world();
  const chosen = await chooseTags({ artifacts: [three, one, two], modules, customTag: '', inputsOf: noInputs }, ctx);
  expect(chosen).toEqual([
    { image: 'three', tag: 'three:v1' },
    { image: 'one', tag: 'one:latest' },
    { image: 'gcr.io/x/two', tag: 'gcr.io/x/two:latest' },
  ]);
});

test('a tag from the command line wins, even over a policy that cannot work', async () => {
  const app = artifact('app');
  const modules = [module({ type: 'gitCommit', spec: { variant: 'Nope' } }, app)];
  const chosen = await chooseTags({ artifacts: [app], modules, customTag: 'V2', inputsOf: noInputs }, world().ctx);
  expect(chosen).toEqual([{ image: 'app', tag: 'app:V2' }]);
});

test('an empty tag leaves the image alone', async () => {
  const app = artifact('app');
  const modules = [module(env('{{.EMPTY}}'), app)];
  const { ctx } = world({ env: { EMPTY: '' } });
  expect(await chooseTags({ artifacts: [app], modules, customTag: '', inputsOf: noInputs }, ctx)).toEqual([
    { image: 'app', tag: 'app' },
  ]);
});

describe('what fails for an artifact', () => {
  test.each([
    ['a variable that is not set', env('{{.NOPE}}'), ''],
    ['characters no tag may have', env('a/b'), ''],
    ['a command that is not there', env('{{cmd "gone"}}'), ''],
    ['no git', { type: 'gitCommit', spec: {} }, ''],
    ['an unknown zone', { type: 'dateTime', spec: { timezone: 'No/Where' } }, ''],
    ['an unknown component', { type: 'customTemplate', spec: { template: '{{.NOPE}}' } }, ''],
    ['a bad tag from the command line', { type: 'sha256', spec: {} }, 'a b'],
  ])('%s: latest, with the reason told', async (_what, policy, customTag) => {
    const app = artifact('app');
    const { ctx, events } = world();
    const chosen = await chooseTags(
      { artifacts: [app], modules: [module(policy, app)], customTag, inputsOf: noInputs },
      ctx,
    );
    expect(chosen).toEqual([{ image: 'app', tag: 'app:latest', fallback: expect.stringMatching(/./) }]);
    expect(events).toContainEqual({
      type: 'log',
      level: 'warning',
      message: expect.stringContaining(chosen[0]?.fallback ?? '-'),
    });
  });

  test('bugs are not hidden behind latest', async () => {
    const app = artifact('app');
    const request = {
      artifacts: [app],
      modules: [module({ type: 'inputDigest', spec: {} }, app)],
      customTag: '',
      inputsOf: () => Promise.reject(new TypeError('bug')),
    };
    await expect(chooseTags(request, world().ctx)).rejects.toThrow(TypeError);
  });
});

describe('what cannot work for any artifact stops the run', () => {
  test.each([
    [
      'an unknown variant',
      { type: 'gitCommit', spec: { variant: 'constructor' } },
      'INIT_CREATE_TAGGER_ERROR',
      'constructor',
    ],
    [
      'a syntax error',
      env('{{.A'),
      'INIT_CREATE_TAGGER_ERROR',
      'parsing template: template: envTemplate:1: unclosed action',
    ],
    ['an unknown function', env('{{nofunc}}'), 'INIT_CREATE_TAGGER_ERROR', 'function "nofunc" not defined'],
    ['an unknown policy', { type: 'moonPhase', spec: {} }, 'NOT_SUPPORTED', 'moonPhase'],
  ])('%s', async (_what, policy, code, message) => {
    const app = artifact('app');
    const request = { artifacts: [app], modules: [module(policy, app)], customTag: '', inputsOf: noInputs };
    await expect(chooseTags(request, world().ctx)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});
