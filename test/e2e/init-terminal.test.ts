import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const program = resolve('dist/main.js');
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'init-'));
  for (const name of ['a', 'b']) {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'Dockerfile'), 'FROM scratch\n');
  }
  writeFileSync(
    join(directory, 'pod.yaml'),
    'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{image: web}, {image: api}]}\n',
  );
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs `init` on a pseudo-terminal; each text is typed when what stands before it was printed. */
function atTerminal(
  dialogue: readonly (readonly [printed: string, typed: string])[],
): Promise<{ code: number | null; shown: string }> {
  const command = `${process.execPath} ${program} init`;
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: directory,
    env: { ...process.env, HOME: directory },
  });
  let shown = '';
  let seen = 0;
  let next = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    for (let turn = dialogue[next]; turn !== undefined; turn = dialogue[next]) {
      const at = shown.indexOf(turn[0], seen);
      if (at < 0) return;
      seen = at + turn[0].length;
      next += 1;
      child.stdin.write(turn[1]);
    }
  });
  return new Promise((done, fail) => {
    child.on('error', fail).on('close', (code) => done({ code, shown }));
  });
}

test('a configuration by question and answer', async () => {
  const { code, shown } = await atTerminal([
    ['build image api', '2\r'],
    ['build image web', '1\r'],
    ['(y/N)', 'y\r'],
  ]);
  expect(shown).toContain('Configuration skaffold.yaml was written');
  expect(code).toBe(0);
  const text = readFileSync(join(directory, 'skaffold.yaml'), 'utf8');
  expect(text).toContain('    - image: api\n      context: b\n');
  expect(text).toContain('    - image: web\n      context: a\n');
});

test.each([
  ['at the first question', [['build image api', '\u0003']]],
  [
    'before the file is written',
    [
      ['build image api', '1\r'],
      ['build image web', '1\r'],
      ['(y/N)', '\u0003'],
    ],
  ],
] as const)('Ctrl-C %s leaves no file', async (_, dialogue) => {
  const before = readdirSync(directory);
  const { code } = await atTerminal(dialogue);
  expect(code).toBe(130);
  expect(readdirSync(directory)).toEqual(before);
});
