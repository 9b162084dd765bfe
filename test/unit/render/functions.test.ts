import { describe, expect, test } from 'vitest';
import type { Module } from '../../../src/core/project.ts';
import type { FakeProgram } from '../../support/fake-exec.ts';
import { moduleOf, pod, rawYaml, render } from './harness.ts';

const labels = { name: 'set-labels', configMap: ['b:2:3', 'a:1', 'a:0'] };
const labelsImage = 'ghcr.io/kptdev/krm-functions-catalog/set-labels:v0.1.5';

function withFunctions(base: Module, transform: readonly unknown[], validate: readonly unknown[] = []): Module {
  return { ...base, manifestTransforms: { transform, validate, hooks: {} } };
}

/** kpt that prints what it reads, and keeps what it read. */
function kptOf(change: (text: string) => string = (text) => text): { program: FakeProgram; inputs: string[] } {
  const inputs: string[] = [];
  return {
    inputs,
    program: (_args, { input }) => {
      inputs.push(input);
      return { stdout: change(input) };
    },
  };
}

describe('manifests.transform', () => {
  test('sees manifests as they are written, before parameters, images and labels', async () => {
    const files = {
      '/work/a.yaml': 'kind: Pod # from-param: $' + '{kind}\nspec: {image: app}\n',
      '/work/b.yaml': `---\n${pod('b')}---\n# nothing\n`,
    };
    const kpt = kptOf((text) => text.replace('name: b', 'name: c'));
    const module = withFunctions(rawYaml('a.yaml', 'b.yaml'), [labels]);
    const { text, calls, sources } = await render(
      [module],
      { files, programs: { kpt: kpt.program } },
      { setValues: ['kind=Job'] },
    );
    expect(calls).toEqual([`kpt fn eval -i ${labelsImage} -o unwrap - -- a=0 b=2:3`]);
    expect(kpt.inputs[0]).toBe(`${files['/work/a.yaml']}---\n${pod('b')}---\n# nothing\n`);
    expect(text).toBe(
      'kind: Job\nspec:\n  image: app\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: c\nspec:\n  image: r.io/app:v1\n',
    );
    expect(sources).toEqual(['kpt fn eval set-labels', 'kpt fn eval set-labels']);
  });

  test('runs one function after the other, over all plain sources together', async () => {
    const kpt = kptOf();
    const kubectl: FakeProgram = () => ({ stdout: pod('remote') });
    const base = moduleOf({
      manifests: [
        { type: 'rawYaml', spec: ['a.yaml'] },
        { type: 'remoteManifests', spec: [{ manifest: 'prod:pod/x', kubeContext: 'far' }] },
      ],
    });
    const module = withFunctions(base, [{ name: 'create-setters' }, { name: 'apply-setters', configMap: ['x:y'] }]);
    const { calls, text } = await render([module], {
      files: { '/work/a.yaml': pod('a') },
      programs: { kpt: kpt.program, kubectl },
    });
    expect(calls).toEqual([
      'kubectl --context far --namespace prod get pod/x -o yaml',
      'kpt fn eval -i ghcr.io/kptdev/krm-functions-catalog/create-setters:v0.1.3 -o unwrap - --',
      'kpt fn eval -i ghcr.io/kptdev/krm-functions-catalog/apply-setters:v0.2.4 -o unwrap - -- x=y',
    ]);
    expect(text.match(/name: .*/g)).toEqual(['name: a', 'name: remote']);
  });

  test('may leave nothing', async () => {
    const module = withFunctions(rawYaml('a.yaml'), [labels]);
    const files = { '/work/a.yaml': pod('a') };
    expect((await render([module], { files, programs: { kpt: () => ({}) } })).text).toBe('\n');
  });

  test('says which function failed', async () => {
    const module = withFunctions(rawYaml('a.yaml'), [labels]);
    const kpt: FakeProgram = () => ({ exitCode: 4, stderr: 'broke\n' });
    const error = render([module], { files: { '/work/a.yaml': pod('a') }, programs: { kpt } });
    await expect(error).rejects.toMatchObject({
      code: 'RENDER_TRANSFORM_MANIFEST_ERR',
      exitCode: undefined,
      message: expect.stringMatching(/set-labels.*exit status 4: broke/),
    });
  });

  test('names a function whose output is no YAML', async () => {
    const module = withFunctions(rawYaml('a.yaml'), [labels]);
    const kpt: FakeProgram = () => ({ stdout: 'a: 1\nb: [' });
    const error = render([module], { files: { '/work/a.yaml': pod('a') }, programs: { kpt } });
    await expect(error).rejects.toMatchObject({
      code: 'MANIFEST_PARSE_ERR',
      diagnostics: [{ at: { file: 'kpt fn eval set-labels', line: 2 } }],
    });
  });

  test('needs kpt', async () => {
    const module = withFunctions(rawYaml('a.yaml'), [labels]);
    const error = render([module], { files: { '/work/a.yaml': pod('a') } });
    await expect(error).rejects.toMatchObject({
      code: 'COMMAND_NOT_FOUND',
      message: expect.stringContaining('set-labels'),
    });
  });
});

