import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { program, type Workbench, workbench } from '../support/cli.ts';

/** apt and node in the sandbox of the embedded engine, over a Debian made here: many owners, many modes, a package manager. */
let bench: Workbench;

const config = `apiVersion: skaffold/v4beta14
kind: Config
build:
  local: {push: false}
  tagPolicy:
    envTemplate: {template: v1}
  artifacts:
  - image: app
`;
const dockerfile = `FROM scratch AS debian
ADD debian.tar /
FROM debian
RUN apt-get update && apt-get install -y --no-install-recommends hello && hello
RUN stat -c "%U %a" /var/cache/apt/archives/partial && dpkg --verify hello
RUN --mount=source=node,target=/usr/bin/node node -e 'require("fs").writeFileSync("/made", "by node\\n")' && cat /made
USER nobody
RUN id -un && touch /tmp/own && stat -c %U /tmp/own && ! touch /etc/other 2>/dev/null
`;
const args = ['build', '--engine=embedded', '--cache-artifacts=false', '--interactive=false'];

beforeAll(() => {
  bench = workbench({ 'skaffold.yaml': config, Dockerfile: dockerfile });
  execFileSync('mmdebstrap', ['--quiet', '--variant=minbase', 'bookworm', bench.path('debian.tar')]);
  copyFileSync(realpathSync(process.execPath), bench.path('node'));
}, 600_000);
afterAll(() => bench?.remove());

function expectDebian(stdout: string): void {
  for (const line of ['Hello, world!', '_apt 700', 'by node', 'nobody'])
    expect(stdout.split('\n'), line).toContain(line);
}

test('as root, in namespaces of root', async () => {
  const { code, stdout, stderr } = await bench.run([...args, '--sandbox=root']);
  expect(code, stderr).toBe(0);
  expectDebian(stdout);
}, 600_000);

/** Runs the program as a user of its own who has subordinate ids, with a home and a temporary directory below the workbench. */
function asUser(line: readonly string[]): {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const id = '52345';
  const home = join(bench.home, 'user');
  const file = (name: string, text: string): string => {
    writeFileSync(join(bench.home, name), text);
    return join(bench.home, name);
  };
  const passwd = file('passwd', `${readFileSync('/etc/passwd', 'utf8')}builder:x:${id}:${id}::${home}:/bin/sh\n`);
  const ids = file('ids', 'builder:700000:65536\n');
  const script = `mount --bind ${passwd} /etc/passwd && mount --bind ${ids} /etc/subuid && mount --bind ${ids} /etc/subgid &&
install -d -o ${id} -g ${id} ${home} && exec setpriv --reuid ${id} --regid ${id} --clear-groups -- "$@"`;
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TMPDIR: home,
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
  };
  const all = ['--mount', 'sh', '-c', script, 'sh', bench.path('node'), join(bench.home, 'program/main.js'), ...line];
  const { status, stdout, stderr } = spawnSync('unshare', all, { cwd: bench.directory, env, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

test('as a user with subordinate ids, who can remove it all afterwards', () => {
  chmodSync(dirname(bench.home), 0o755);
  // Where this is run from may be closed to others.
  cpSync(dirname(program), join(bench.home, 'program'), { recursive: true });
  const { code, stdout, stderr } = asUser([...args, '--sandbox=userns']);
  expect(code, stderr).toBe(0);
  expectDebian(stdout);
  const layers = join(bench.home, 'user/.cache/slipway/sandbox/subordinate/layers');
  expect(readdirSync(layers).length).toBeGreaterThanOrEqual(4);
  const pruned = asUser(['prune', '--max-size=0']);
  expect([pruned.code, pruned.stderr]).toEqual([0, '']);
  expect(readdirSync(layers)).toEqual([]);
}, 600_000);
