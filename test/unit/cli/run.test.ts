import { describe, expect, test } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import { type FakeHost, fakeHost, fakeSystem, runFake } from './host.ts';

describe('exit codes and streams', () => {
  test('version', async () => {
    const result = await runFake({ args: ['version'] });
    expect(result).toEqual({
      code: 0,
      stdout: 'v2.24.0\n',
      stderr: expect.stringMatching(/^slipway v\d+\.\d+\.\d+, compatible with Skaffold v2\.24\.0\n$/),
    });
  });

  test('no arguments: help on standard output', async () => {
    const result = await runFake({ args: [] });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain('\nUsage:\n  slipway [flags] [options]\n');
  });

  test('usage errors: 127 and standard error', async () => {
    expect(await runFake({ args: ['version', '--nope'] })).toEqual({
      code: 127,
      stdout: '',
      stderr: "unknown flag: --nope\nSee 'slipway version --help' for usage.\n",
    });
  });

  test('completion without a shell is 1, with an unknown one 127', async () => {
    expect((await runFake({ args: ['completion'] })).code).toBe(1);
    expect((await runFake({ args: ['completion', 'csh'] })).code).toBe(127);
  });

  test('a bad log level is 1', async () => {
    expect(await runFake({ args: ['version', '-v', 'loud'] })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'parsing log level: not a valid logrus Level: "loud"\n',
    });
    expect((await runFake({ args: ['version', '-v', 'WARN'] })).code).toBe(0);
  });

  test.each(['run', 'dev', 'deploy', 'verify', 'lsp', 'generate-pipeline'])(
    '%s is not there yet: one line, 1',
    async (command) => {
      const result = await runFake({ args: [command] });
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toMatch(new RegExp(`^slipway ${command}: .*\n$`));
    },
  );

  test('a misspelt flag of a command that is not there yet is still a usage error', async () => {
    expect((await runFake({ args: ['deploy', '--nope'] })).code).toBe(127);
    expect((await runFake({ args: ['deploy', '--help'] })).code).toBe(0);
  });
});

describe('the name it was started by', () => {
  test('skaffold', async () => {
    const path = '/usr/local/bin/skaffold';
    expect((await runFake({ args: ['nope'], path })).stderr).toBe('unknown command "nope" for "skaffold"\n');
    expect((await runFake({ args: ['build', '-h'], path })).stdout).toContain('\n  skaffold build [flags] [options]\n');
    expect((await runFake({ args: ['build', '-h'], path })).stdout).not.toContain('slipway');
    expect((await runFake({ args: ['completion', 'bash'], path })).stdout).toContain(
      'complete -o default -F __skaffold_complete skaffold',
    );
  });

  test.each(['/usr/bin/slipway', '/x/dist/main.js', ''])('%j is slipway', async (path) => {
    expect((await runFake({ args: ['nope'], path })).stderr).toBe('unknown command "nope" for "slipway"\n');
  });
});

describe('SKAFFOLD_CMDLINE', () => {
  test('stands in for missing arguments only', async () => {
    const env = { SKAFFOLD_CMDLINE: "nope 'x y'" };
    expect((await runFake({ args: [], env })).stderr).toBe('unknown command "nope" for "slipway"\n');
    expect((await runFake({ args: ['version'], env })).code).toBe(0);
  });

  test('with an open quote: 1 and not a word', async () => {
    expect(await runFake({ args: [], env: { SKAFFOLD_CMDLINE: 'render "open' } })).toEqual({
      code: 1,
      stdout: '',
      stderr: '',
    });
  });
});

describe('skaffold.env', () => {
  test('adds variables, and never replaces one', async () => {
    const files = { 'skaffold.env': 'SKAFFOLD_VERBOSITY=nonsense\n' };
    expect((await runFake({ args: ['version'], files })).stderr).toContain('"nonsense"');
    expect((await runFake({ args: ['version'], files, env: { SKAFFOLD_VERBOSITY: 'error' } })).code).toBe(0);
  });

  test('one that cannot be read is a warning', async () => {
    const result = await runFake({ args: ['version'], files: { 'skaffold.env': 'A-B=1\n' } });
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(
      / level=warning msg="Failed to load environment variables from file \\"skaffold\.env\\": /,
    );
  });
});

test('a variable that should not be used any more is a warning', async () => {
  const env = { SKAFFOLD_DEPLOY_NAMESPACE: 'x' };
  expect((await runFake({ args: ['version'], env })).stderr).toContain(
    'SKAFFOLD_DEPLOY_NAMESPACE env variable is deprecated',
  );
  expect((await runFake({ args: ['options', '-v', 'error'], env })).stderr).toBe('');
});

test('--timestamps stamps what is written', async () => {
  expect((await runFake({ args: ['version', '--timestamps'] })).stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d v/);
});

describe('colours', () => {
  const red = '\u001B[31munknown';
  test.each<[what: string, env: Record<string, string>, isTTY: boolean, coloured: boolean]>([
    ['a terminal', { TERM: 'xterm' }, true, true],
    ['no terminal', { TERM: 'xterm' }, false, false],
    ['a dumb terminal', { TERM: 'dumb' }, true, false],
    ['NO_COLOR', { TERM: 'xterm', NO_COLOR: '1' }, true, false],
  ])('%s', async (_, env, isTTY, coloured) => {
    expect((await runFake({ args: ['nope'], env, isTTY })).stderr.startsWith(red)).toBe(coloured);
  });
});

describe('being stopped', () => {
  /** Runs a command that reads a file, and acts while it waits for the content. */
  async function stopped(act: (host: FakeHost) => void): Promise<FakeHost & { readonly code: number }> {
    const host = fakeHost({ args: ['__complete', 'build', '-p', ''] });
    const system = fakeSystem({});
    const readText = async (): Promise<string> => {
      act(host);
      await new Promise((resolve) => setImmediate(resolve));
      return '';
    };
    const code = await run(host, () => ({ ...system, files: { ...system.files, readText } }));
    return { ...host, code };
  }

  test('SIGINT is 130, SIGTERM 143', async () => {
    const interrupted = await stopped((host) => host.send('SIGINT'));
    expect([interrupted.code, interrupted.written.stderr]).toEqual([130, 'stopped by SIGINT\n']);
    expect((await stopped((host) => host.send('SIGTERM'))).code).toBe(143);
  });

  test('a second signal ends the process at once', async () => {
    const { exits } = await stopped((host) => {
      host.send('SIGINT');
      expect(host.exits).toEqual([]);
      host.send('SIGTERM');
    });
    expect(exits).toEqual([143]);
  });

  async function breaking(code: string): Promise<FakeHost & { readonly code: number }> {
    const host = fakeHost({ args: ['help'] });
    const write = host.stdout.write;
    const stdout = {
      ...host.stdout,
      write: (text: string, done: (error?: Error | null) => void) => {
        setImmediate(() => host.breakStdout(code));
        return write(text, done);
      },
    };
    return { ...host, code: await run({ ...host, stdout }, (env) => fakeSystem(env)) };
  }

  test('a reader that goes away is no error to talk about', async () => {
    const { code, written } = await breaking('EPIPE');
    expect([code, written.stderr]).toEqual([0, '']);
  });

  test('output that could not be written is an error, even after the command succeeded', async () => {
    const { code, written } = await breaking('ENOSPC');
    expect([code, written.stderr]).toEqual([1, 'write to standard output: ENOSPC: no more\n']);
  });
});
