import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliResult, seeded, type Workbench, workbench } from '../support/cli.ts';
import { docker } from '../support/engine-context.ts';
import { services } from '../support/services.ts';

/** RUN in the embedded engine, as the program does it: what it shows to a command, and what it leaves behind. */
const rounds = process.env['SLIPWAY_SOAK'] === '1' ? 1000 : 50;
const config = `apiVersion: skaffold/v4beta14
kind: Config
build:
  local: {push: false}
  tagPolicy:
    envTemplate: {template: v1}
  artifacts:
  - image: app
    docker:
      secrets: [{id: token, env: TOKEN}]
`;

let bench: Workbench;
let base: string;
beforeAll(() => {
  bench = workbench({ 'skaffold.yaml': config });
  base = `FROM ${services().registry}/busybox:1
SHELL ["/bin/busybox", "sh", "-c"]
RUN /bin/busybox --install -s /bin && mkdir -p /etc /tmp && echo "root:x:0:0::/root:/bin/sh" > /etc/passwd
SHELL ["/bin/sh", "-c"]
`;
});
afterAll(() => bench?.remove());

const args = ['build', '--engine=embedded', '--cache-artifacts=false', '--interactive=false'];

function build(dockerfile: string, more: readonly string[] = [], env: Record<string, string> = {}): Promise<CliResult> {
  bench.write({ Dockerfile: base + dockerfile });
  return bench.run([...args, ...more], { env: { TOKEN: 'nobody-may-see-this', ...env } });
}

const cache = (): string => join(bench.home, '.cache/slipway');
const runs = (): string => join(cache(), 'sandbox/runs');

/** Processes of this machine that do something with a text on their command line. */
function processesWith(marker: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(marker);
    } catch {
      return false;
    }
  });
}

/** A program of this machine and the libraries that it is linked with; the program first. */
function programFiles(name: string): readonly string[] {
  const program = execFileSync('which', [name], { encoding: 'utf8' }).trim();
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(/g);
  return [program, ...[...libraries].map(([, path = '']) => path)];
}

/** Processes whose root or working directory is below a path. */
function processesBelow(path: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return ['root', 'cwd'].some((name) => readlinkSync(`/proc/${pid}/${name}`).startsWith(path));
    } catch {
      return false;
    }
  });
}

async function settled(check: () => readonly string[]): Promise<readonly string[]> {
  for (let attempt = 0; attempt < 50 && check().length > 0; attempt += 1) await new Promise((r) => setTimeout(r, 100));
  return check();
}

