import { describe, expect, test } from 'vitest';
import {
  formatArtifacts,
  mergeArtifacts,
  parseArtifacts,
  parseImageArgument,
} from '../../../src/build/artifacts-file.ts';
import { ToolError } from '../../../src/core/errors.ts';
import type { ImageName } from '../../../src/core/names.ts';

const build = (imageName: string, tag: string, runtimeType?: string): ReturnType<typeof parseImageArgument> => ({
  imageName: imageName as ImageName,
  tag,
  ...(runtimeType === undefined ? {} : { runtimeType }),
});

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ToolError) return error.code;
    throw error;
  }
  return 'no error';
}

test('the file has no final newline, keeps the order of keys and leaves out an empty runtime type', () => {
  expect(formatArtifacts([build('app', 'r/app:v1@sha256:aa'), build('web', 'web:v1', 'go')])).toBe(
    '{"builds":[{"imageName":"app","tag":"r/app:v1@sha256:aa"},{"imageName":"web","tag":"web:v1","runtimeType":"go"}]}',
  );
  expect(formatArtifacts([])).toBe('{"builds":null}');
});

describe('reading', () => {
  test.each([
    ['{"builds":null}', []],
    ['{}', []],
    ['{"other":1,"builds":[{"imageName":"a","tag":"a:1","extra":true}]}', [build('a', 'a:1')]],
    ['{"Builds":[{"ImageName":"a","Tag":"a:1"}]}', [build('a', 'a:1')]],
    ['{"builds":[{"imageName":"a"}]}', [build('a', '')]],
    ['{"builds":[{"imageName":"a","tag":"a:1","runtimeType":"jvm"}]}', [build('a', 'a:1', 'jvm')]],
  ])('%s', (text, expected) => {
    expect(parseArtifacts(text)).toEqual(expected);
  });

  test.each(['', '[', '[]', '"x"', '{"builds":{}}', '{"builds":[1]}', '{"builds":[{"imageName":1}]}'])(
    '%j is refused',
    (text) => {
      expect(codeOf(() => parseArtifacts(text))).toBe('USAGE');
    },
  );

  test('what was written is read back', () => {
    const builds = [build('app', 'r/app:v1@sha256:aa'), build('web', 'web:v1', 'go')];
    expect(parseArtifacts(formatArtifacts(builds))).toEqual(builds);
  });
});

test.each([
  ['gcr.io/p/app:v1', build('gcr.io/p/app', 'gcr.io/p/app:v1')],
  ['app=gcr.io/p/app:v1', build('app', 'gcr.io/p/app:v1')],
  [`app@sha256:${'a'.repeat(64)}`, build('app', `app@sha256:${'a'.repeat(64)}`)],
])('--images %s', (argument, expected) => {
  expect(parseImageArgument(argument)).toEqual(expected);
});

test('an empty --images element and one that is no reference are refused', () => {
  expect(codeOf(() => parseImageArgument(''))).toBe('USAGE');
  expect(codeOf(() => parseImageArgument('NOT A REFERENCE'))).toBe('REFERENCE_INVALID');
  expect(codeOf(() => parseImageArgument('a=b=c'))).toBe('REFERENCE_INVALID');
});

test('later lists replace entries in place and add the rest', () => {
  expect(mergeArtifacts([build('a', 'a:1'), build('b', 'b:1')], [build('b', 'b:2'), build('c', 'c:1')])).toEqual([
    build('a', 'a:1'),
    build('b', 'b:2'),
    build('c', 'c:1'),
  ]);
});
