import { describe, expect, test } from 'vitest';
import type { BuiltArtifact } from '../../../src/core/artifact.ts';
import type { ImageName } from '../../../src/core/names.ts';
import { checkOutputTemplate, defaultOutputTemplate, formatBuildOutput } from '../../../src/go/output-template.ts';

const builds: readonly BuiltArtifact[] = [
  { imageName: 'app' as ImageName, tag: 'reg/app:v1@sha256:aa' },
  { imageName: 'b' as ImageName, tag: 'reg/b:<&>', runtimeType: 'go' },
];

describe('the build-artifacts JSON', () => {
  const expected =
    '{"builds":[{"imageName":"app","tag":"reg/app:v1@sha256:aa"},{"imageName":"b","tag":"reg/b:<&>","runtimeType":"go"}]}';

  test('is the same by the default and by its template', async () => {
    expect(await formatBuildOutput(defaultOutputTemplate, builds)).toBe(expected);
    expect(await formatBuildOutput('{{ json . }}', builds)).toBe(expected);
  });

  test('of no artifacts is null', async () => {
    expect(await formatBuildOutput(defaultOutputTemplate, [])).toBe('{"builds":null}');
    expect(await formatBuildOutput('{{json .}}\n', [])).toBe('{"builds":null}\n');
  });
});

describe('other templates', () => {
  test.each([
    ['{{range .Builds}}{{.ImageName}}={{.Tag}} {{end}}', 'app=reg/app:v1@sha256:aa b=reg/b:<&> '],
    ['{{range .Builds}}{{upper .ImageName}}{{lower "X"}}{{title "a b"}}{{end}}', 'APPxA BBxA B'],
    ['{{json (index .Builds 1)}}', '{"imageName":"b","tag":"reg/b:<&>","runtimeType":"go"}'],
    ['{{len .Builds}}', '2'],
  ])('%s', async (template, expected) => {
    expect(await formatBuildOutput(template, builds)).toBe(expected);
  });

  test('unknown fields are found when it is executed', async () => {
    await checkOutputTemplate('{{.Nope}}');
    await expect(formatBuildOutput('{{.Nope}}', builds)).rejects.toMatchObject({
      code: 'TEMPLATE_ERR',
      message:
        'template: flagtemplate:1:2: executing "flagtemplate" at <.Nope>: can\'t evaluate field Nope in type flags.BuildOutput',
    });
  });

  test('bad syntax is found before', async () => {
    await expect(checkOutputTemplate('{{')).rejects.toMatchObject({
      code: 'TEMPLATE_ERR',
      message: 'template: flagtemplate:1: unclosed action',
    });
    await expect(checkOutputTemplate('{{env "X"}}')).rejects.toMatchObject({ code: 'TEMPLATE_ERR' });
    await checkOutputTemplate(defaultOutputTemplate);
  });
});
