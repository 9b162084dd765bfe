import { describe, expect, test } from 'vitest';
import { type CommandRun, runCommandLine } from './support.ts';

const kubeconfig = { '/k': 'current-context: now\n' };

async function change(text: string, ...args: string[]): Promise<CommandRun> {
  return runCommandLine(['config', ...args, '-c', 'cfg'], {
    files: { ...kubeconfig, cfg: text },
    env: { KUBECONFIG: '/k' },
  });
}

const plain = `global:
  default-repo: gcr.io/old
  insecure-registries: [z.io]
kubeContexts:
- kube-context: ctx
  default-repo: gcr.io/ctx
`;

describe('config set, in a file without comments', () => {
  test.each([
    [
      ['-g', 'default-repo', 'x.io'],
      'set global value default-repo to x.io\n',
      '  default-repo: x.io\n  insecure-registries:\n    - z.io\n',
    ],
    [
      ['-g', 'multi-level-repo', 'T'],
      'set global value multi-level-repo to T\n',
      '  default-repo: gcr.io/old\n  multi-level-repo: true\n  insecure',
    ],
    [
      ['-g', 'insecure-registries', 'a.io'],
      'set global value insecure-registries to a.io\n',
      '    - z.io\n    - a.io\n',
    ],
    [
      ['-k', 'ctx', 'local-cluster', 'true'],
      'set value local-cluster to true for context ctx\n',
      '  - kube-context: ctx\n    default-repo: gcr.io/ctx\n    local-cluster: true\n',
    ],
    [
      ['-k', 'new', 'default-repo', 'n'],
      'set value default-repo to n for context new\n',
      '    default-repo: gcr.io/ctx\n  - kube-context: new\n    default-repo: "n"\n',
    ],
    [
      ['collect-metrics', 'false'],
      'set value collect-metrics to false for context now\n',
      '  - kube-context: now\n    collect-metrics: false\n',
    ],
  ])('%j', async (args, stdout, part) => {
    const result = await change(plain, 'set', ...args);
    expect(result).toMatchObject({ code: 0, stdout, stderr: '' });
    expect(result.files['/work/cfg']).toContain(part);
  });

  test('without a current context the settings for all are meant; the file is made', async () => {
    const result = await runCommandLine(['config', 'set', 'default-repo', 'r'], { env: { KUBECONFIG: '/none' } });
    expect(result.stdout).toBe('set global value default-repo to r\n');
    const [path, text] = Object.entries(result.files).find(([name]) => name.endsWith('/.skaffold/config')) ?? [];
    expect(path).toBeDefined();
    expect(text).toBe('global:\n  default-repo: r\nkubeContexts: []\n');
  });

  test('what this program does not know stays', async () => {
    const result = await change('global:\n  own: {a: 1}\nmore: [2]\n', 'set', '-g', 'default-repo', 'r');
    expect(result.files['/work/cfg']).toBe(
      'global:\n  default-repo: r\n  own:\n    a: 1\nkubeContexts: []\nmore:\n  - 2\n',
    );
  });
});

