import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Run {
  readonly child: ChildProcess;
  /** Where the script makes its temporary files. */
  readonly temporary: string;
  readonly done: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
  /** Resolves when standard output holds the text. */
  shows(text: string): Promise<void>;
}

function quickstart(args: readonly string[] = [], directory: string = root): Run {
  const temporary = temporaryDirectory();
  const env = {
    ...process.env,
    TMPDIR: temporary,
    SKAFFOLD_PROFILE: 'of-the-user',
    SKAFFOLD_DEFAULT_REPO: 'user.example.com',
  };
  const child = spawn(process.execPath, ['scripts/quickstart.mjs', ...args], { cwd: directory, env });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (text: Buffer) => {
      output[stream] += text.toString();
    });
  }
  const done = new Promise<{ code: number | null } & typeof output>((resolve) => {
    child.once('close', (code) => resolve({ code, ...output }));
  });
  const shows = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (output.stdout.includes(text)) resolve();
      };
      child.stdout.on('data', look);
      look();
      done.then(() => reject(new Error(`ended without showing "${text}": ${output.stdout}${output.stderr}`)));
    });
  return { child, temporary, done, shows };
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-quickstart-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('it shows a manifest pinned to what the registry serves, and leaves nothing behind', async () => {
  const { done, temporary } = quickstart();
  const { code, stdout, stderr } = await done;
  expect(code, stderr).toBe(0);
  const [, image = ''] =
    /^ {4}- image: (127\.0\.0\.1:\d+\/getting-started:\S+@sha256:[0-9a-f]{64})$/m.exec(stdout) ?? [];
  expect(stdout).toContain(`The registry serves these bytes: ${image}\n`);
  expect(readdirSync(temporary)).toEqual([]);
});

test('with --keep the registry serves until Ctrl-C, which leaves nothing behind', async () => {
  const { child, done, shows, temporary } = quickstart(['--keep']);
  await shows('Ctrl-C ends the registry');
  const [kept = ''] = readdirSync(temporary);
  const { builds } = JSON.parse(readFileSync(join(temporary, kept, 'artifacts.json'), 'utf8')) as {
    builds: [{ tag: string }];
  };
  const [, host, name, digest] = /^([^/]+)\/([^:@]+):[^@]+@(.+)$/.exec(builds[0].tag) ?? [];
  const url = `http://${host}/v2/${name}/manifests/${digest}`;
  expect((await fetch(url, { method: 'HEAD' })).headers.get('docker-content-digest')).toBe(digest);
  child.kill('SIGINT');
  expect((await done).code).toBe(130);
  expect(readdirSync(temporary)).toEqual([]);
  await expect(fetch(url)).rejects.toThrow();
});

test.each(['registry serve', 'build', 'render'])('stopped during %s it leaves nothing behind', async (command) => {
  const { child, done, shows, temporary } = quickstart();
  await shows(`$ slipway ${command}`);
  child.kill('SIGTERM');
  expect((await done).code).toBe(143);
  expect(readdirSync(temporary)).toEqual([]);
});

test('a build that fails ends it with 1, and leaves nothing behind', async () => {
  const directory = temporaryDirectory();
  for (const path of ['scripts/quickstart.mjs', 'examples/getting-started']) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    cpSync(join(root, path), join(directory, path), { recursive: true });
  }
  symlinkSync(join(root, 'dist'), join(directory, 'dist'));
  writeFileSync(join(directory, 'examples/getting-started/Dockerfile'), 'FROM scratch\nCOPY missing /\n');
  const { done, temporary } = quickstart([], directory);
  const { code, stderr } = await done;
  expect([code, stderr.includes('quickstart: slipway build ended with exit code 1')]).toEqual([1, true]);
  expect(readdirSync(temporary)).toEqual([]);
});
