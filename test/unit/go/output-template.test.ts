import { describe, expect, test } from 'vitest';
import { parseOutputTemplate } from '../../../src/go/output-template-engine.ts';
import { executeTemplate } from '../../../src/go/template/template.ts';
import { type GoList, type GoStruct, listOf } from '../../../src/go/template/values.ts';

function artifact(name: string, tag: string, runtime: string): GoStruct {
  const fields = new Map([
    ['ImageName', name],
    ['Tag', tag],
    ['RuntimeType', runtime],
  ]);
  const json = new Map([
    ['ImageName', { name: 'imageName' }],
    ['Tag', { name: 'tag' }],
    ['RuntimeType', { name: 'runtimeType', omitEmpty: true }],
  ]);
  return { kind: 'struct', type: 'graph.Artifact', fields, json };
}

function output(builds: GoList): GoStruct {
  const fields = new Map([['Builds', builds]]);
  return { kind: 'struct', type: 'flags.BuildOutput', fields, json: new Map([['Builds', { name: 'builds' }]]) };
}

const two = output(
  listOf([artifact('app', 'reg/app:v1@sha256:aa', ''), artifact('b', 'reg/b:<&>', 'go')], 'graph.Artifact'),
);
const none = output({ ...listOf([], 'graph.Artifact'), isNil: true });

describe('templates of --output', () => {
  test.each([
    [
      '{{json .}}',
      '{"builds":[{"imageName":"app","tag":"reg/app:v1@sha256:aa"},{"imageName":"b","tag":"reg/b:<&>","runtimeType":"go"}]}',
    ],
    ['{{range .Builds}}{{.ImageName}}={{.Tag}} {{end}}', 'app=reg/app:v1@sha256:aa b=reg/b:<&> '],
    ['{{range .Builds}}{{upper .ImageName}}{{lower "X"}}{{title "a b"}}{{end}}', 'APPxA BBxA B'],
    ['{{json (index .Builds 1)}}', '{"imageName":"b","tag":"reg/b:<&>","runtimeType":"go"}'],
    ['{{len .Builds}}', '2'],
  ])('%s', (template, expected) => {
    expect(executeTemplate(parseOutputTemplate(template), two)).toBe(expected);
  });

  test('no artifacts are null', () => {
    expect(executeTemplate(parseOutputTemplate('{{json .}}\n'), none)).toBe('{"builds":null}\n');
  });

  test('unknown fields are found when it is executed, bad syntax and functions before', () => {
    const failure = (message: string) => expect.objectContaining({ code: 'TEMPLATE_ERR', message });
    const template = parseOutputTemplate('{{.Nope}}');
    expect(() => executeTemplate(template, two)).toThrow(
      failure(
        'template: flagtemplate:1:2: executing "flagtemplate" at <.Nope>: can\'t evaluate field Nope in type flags.BuildOutput',
      ),
    );
    expect(() => parseOutputTemplate('{{')).toThrow(failure('template: flagtemplate:1: unclosed action'));
    expect(() => parseOutputTemplate('{{env "X"}}')).toThrow(
      failure('template: flagtemplate:1: function "env" not defined'),
    );
  });
});
