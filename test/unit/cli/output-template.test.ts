import { describe, expect, test } from 'vitest';
import { compileOutputTemplate } from '../../../src/cli/output-template.ts';
import { ToolError } from '../../../src/core/errors.ts';
import { runFake } from './host.ts';

const two = {
  Builds: [
    { ImageName: 'app', Tag: 'reg/app:v1@sha256:aa', RuntimeType: '' },
    { ImageName: 'web', Tag: 'reg/web:v1', RuntimeType: 'go' },
  ],
};

function render(text: string, data: unknown = two): string {
  return compileOutputTemplate(text, 'flags.BuildOutput').execute(data);
}

describe('build results', () => {
  test.each<[template: string, text: string]>([
    [
      '{{json .}}\n',
      '{"builds":[{"imageName":"app","tag":"reg/app:v1@sha256:aa"},{"imageName":"web","tag":"reg/web:v1","runtimeType":"go"}]}\n',
    ],
    ['{{index .Builds 0 | json}}', '{"imageName":"app","tag":"reg/app:v1@sha256:aa"}'],
    ['{{range .Builds}}{{.ImageName | printf "%s!"}} {{len .Tag}}{{"\\n"}}{{end}}', 'app! 20\nweb! 10\n'],
    ['{{(index .Builds 1).ImageName | upper}}', 'WEB'],
    ['{{lower "ÄB"}} {{title "two words_and more-parts"}}', 'äb Two Words_and More-Parts'],
    ['{{json "<a>&\u2028"}}', '"<a>&\\u2028"'],
    ['plain', 'plain'],
  ])('%j', (template, text) => expect(render(template)).toBe(text));

  test('of nothing', () => {
    expect(render('{{json .}}', { Builds: [] })).toBe('{"builds":null}');
    expect(render('{{len .Builds}}{{range .Builds}}x{{else}}none{{end}}', { Builds: [] })).toBe('0none');
  });

  test('an unknown field is an error that names it, when executed', () => {
    const compiled = compileOutputTemplate('{{.Nope}}', 'flags.BuildOutput');
    const execute = (): string => compiled.execute(two);
    expect(execute).toThrow(ToolError);
    expect(execute).toThrow(
      'template: flagtemplate:1:2: executing "flagtemplate" at <.Nope>: can\'t evaluate field Nope in type flags.BuildOutput',
    );
  });

  test('a broken template is an error when compiled', () => {
    expect(() => render('{{range')).toThrow('template: flagtemplate:1: unclosed action');
    expect(() => render('{{nope .}}')).toThrow('template: flagtemplate:1: function "nope" not defined');
  });
});

describe('version', () => {
  test('fields', async () => {
    const { stdout } = await runFake({ args: ['version', '-o', '{{.Version}} {{.Platform}} {{.ConfigVersion}}\n'] });
    expect(stdout).toBe('v2.24.0 linux/amd64 skaffold/v4beta14\n');
  });

  test('the own version, and nothing on standard error', async () => {
    const { stdout, stderr } = await runFake({ args: ['version', '-o', '{{.SlipwayVersion}}'] });
    expect(stdout).toMatch(/^v\d+\.\d+\.\d+$/);
    expect(stderr).toBe('');
  });

  test('json', async () => {
    const { stdout } = await runFake({ args: ['version', '-o', '{{json .}}'] });
    expect(JSON.parse(stdout)).toEqual({
      Version: 'v2.24.0',
      ConfigVersion: 'skaffold/v4beta14',
      GitVersion: '',
      GitCommit: '',
      BuildDate: '',
      GoVersion: '',
      Compiler: 'node',
      Platform: 'linux/amd64',
      User: '',
      SlipwayVersion: expect.stringMatching(/^v\d+\.\d+\.\d+$/),
    });
  });

  test('mistakes: 127 in the template, 1 when it is executed', async () => {
    const broken = await runFake({ args: ['version', '-o', '{{range'] });
    expect(broken.code).toBe(127);
    expect(broken.stderr).toContain(
      'for "-o, --output" flag: setting template flag: template: flagtemplate:1: unclosed action\n',
    );
    expect((await runFake({ args: ['version', '-o', '{{.Nope}}'] })).code).toBe(1);
  });
});
