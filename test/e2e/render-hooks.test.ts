import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Workbench, workbench } from '../support/cli.ts';

let bench: Workbench | undefined;
afterEach(() => bench?.remove());

const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n';

/** A project with shell commands as hooks. */
function projectWith(hooks: {
  readonly before?: string;
  readonly after?: string;
  readonly withChange?: boolean;
}): Workbench {
  const { before, after, withChange = false } = hooks;
  const shell = (script: string): object => ({ command: ['sh', '-c', script] });
  const manifests = {
    rawYaml: ['pod.yaml'],
    hooks: {
      ...(before === undefined ? {} : { before: [{ host: shell(before) }] }),
      ...(after === undefined ? {} : { after: [{ host: { ...shell(after), withChange } }] }),
    },
  };
  const config = { apiVersion: 'skaffold/v4beta13', kind: 'Config', manifests };
  return workbench({ 'skaffold.yaml': JSON.stringify(config), 'pod.yaml': pod, 'out.yaml': 'before\n' });
}

const flags = ['render', '--digest-source=tag'];

test('what a hook before prints stands in front of the manifests, the rest on standard error', async () => {
  bench = projectWith({ before: 'echo two >&2; echo one; echo three >&2', after: 'cat >seen; echo three' });
  const { code, stdout, stderr } = await bench.run(flags);
  expect([code, stdout]).toEqual([0, `two\none\nthree\n${pod}`]);
  expect(bench.read('seen')).toBe(pod);
  expect(stderr).toContain('three\n');
  expect(stderr.indexOf('Completed pre-render hooks')).toBeLessThan(stderr.indexOf('Starting post-render hooks'));
});

test('a hook may change megabytes of manifests', async () => {
  bench = projectWith({ after: 'sed "s/name: web/name: api/"', withChange: true });
  const many = Array.from({ length: 20_000 }, (_, index) => `${pod}  labels: {n: "${index}"}\n`).join('---\n');
  bench.write({ 'pod.yaml': many });
  const { code } = await bench.run([...flags, '-o', 'out.yaml']);
  expect(code).toBe(0);
  const text = bench.read('out.yaml');
  expect(text.match(/name: api\n/g)).toHaveLength(20_000);
  expect(text).not.toContain('name: web');
});

test('a hook that fails decides the exit code, and the output file stays', async () => {
  bench = projectWith({ after: 'cat; exit 7', withChange: true });
  const { code, stderr } = await bench.run([...flags, '-o', 'out.yaml']);
  expect(code).toBe(7);
  expect(stderr).toContain('exit status 7');
  expect(bench.read('out.yaml')).toBe('before\n');
});

test('Ctrl-C ends a hook with all its children, and the output file stays', async () => {
  bench = projectWith({ after: 'echo $$ >hook; sleep 300 & echo $! >child; wait' });
  const { child, done } = bench.start([...flags, '-o', 'out.yaml']);
  while (!existsSync(bench.path('child'))) await sleep(20);
  await sleep(50);
  child.kill('SIGINT');
  expect((await done).code).toBe(130);
  const left = ['hook', 'child'].map((file) => bench?.read(file) ?? '');
  await expect.poll(() => left.map(isRunning)).toEqual([false, false]);
  expect(bench.read('out.yaml')).toBe('before\n');
});

/** A process that has ended but that nobody has waited for does not count. */
function isRunning(pid: string): boolean {
  try {
    process.kill(Number(pid), 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid.trim()}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
