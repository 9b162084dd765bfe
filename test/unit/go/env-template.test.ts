import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import type { Context, ExecResult } from '../../../src/core/ports.ts';
import { expandEnvTemplate } from '../../../src/go/env-template.ts';
import { checkEnvTemplate } from '../../../src/go/env-template-engine.ts';
import { createSystem } from '../../../src/system/node.ts';

const calls: string[][] = [];

/** A context with an environment of its own and scripted programs. */
function context(programs: Readonly<Record<string, Partial<ExecResult>>> = {}): Context {
  calls.length = 0;
  const system = createSystem({ env: { HOME_TOWN: 'Ulm', EMPTY: '', TZ: 'UTC', SHADOWED: 'outside' }, cwd: '/work' });
  const run = async (file: string, args: readonly string[]): Promise<ExecResult> => {
    calls.push([file, ...args]);
    const result = programs[file];
    if (result === undefined) throw new ToolError('COMMAND_NOT_FOUND', `${file} is not there`);
    return { exitCode: 0, stdout: '', stderr: '', ...result };
  };
  const clock = { ...system.clock, now: () => new Date('2025-03-04T05:06:07Z') };
  return { system: { ...system, clock, exec: { run } }, emit: () => {}, signal: new AbortController().signal };
}

const lenient = (text: string, variables: Record<string, string> = {}, ctx: Context = context()): Promise<string> =>
  expandEnvTemplate(text, variables, ctx, { mode: 'lenient' });
const strict = (text: string): Promise<string> => expandEnvTemplate(text, {}, context(), { mode: 'strict' });

describe('data', () => {
  test('is the environment, and the variables over it', async () => {
    expect(await lenient('{{.HOME_TOWN}} {{.SHADOWED}} {{.IMAGE_TAG}}', { SHADOWED: 'inside', IMAGE_TAG: 'v1' })).toBe(
      'Ulm inside v1',
    );
    expect(await lenient('{{.IMAGE_TAG}}-{{default "x" .NOPE}}', { IMAGE_TAG: 'v1' })).toBe('v1-x');
    expect(await lenient('{{now | date "2006-01-02 15:04 MST"}}')).toBe('2025-03-04 05:06 UTC');
  });

  test('what is missing is <no value> or, when strict, an error', async () => {
    expect(await lenient('a{{.NOPE}}b{{.EMPTY}}')).toBe('a<no value>b');
    await expect(lenient('{{.NOPE | upper}}')).rejects.toMatchObject({
      code: 'TEMPLATE_ERR',
      message: expect.stringContaining('invalid value; expected string'),
    });
    await expect(strict('{{.FOO}}')).rejects.toMatchObject({
      code: 'TEMPLATE_ERR',
      message: 'template: envTemplate:1:2: executing "envTemplate" at <.FOO>: map has no entry for key "FOO"',
    });
    expect(await strict('{{.EMPTY}}|')).toBe('|');
  });

  test('text without actions stays as it is', async () => {
    expect(await lenient('}} { $X %s')).toBe('}} { $X %s');
  });
});

describe('syntax', () => {
  test('errors quote the template', async () => {
    await expect(lenient('{{.FOO')).rejects.toMatchObject({
      code: 'TEMPLATE_ERR',
      message: 'unable to parse template: "{{.FOO": template: envTemplate:1: unclosed action',
    });
  });

  test('can be checked without executing anything', () => {
    expect(() => checkEnvTemplate('{{cmd "rm" "-rf" "/"}}{{.X | upper}}')).not.toThrow();
    expect(() => checkEnvTemplate('{{nope}}')).toThrow(
      expect.objectContaining({
        code: 'TEMPLATE_ERR',
        message: 'template: envTemplate:1: function "nope" not defined',
      }),
    );
  });
});

describe('cmd', () => {
  test('runs programs in order, each once, without a shell, and trims what they print', async () => {
    const ctx = context({ one: { stdout: ' 1 \n' }, two: { stdout: '2\n' } });
    expect(await lenient('{{cmd "one" "$HOME" "a b"}}-{{cmd "two"}}-{{cmd "one" | printf "%s!"}}', {}, ctx)).toBe(
      '1-2-1!',
    );
    expect(calls).toEqual([['one', '$HOME', 'a b'], ['two'], ['one']]);
  });

  test('gets the same of what is made by chance as the rest of the template', async () => {
    const ctx = context({ one: { stdout: '1' } });
    const [id, ran, other] = (await lenient('{{$id := uuidv4}}{{$id}} {{cmd "one" $id}} {{uuidv4}}', {}, ctx)).split(
      ' ',
    );
    expect(calls).toEqual([['one', id]]);
    expect(ran).toBe('1');
    expect(other).not.toBe(id);
  });

  test('in a branch that is not taken nothing runs', async () => {
    expect(await lenient('{{if .NOPE}}{{cmd "one"}}{{end}}ok')).toBe('ok');
    expect(calls).toEqual([]);
  });

  test('a program that fails is an error that shows what it printed', async () => {
    const ctx = context({ false: { exitCode: 1, stdout: 'out\n', stderr: 'no "way"' } });
    await expect(lenient('{{cmd "false" "x"}}', {}, ctx)).rejects.toMatchObject({
      code: 'TEMPLATE_ERR',
      message:
        'template: envTemplate:1:2: executing "envTemplate" at <cmd "false" "x">: error calling cmd: running [false x]\n - stdout: "out\\n"\n - stderr: "no \\"way\\""\n - cause: exit status 1',
    });
  });

  test('a program that is not there is an error too', async () => {
    await expect(lenient('{{cmd "gone"}}')).rejects.toMatchObject({
      code: 'TEMPLATE_ERR',
      message: expect.stringContaining('executable file not found'),
    });
  });
});