describe.each(['root', 'userns', 'chroot'])('the sandbox %s', (kind) => {
  const own = [`--sandbox=${kind}`];

  test('runs a command, keeps what it changed, and does not run it again', async () => {
    const dockerfile = `ENV SEEN=${kind}\nRUN mkdir /d && echo $SEEN > /d/f && rm /etc/passwd\nRUN cat /d/f && ! test -e /etc/passwd\n`;
    const first = await build(dockerfile, own);
    expect(first.code, first.stderr + first.stdout).toBe(0);
    expect(first.stdout).toContain(`\n${kind}\n`);
    const second = await build(dockerfile, own);
    expect(second.stdout.split('Using cache').length).toBe(4);
    expect(readdirSync(runs())).toEqual([]);
  });

  test('says where a command failed, how, and what it printed last', async () => {
    const { code, stderr } = await build(`RUN echo ${kind} before && echo at fault >&2 && exit 7\n`, own);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Dockerfile:5: .*exit code 7/);
    expect(stderr).toContain('at fault');
    expect(readdirSync(runs())).toEqual([]);
  });

  test('shows a command nothing of the machine', async () => {
    const home = process.env['HOME'] ?? '/root';
    const checks = [
      `test ! -e ${bench.directory}`,
      `test ! -e ${home}/.ssh`,
      'test -z "$DOCKER_CONFIG$XDG_CACHE_HOME$PRIVATE"',
      'test ! -S /var/run/docker.sock',
      `mkdir -p /x && chroot /x /bin/true 2>/dev/null; cd / && for i in 1 2 3 4 5 6 7 8 9; do cd ..; done; test ! -e .${bench.directory}`,
    ];
    const result = await build(`RUN ${checks.join(' && \\\n    ')}\n`, own, { PRIVATE: 'p' });
    expect(result.code, result.stderr).toBe(0);
  });

  test('leaves no file open that the program was started with', async () => {
    bench.write({
      private: 'of the machine',
      Dockerfile: `${base}RUN ls -l /proc/self/fd; cat /proc/self/fd/40 2>/dev/null; echo looked ${kind}\n`,
    });
    const file = openSync(bench.path('private'), 'r');
    const result = await bench.run([...args, ...own], { env: { TOKEN: 't' }, extraFile: file });
    closeSync(file);
    expect(result.stdout).toContain(`\nlooked ${kind}\n`);
    expect(result.stdout).not.toMatch(/private|of the machine/);
  });

  test('ends what a command leaves running', async () => {
    const result = await build(`RUN (sleep 98765.${kind.length} &) ; echo ${kind} started\n`, own);
    expect(result.code, result.stderr).toBe(0);
    expect(await settled(() => processesWith(`98765.${kind.length}`))).toEqual([]);
  });

  test('ends with the program, however that ends', async () => {
    const marker = `87654.${kind.length}`;
    bench.write({ Dockerfile: `${base}RUN echo begun; (sleep ${marker} &); sleep ${marker}\n` });
    const { child, done } = bench.start([...args, ...own], { env: { TOKEN: 't' } });
    await new Promise<void>((resolve) =>
      child.stdout?.on('data', (text) => /^begun$/m.test(String(text)) && resolve()),
    );
    child.kill('SIGKILL');
    await done;
    expect(await settled(() => processesWith(marker))).toEqual([]);
  });
});

test('a command has no rights over the machine', async () => {
  const checks = [
    '! mount -t tmpfs tmpfs /mnt 2>/dev/null',
    '! mount -t proc proc /proc 2>/dev/null',
    '! (echo x > /proc/sys/kernel/core_pattern) 2>/dev/null',
    '! (echo b > /proc/sysrq-trigger) 2>/dev/null',
    '{ mknod /disk b 8 0 || true; } 2>/dev/null; ! cat /disk > /dev/null 2>&1',
    `test "$(ls /proc | grep -c '^[0-9]')" -lt 8`,
    '! hostname other 2>/dev/null',
  ];
  const result = await build(`RUN mkdir -p /mnt\nRUN ${checks.join(' && \\\n    ')}\n`);
  expect(result.code, result.stderr).toBe(0);
});