describe('config set, in a file with comments', () => {
  const commented = `# all
global: # of all
  # where images go
  default-repo: old # here
  insecure-registries:
    - z.io # z
# contexts
kubeContexts:
  - kube-context: ctx # mine
    local-cluster: false
`;

  test.each([
    [['-g', 'default-repo', 'new'], '  default-repo: old #', '  default-repo: new #'],
    [['-g', 'insecure-registries', 'a.io'], '- z.io # z\n', '- z.io # z\n    - a.io\n'],
    [['-g', 'multi-level-repo', '1'], 'old # here\n', 'old # here\n  multi-level-repo: true\n'],
    [['-g', 'collect-metrics', 'f'], '- z.io # z\n', '- z.io # z\n  collect-metrics: false\n'],
    [['-k', 'ctx', 'local-cluster', 'true'], 'local-cluster: false', 'local-cluster: true'],
    [['-k', 'ctx', 'default-repo', 'd'], '# mine\n', '# mine\n    default-repo: d\n'],
    [
      ['-k', 'c2', 'default-repo', 'd'],
      'cluster: false\n',
      'cluster: false\n  - kube-context: c2\n    default-repo: d\n',
    ],
  ])('%j changes only its lines', async (args, before, after) => {
    const result = await change(commented, 'set', ...args);
    expect(result.code).toBe(0);
    expect(result.files['/work/cfg']).toBe(commented.replace(before, after));
  });

  test('sections that are missing are added', async () => {
    const first = await change('# c\nkubeContexts: [] # none\n', 'set', '-g', 'default-repo', 'r');
    expect(first.files['/work/cfg']).toBe('# c\nglobal:\n  default-repo: r\nkubeContexts: [] # none\n');
    const second = await change('global:\n  default-repo: r # c', 'set', '-k', 'k', 'default-repo', 's');
    expect(second.files['/work/cfg']).toBe(
      'global:\n  default-repo: r # c\nkubeContexts:\n  - kube-context: k\n    default-repo: s\n',
    );
  });

  test('a mapping in braces is written anew', async () => {
    const result = await change('# c\nglobal: {default-repo: old}\n', 'set', '-g', 'local-cluster', 'true');
    expect(result.files['/work/cfg']).toBe('global:\n  default-repo: old\n  local-cluster: true\nkubeContexts: []\n');
  });

  test('unset takes the lines away', async () => {
    const result = await change(commented, 'unset', '-g', 'insecure-registries');
    expect(result.stdout).toBe('unset global value insecure-registries\n');
    expect(result.files['/work/cfg']).toBe(commented.replace(/ {2}insecure-registries:\n.*\n/, ''));
  });
});

describe('config set and unset refuse', () => {
  test.each([
    [['set', '-g', 'no-such-key', 'x'], '"no-such-key"'],
    [['set', '-g', 'survey', 'x'], '"survey"'],
    [['unset', '-g', 'toString'], '"toString"'],
    [['set', '-g', 'local-cluster', 'maybe'], 'maybe'],
    [['set', '-s', '-g', 'disable-prompt', 'true'], '--survey'],
  ])('%j', async (args, named) => {
    const result = await change(plain, ...args);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(named);
    expect(result.files['/work/cfg']).toBe(plain);
  });

  test.each(['a: [', '- 1', 'global: 1', 'kubeContexts: {}', 'kubeContexts: [1]'])('a file like %j', async (text) => {
    const result = await change(text, 'set', '-g', 'default-repo', 'r');
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('/work/cfg');
    expect(result.files['/work/cfg']).toBe(text);
  });
});

test('unset of what is not set writes nothing', async () => {
  const result = await change(plain, 'unset', '-k', 'other', 'default-repo');
  expect(result).toMatchObject({ code: 0, stdout: 'unset value default-repo for context other\n' });
  expect(result.files['/work/cfg']).toBe(plain);
});

describe('config list', () => {
  test('the first entry that matches', async () => {
    const text = 'kubeContexts:\n- kube-context: c.*\n  local-cluster: true\n  default-repo: a\n- kube-context: c9\n';
    const result = await change(text, 'list', '-k', 'c9');
    expect(result).toMatchObject({
      code: 0,
      stdout: 'skaffold config: cfg\nkube-context: c.*\ndefault-repo: a\nlocal-cluster: true\n',
    });
  });

  test('no entry', async () => {
    expect(await change(plain, 'list')).toMatchObject({
      code: 0,
      stdout: 'No config found for current context "now"\n',
    });
  });

  test('--all', async () => {
    const result = await change(plain, 'list', '-a');
    expect(result.stdout).toBe(
      'skaffold config: cfg\nglobal:\n  default-repo: gcr.io/old\n  insecure-registries:\n    - z.io\nkubeContexts:\n  - kube-context: ctx\n    default-repo: gcr.io/ctx\n',
    );
    expect(await change('', 'list', '-a')).toMatchObject({ code: 0, stdout: '' });
  });
});
