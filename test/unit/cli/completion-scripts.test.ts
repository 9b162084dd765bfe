import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFake } from './host.ts';

async function scriptFor(shell: string, program = 'slipway'): Promise<string> {
  return (await runFake({ args: ['completion', shell], path: `/bin/${program}` })).stdout;
}

describe('bash', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'completion-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** A program that notes what it is asked and answers with fixed lines. */
  async function complete(
    line: string,
    answer: string,
    program = 'slipway',
  ): Promise<{ asked: string; reply: string[]; options: string }> {
    const script = join(directory, 'script');
    const asked = join(directory, 'asked');
    writeFileSync(script, await scriptFor('bash', program));
    writeFileSync(join(directory, 'answer'), answer);
    writeFileSync(
      join(directory, program),
      `#!/bin/sh\nprintf '<%s>' "$@" > '${asked}'\ncat '${join(directory, 'answer')}'\n`,
    );
    chmodSync(join(directory, program), 0o755);
    // What readline does: cut the line into words, breaking at = and : too.
    const driver = `
      source '${script}'
      compopt() { options+="$* "; }
      COMP_WORDBREAKS=$' \\t\\n"><=;|&(:'
      COMP_LINE=$1 COMP_POINT=\${#1}
      COMP_WORDS=() rest=$1
      while [[ $rest =~ ^([[:blank:]]*)([=:]+|[^=:[:blank:]]+)(.*)$ ]]; do
        COMP_WORDS+=("\${BASH_REMATCH[2]}"); rest=\${BASH_REMATCH[3]}
      done
      [[ $1 == *[[:blank:]] ]] && COMP_WORDS+=("")
      [[ $1 == *[=:] ]] && COMP_WORDS+=("")
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      __${program}_complete
      printf '%s\\n' "\${COMPREPLY[@]}" "--options: $options"
      complete -p ${program}`;
    const path = `${directory}${delimiter}${process.env['PATH']}`;
    const output = execFileSync('bash', ['-c', driver, 'bash', line], {
      encoding: 'utf8',
      env: { ...process.env, PATH: path },
    });
    const [reply = '', rest = ''] = output.split('--options: ');
    expect(rest).toContain(`complete -o default -F __${program}_complete ${program}`);
    return {
      asked: execFileSync('cat', [asked], { encoding: 'utf8' }),
      reply: reply.split('\n').filter((word) => word !== ''),
      options: (rest.split('\n')[0] ?? '').trim(),
    };
  }

  test.each<[line: string, asked: string]>([
    ['slipway ', '<__completeNoDesc><>'],
    ['slipway bu', '<__completeNoDesc><bu>'],
    ['slipway build -p ', '<__completeNoDesc><build><-p><>'],
    ['slipway  build   --profile=st', '<__completeNoDesc><build><--profile=st>'],
    ['slipway build --profile=', '<__completeNoDesc><build><--profile=>'],
    ['slipway build -d reg.io:5000/x', '<__completeNoDesc><build><-d><reg.io:5000/x>'],
    ['slipway build -d reg.io:5000/x --ta', '<__completeNoDesc><build><-d><reg.io:5000/x><--ta>'],
  ])('%j is asked for as words', async (line, asked) => {
    expect((await complete(line, ':4\n')).asked).toBe(asked);
  });

  test('the answers are offered', async () => {
    expect(await complete('slipway ', 'build\nrender\n:4\n')).toMatchObject({
      reply: ['build', 'render'],
      options: '+o default',
    });
  });

  test('files are left to bash, directories and blanks follow the directive', async () => {
    expect(await complete('slipway build -f ', ':0\n')).toMatchObject({ reply: [], options: '' });
    expect(await complete('slipway x ', ':16\n')).toMatchObject({ options: '-o dirnames +o default' });
    expect(await complete('slipway x ', 'a=\n:6\n')).toMatchObject({ options: '-o nospace +o default' });
  });

  test('only what follows the last colon is replaced', async () => {
    expect((await complete('slipway build -d reg.io:50', 'reg.io:5000\nreg.io:5001\n:4\n')).reply).toEqual([
      '5000',
      '5001',
    ]);
  });

  test('under the name skaffold', async () => {
    expect((await complete('skaffold re', 'render\n:4\n', 'skaffold')).reply).toEqual(['render']);
  });

  test('a program that answers nothing is no error', async () => {
    expect((await complete('slipway re', '')).reply).toEqual([]);
  });
});

describe('all shells', () => {
  test.each(['bash', 'zsh', 'fish'])('the script for %s calls the program it was printed by', async (shell) => {
    const script = await scriptFor(shell, 'skaffold');
    expect(script).toContain('__complete');
    expect(script).not.toContain('slipway');
    expect(script).not.toContain('undefined');
  });

  test('bash accepts the script', async () => {
    expect(spawnSync('bash', ['-n'], { input: await scriptFor('bash') })).toMatchObject({ status: 0 });
  });
});