describe('manifests.validate', () => {
  test('looks at what is going to be printed, one function after the other', async () => {
    const kpt = kptOf(() => 'ignored: true');
    const module = withFunctions(
      rawYaml('a.yaml'),
      [],
      [{ name: 'kubeval', configMap: ['a:b'] }, { name: 'gatekeeper' }],
    );
    const files = { '/work/a.yaml': pod('a') };
    const { text, calls, warnings } = await render([module], { files, programs: { kpt: kpt.program } });
    expect(calls).toEqual([
      'kpt fn eval -i gcr.io/kpt-fn/kubeval:v0.1 -o unwrap - --',
      'kpt fn eval -i gcr.io/kpt-fn/gatekeeper:v0.2.1 -o unwrap - --',
    ]);
    expect(kpt.inputs).toEqual([text, text]);
    expect(text).toContain('image: r.io/app:v1');
    expect(warnings).toHaveLength(1);
  });

  test('ends the run with the exit code of the function', async () => {
    const module = withFunctions(rawYaml('a.yaml'), [], [{ name: 'kubeval' }]);
    const kpt: FakeProgram = () => ({ exitCode: 3, stdout: 'bad spec' });
    const error = render([module], { files: { '/work/a.yaml': pod('a') }, programs: { kpt } });
    await expect(error).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      exitCode: 3,
      message: expect.stringMatching(/kubeval.*exit status 3: bad spec/),
    });
  });
});

describe('manifests.kpt', () => {
  const rendered = [
    'apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata: {name: p}\n',
    'kind: ConfigMap\nmetadata:\n  annotations: {config.kubernetes.io/local-config: "true"}\n',
    `# kept for functions\n${pod('a')}`,
  ].join('---\n');
  const packages = (...spec: string[]): Module => moduleOf({ manifests: [{ type: 'kpt', spec }] });

  test('takes what kpt makes of each package but what is meant for kpt', async () => {
    const { text, calls, sources } = await render([packages('p', '/q')], {
      programs: { kpt: () => ({ stdout: rendered }) },
    });
    expect(calls).toEqual(['kpt fn render p -o unwrap', 'kpt fn render /q -o unwrap']);
    expect(text.match(/^kind: .*|image: .*/gm)).toEqual([
      'kind: Pod',
      'image: r.io/app:v1',
      'kind: Pod',
      'image: r.io/app:v1',
    ]);
    expect(sources).toEqual(['kpt fn render p', 'kpt fn render /q']);
  });

  test('takes a lone List apart', async () => {
    const stdout = 'kind: List\nitems:\n- kind: A\n- kind: B\n';
    const { text } = await render([packages('p')], { programs: { kpt: () => ({ stdout }) } });
    expect(text).toBe('kind: A\n---\nkind: B\n');
  });

  test('sets parameters with a function, after the others', async () => {
    const kpt = kptOf((text) => (text === '' ? rendered : text));
    const module = withFunctions(packages('p'), [{ name: 'set-namespace', configMap: ['namespace:x'] }]);
    const { calls } = await render([module], { programs: { kpt: kpt.program } }, { setValues: ['b=2', 'a=1'] });
    expect(calls.slice(1)).toEqual([
      'kpt fn eval -i ghcr.io/kptdev/krm-functions-catalog/set-namespace:v0.4.1 -o unwrap - -- namespace=x',
      'kpt fn eval -i ghcr.io/kptdev/krm-functions-catalog/apply-setters:v0.2.4 -o unwrap - -- a=1 b=2',
    ]);
    expect(kpt.inputs[1]).toBe(`# kept for functions\n${pod('a')}`);
  });

  test('ends with the exit code of kpt', async () => {
    const kpt: FakeProgram = () => ({ exitCode: 5, stderr: 'broke' });
    await expect(render([packages('p')], { programs: { kpt } })).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      exitCode: 5,
      message: expect.stringContaining('broke'),
    });
    await expect(render([packages('p')], {})).rejects.toMatchObject({
      code: 'COMMAND_NOT_FOUND',
      message: expect.stringContaining('manifests.kpt'),
    });
  });
});

describe('manifests.remoteManifests', () => {
  const remote = (manifest: string): Module =>
    moduleOf({ manifests: [{ type: 'remoteManifests', spec: [{ manifest }] }] });

  test('takes a lone List apart, and replaces images', async () => {
    const stdout = `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, spec: {image: app}}\n`;
    const { text, calls } = await render([remote('pods')], { programs: { kubectl: () => ({ stdout }) } });
    expect(text).toBe('apiVersion: v1\nkind: Pod\nspec:\n  image: r.io/app:v1\n');
    expect(calls).toEqual(['kubectl get pods -o yaml']);
  });

  test('says what could not be read', async () => {
    const kubectl: FakeProgram = () => ({ exitCode: 1, stderr: 'refused' });
    await expect(render([remote('x:y')], { programs: { kubectl } })).rejects.toMatchObject({
      code: 'DEPLOY_READ_REMOTE_MANIFEST_ERR',
      message: expect.stringMatching(/x:y.*refused/),
    });
  });
});