test('a secret is there for its command, and nowhere else', async () => {
  const dockerfile = `RUN --mount=type=secret,id=token,target=/run/t,required test "$(wc -c </run/t)" = 19 && stat -c %a /run/t
RUN --mount=type=secret,id=token,env=PASS test "\${#PASS}" = 19 && ! test -e /run/t
RUN --mount=type=secret,id=token,env=PASS echo "it is $PASS"\n`;
  const result = await build(dockerfile);
  expect(result.code, result.stderr).toBe(0);
  expect(result.stdout).toContain('\n400\n');
  expect(result.stdout + result.stderr).not.toContain('nobody-may-see-this');
  for (const entry of readdirSync(cache(), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = readFileSync(join(entry.parentPath, entry.name));
    expect(content.includes('nobody-may-see-this'), entry.name).toBe(false);
  }
  const missing = await build('RUN --mount=type=secret,id=other,required true\n');
  expect(missing.stderr).toMatch(/Dockerfile:5: .*"other"/);
});

test('a command speaks with the SSH agent of the build, wherever its files lie, and finds none otherwise', async () => {
  const heard: string[] = [];
  const agent = createServer((socket) => {
    socket.on('data', (text) => {
      heard.push(String(text));
      socket.end('the agent answers\n');
    });
  });
  await new Promise<void>((resolve) => agent.listen(bench.path('agent'), resolve));
  bench.write({ 'ssh.yaml': config.replace('docker:\n', 'docker:\n      ssh: default\n') });
  const perl = programFiles('perl');
  for (const file of perl) {
    mkdirSync(dirname(bench.path(`perl${file}`)), { recursive: true });
    copyFileSync(realpathSync(file), bench.path(`perl${file}`));
  }
  const client = `socket(S, 1, 1, 0); connect(S, pack("S a*", 1, $ENV{SSH_AUTH_SOCK})) or die $!; syswrite(S, "asked\\n"); print <S>`;
  const asked = `${perl[0]} -e '${client}'`;
  const env = { SSH_AUTH_SOCK: bench.path('agent'), SLIPWAY_CACHE_DIR: join(bench.home, 'x'.repeat(100)) };
  const run = (command: string, more: Record<string, string> = env): Promise<CliResult> =>
    build(`RUN ${command}\n`, ['-f', 'ssh.yaml'], more);
  try {
    for (const kind of ['root', 'userns', 'chroot']) {
      const { code, stdout, stderr } = await build(
        `COPY perl /\nRUN --mount=type=ssh ${asked} && echo ${kind}\n`,
        ['-f', 'ssh.yaml', `--sandbox=${kind}`],
        env,
      );
      expect(code, stderr).toBe(0);
      expect(stdout).toContain('\nthe agent answers\n');
    }
    expect(heard).toEqual(['asked\n', 'asked\n', 'asked\n']);
    expect((await run('test -z "$SSH_AUTH_SOCK"')).code).toBe(0);
    const long = await run(`--mount=type=ssh,target=/${'y'.repeat(107)} true`);
    expect(long.stderr).toMatch(/Dockerfile:5: .*107 bytes/);
    const missing = await run('--mount=type=ssh,required true', { SSH_AUTH_SOCK: '/nowhere/agent' });
    expect(missing.stderr).toMatch(/Dockerfile:5: .*nowhere/);
  } finally {
    await new Promise((resolve) => agent.close(resolve));
  }
});

test('a cache outlives its build, a bound directory does not change, neither is in the image', async () => {
  bench.write({ 'src/a': 'a' });
  const dockerfile = (
    salt: string,
  ): string => `RUN --mount=type=cache,target=/c echo ${salt} >> /c/list && cp /c/list /list
RUN --mount=type=bind,source=src,target=/s,rw echo ${salt} > /s/own && cat /s/a
RUN cat /list && ! test -e /c && ! test -e /s\n`;
  await build(dockerfile('one'));
  const { code, stdout, stderr } = await build(dockerfile('two'));
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('\none\ntwo\n');
  expect(readdirSync(bench.path('src'))).toEqual(['a']);
});

test('a change of what a command sees by a mount builds again; of what it does not see, it does not', async () => {
  const image = `${services().registry}/mounted:1`;
  const push = (text: string): void => {
    const context = bench.path(`mounted-${text}`);
    bench.write({ [`mounted-${text}/f`]: text, [`mounted-${text}/Dockerfile`]: 'FROM scratch\nCOPY f /f\n' });
    docker(['build', '--quiet', '--tag', image, context]);
    docker(['push', image]);
  };
  push('first');
  bench.write({
    'src/seen': 'one',
    'src/deep/seen': 'one',
    other: 'one',
    Dockerfile: `${base}RUN --mount=source=src,target=/s --mount=from=${image},target=/m cat /s/seen /s/deep/seen /m/f > /all; cat /all; echo " was read"\n`,
  });
  const cached = args.filter((arg) => !arg.startsWith('--cache-artifacts'));
  const steps = async (): Promise<string> => {
    const { code, stdout, stderr } = await bench.run(cached, { env: { TOKEN: 't' } });
    expect(code, stderr).toBe(0);
    return /^\S+(?= was read$)/m.exec(stdout)?.[0] ?? 'nothing was built';
  };
  expect(await steps()).toBe('oneonefirst');
  bench.write({ other: 'two' });
  expect(await steps()).toBe('nothing was built');
  bench.write({ 'src/seen': 'two' });
  expect(await steps()).toBe('twoonefirst');
  bench.write({ 'src/deep/seen': 'two' });
  expect(await steps()).toBe('twotwofirst');
  push('second');
  expect(await steps()).toBe('twotwosecond');
});

test('heredocs are scripts, programs, or what the shell makes of them', async () => {
  const dockerfile = `RUN <<EOF
echo "one $HOME"
echo two
EOF
RUN <<EOF
#!/bin/sh -e
echo three $0
EOF
RUN cat <<A && echo five
four $((2 + 2))
A\n`;
  const { code, stdout, stderr } = await build(dockerfile);
  expect(code, stderr).toBe(0);
  for (const line of ['one /root', 'two', 'three /dev/pipes/EOF', 'four 4', 'five'])
    expect(stdout).toContain(`\n${line}\n`);
});

test('what cannot be done is refused with its place', async () => {
  for (const [dockerfile, problem] of [
    ['RUN --security=insecure true\n', /Dockerfile:5: .*insecure/],
    ['USER nobody-here\nRUN true\n', /Dockerfile:6: .*nobody-here/],
    ['RUN --mount=type=cache,target=/a --mount=type=cache,target=/a/b true\n', /Dockerfile:5: .*inside another mount/],
    ['RUN no-such-program\n', /Dockerfile:5: .*exit code 127/],
  ] as const) {
    const { code, stderr } = await build(dockerfile);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(problem);
  }
});

test('eight builds at once on one checkout come to the same image', async () => {
  rmSync(cache(), { recursive: true, force: true });
  bench.write({
    Dockerfile: `${base}RUN --mount=type=cache,target=/c,sharing=locked mkdir /m && sleep 0.2 && touch -d @5 /m/f /m\n`,
  });
  const env = { TOKEN: 't', SOURCE_DATE_EPOCH: '10' };
  const all = await Promise.all(Array.from({ length: 8 }, () => bench.run([...args, '-q'], { env })));
  expect(all.map(({ code, stderr }) => [code, stderr.includes('error')])).toEqual(all.map(() => [0, false]));
  expect(new Set(all.map(({ stdout }) => stdout)).size).toBe(1);
  expect(readdirSync(runs())).toEqual([]);
});

test(`a build killed at any of ${rounds} moments leaves no process and no mount, and the next one cleans up`, async () => {
  const random = seeded(7);
  for (let round = 0; round < rounds; round += 1) {
    bench.write({
      Dockerfile: `${base}RUN echo ${round}; (sleep 76543.25 &); sleep 0.2\nRUN echo ${round} > /n && sleep 0.1\n`,
    });
    const { child, done } = bench.start(args, { env: { TOKEN: 't' } });
    const timer = setTimeout(() => child.kill('SIGKILL'), 60 + random() * 700);
    await done;
    clearTimeout(timer);
  }
  expect(await settled(() => [...processesWith('76543.25'), ...processesBelow(cache())])).toEqual([]);
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(bench.home);
  const next = await build('RUN echo fine > /f\n');
  expect(next.code, next.stderr).toBe(0);
  expect(existsSync(runs()) ? readdirSync(runs()) : []).toEqual([]);
}, 3_600_000);

test('Ctrl-C ends a command at once and leaves nothing', async () => {
  bench.write({ Dockerfile: `${base}RUN echo begun; sleep 65432.5\n` });
  const { child, done } = bench.start(args, { env: { TOKEN: 't' } });
  await new Promise<void>((resolve) => child.stdout?.on('data', (text) => /^begun$/m.test(String(text)) && resolve()));
  child.kill('SIGINT');
  expect((await done).code).toBe(130);
  expect(await settled(() => processesWith('65432.5'))).toEqual([]);
  expect(readdirSync(runs())).toEqual([]);
});
