import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFake } from './host.ts';

/** How a shell is made to complete a line. It is given the script and the line, and prints one offered word per line. */
interface Shell {
  readonly name: string;
  readonly driver: string;
  /** Words that open and close blocks, for where the shell itself cannot be asked. */
  readonly blocks: readonly [opening: RegExp, closing: RegExp];
}

const fish: Shell = {
  name: 'fish',
  driver: 'source $argv[1]; complete --do-complete $argv[2]',
  blocks: [/^\s*(?:function|if|for|while|switch|begin)\b/gm, /^\s*end$/gm],
};

/** zsh completes only on a terminal, so the line is typed into one; every word that is offered is printed. */
const zsh: Shell = {
  name: 'zsh',
  driver: `
    zmodload zsh/zpty
    zpty inner zsh -f -i
    zpty -w inner "PS1= PROMPT_EOL_MARK= ; stty -echo"
    zpty -w inner "autoload -Uz compinit; compinit -D -u; source \${(q)1}"
    zpty -w inner 'compadd() { local -a hits; builtin compadd -O hits "$@"; print -r -- "\${(@)hits/#/offered:}"; builtin compadd "$@"; }'
    zpty -w inner 'zle -C complete-word complete-word _main_complete; finish() { print -r -- THE-END; exit }'
    zpty -w inner 'zle -N finish; bindkey "^I" complete-word; bindkey "^X" finish; print READY'
    zpty -r inner output '*READY*'
    zpty -w -n inner "$2"$'\\t\\x18'
    zpty -r inner output '*THE-END*'
    for word in \${=output}; do
      [[ $word == *offered:* ]] && print -r -- "\${\${word##*offered:}%%[[:cntrl:]]*}"
    done
    true`,
  blocks: [/^\s*(?:if|for)\b/gm, /^\s*(?:fi|done)$/gm],
};

const isInstalled = ({ name }: Shell): boolean => spawnSync(name, ['-c', 'true']).status === 0;

const scriptFor = async ({ name }: Shell): Promise<string> => (await runFake({ args: ['completion', name] })).stdout;

describe.each([fish, zsh])('$name', (shell) => {
  let directory = '';
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'completion-'));
    writeFileSync(join(directory, 'script'), await scriptFor(shell));
    writeFileSync(
      join(directory, 'slipway'),
      `#!/bin/sh\nprintf '<%s>' "$@" > '${join(directory, 'asked')}'\ncat '${join(directory, 'answer')}'\n`,
      { mode: 0o755 },
    );
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** What the shell asked the program, and what it then offered for the last word of the line, sorted. */
  function complete(line: string, answer: string): { readonly asked: string; readonly offered: readonly string[] } {
    writeFileSync(join(directory, 'answer'), answer);
    const args = shell.name === 'fish' ? ['--no-config'] : ['-f'];
    const output = execFileSync(
      shell.name,
      [...args, '-c', shell.driver, ...(shell.name === 'zsh' ? ['zsh'] : []), join(directory, 'script'), line],
      {
        cwd: directory,
        encoding: 'utf8',
        timeout: 60_000,
        env: { ...process.env, HOME: directory, PATH: `${directory}${delimiter}${process.env['PATH']}` },
      },
    );
    const words = output.split('\n').map((word) => word.replace(/\t.*/, ''));
    return {
      asked: readFileSync(join(directory, 'asked'), 'utf8'),
      offered: [...new Set(words.filter((word) => word !== ''))].sort(),
    };
  }

  test('blocks are closed, and the shell, where it is installed, reads the script', async () => {
    const script = await scriptFor(shell);
    const [opened, closed] = shell.blocks.map((pattern) => script.match(pattern)?.length);
    expect(opened).toBeGreaterThan(1);
    expect(closed).toBe(opened);
    if (isInstalled(shell)) {
      expect(spawnSync(shell.name, ['-n', join(directory, 'script')], { encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      });
    }
  });

  test('offers the answers of the program', async () => {
    if (!isInstalled(shell)) {
      // Without the shell, what it would do cannot be seen: the script at least asks the program.
      expect(await scriptFor(shell)).toContain('__complete');
      return;
    }
    expect(complete('slipway re', 'registry\tRun a registry\nrender\tPrint manifests\n:4\n')).toEqual({
      asked: '<__complete><re>',
      offered: ['registry', 'render'],
    });
    expect(complete('slipway build -d reg.io:50', 'reg.io:5000\nreg.io:5001\n:4\n')).toEqual({
      asked: '<__complete><build><-d><reg.io:50>',
      offered: ['reg.io:5000', 'reg.io:5001'],
    });
    expect(complete('slipway build --profile=', 'one\ntwo\n:4\n').asked).toBe('<__complete><build><--profile=>');
    expect(complete('slipway build -p "no such"', '').offered).toEqual([]);
    expect(complete('slipway build -f scr', ':0\n').offered).toEqual(['script']);
    expect(complete('slipway build -f scr', ':4\n').offered).toEqual([]);
  });
});
