import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { sprigFunctions } from '../../../src/go/sprig/index.ts';
import { executeTemplate, parseTemplate } from '../../../src/go/template/template.ts';
import { fromPlain, type GoStruct, type GoValue, listOf, stringMap } from '../../../src/go/template/values.ts';
import { utc, type Zone } from '../../../src/go/zone.ts';

/** What Go answered; made by the Go program beside the file. */
const recorded = JSON.parse(readFileSync(new URL('fixtures/templates.json', import.meta.url), 'utf8')) as {
  readonly document: unknown;
  readonly templates: readonly {
    readonly template: string;
    readonly data: 'json' | 'env' | 'struct';
    readonly sprig: boolean;
    readonly strict: boolean;
    readonly output?: string;
    readonly error?: string;
  }[];
};

const berlinInWinter: Zone = { name: 'Europe/Berlin', at: () => ({ offset: 3600, abbreviation: 'CET' }) };
const sprig = sprigFunctions({
  env: { FROM_ENVIRONMENT: 'value' },
  now: () => new Date('2025-06-07T08:09:10Z'),
  uptime: () => 1.5,
  chance: (make) => make(),
  zone: (name) => (name === 'Europe/Berlin' ? berlinInWinter : utc),
});

function artifact(name: string, tag: string, runtime: string): GoStruct {
  const fields = new Map<string, GoValue>([
    ['ImageName', name],
    ['Tag', tag],
    ['RuntimeType', runtime],
  ]);
  return { kind: 'struct', type: 'main.artifact', fields };
}

const data: Readonly<Record<string, GoValue>> = {
  json: fromPlain(recorded.document),
  env: stringMap({ FOO: 'bar', EMPTY: '', SPACE: 'a b', NUMBER: '12', UNICODE: 'ünï' }),
  struct: {
    kind: 'struct',
    type: 'main.output',
    fields: new Map([
      [
        'Builds',
        listOf([artifact('app', 'r.io/app:v1@sha256:aa', ''), artifact('web', 'r.io/web:v2', 'go')], 'main.artifact'),
      ],
    ]),
  },
};

describe('as Go executes templates', () => {
  test.each(
    recorded.templates.map(
      (entry) => [entry.template, entry.data, entry.strict ? 'strict' : 'lenient', entry] as const,
    ),
  )('%j with %s, %s', (text, kind, _mode, entry) => {
    const run = (): string => {
      const template = parseTemplate(text, { name: 'test', ...(entry.sprig ? { functions: sprig } : {}) });
      return executeTemplate(template, data[kind], { missingKey: entry.strict ? 'error' : 'default' });
    };
    if (entry.error === undefined) expect(run()).toBe(entry.output);
    else expect(run).toThrow(expect.objectContaining({ code: 'TEMPLATE_ERR', message: entry.error }));
  });
});

test('a template can be executed again and keeps nothing', () => {
  const template = parseTemplate('{{range $i, $e := .}}{{$i}}{{end}}{{define "x"}}{{end}}', { name: 'x1' });
  expect(executeTemplate(template, listOf(['a', 'b']))).toBe('01');
  expect(executeTemplate(template, listOf(['a']))).toBe('0');
});

test('templates that call themselves without end are stopped', () => {
  const template = parseTemplate('{{define "x"}}{{template "x"}}{{end}}{{template "x"}}', { name: 't' });
  expect(() => executeTemplate(template, null)).toThrow(expect.objectContaining({ code: 'TEMPLATE_ERR' }));
});

test('templates nested beyond all measure are refused', () => {
  for (const text of [
    `{{${'('.repeat(9_000)}1${')'.repeat(9_000)}}}`,
    '{{if true}}'.repeat(20_000) + '{{end}}'.repeat(20_000),
  ]) {
    expect(() => executeTemplate(parseTemplate(text, { name: 't' }), null)).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_ERR' }),
    );
  }
});

test('whatever a template says, it gives text or TEMPLATE_ERR', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{{-',
    ' -}}',
    'if',
    'else',
    'end',
    'range',
    'with',
    'define',
    '"x"',
    '.a',
    '.b.c',
    '$',
    '$x',
    ':=',
    '=',
    '|',
    '(',
    ')',
    ' ',
    '1',
    '-2.5',
    "'c'",
    'print',
    'index',
    'len',
    'nil',
    'true',
    ',',
    '\n',
    'é',
    '/*',
    '*/',
    '`',
    'printf "%v"',
    'eq',
    'and',
    'upper',
    'list',
    'trunc 1',
  );
  const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
  const action = fc.array(piece, { maxLength: 8 }).map((pieces) => `{{${pieces.join(' ')}}}`);
  fc.assert(
    fc.property(fc.oneof(text, action), (template) => {
      try {
        const result = executeTemplate(
          parseTemplate(template, { name: 't', functions: sprig }),
          fromPlain({ a: [1, 's'], b: { c: true } }),
        );
        expect(typeof result).toBe('string');
      } catch (error) {
        expect((error as ToolError).stack).toContain('ToolError');
        expect(error).toBeInstanceOf(ToolError);
        expect((error as ToolError).code).toBe('TEMPLATE_ERR');
      }
    }),
    { numRuns: 2000 },
  );
});

test('text without actions comes out as it went in', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const plain = text.replaceAll('{{', '{');
      expect(executeTemplate(parseTemplate(plain, { name: 't' }), null)).toBe(plain);
    }),
  );
});
