import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sprigFunctions } from '../../../src/go/sprig/index.ts';
import { executeTemplate, parseTemplate } from '../../../src/go/template/template.ts';
import { fromPlain } from '../../../src/go/template/values.ts';
import { utc, type Zone } from '../../../src/go/zone.ts';
import { parseZoneFile } from '../../../src/go/zone-file.ts';

const read = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

/** What Go answered; made by the Go program beside the file. */
const recorded = JSON.parse(read('functions.json')) as {
  readonly names: readonly string[];
  readonly templates: readonly { readonly template: string; readonly output?: string; readonly error?: string }[];
};
const zoneFiles = (JSON.parse(read('times.json')) as { readonly files: Readonly<Record<string, string>> }).files;

function zone(name: string): Zone {
  if (name === 'Asia/Tokyo') return { name, at: () => ({ offset: 9 * 3600, abbreviation: 'JST' }) };
  const file = zoneFiles[name];
  return (file === undefined ? undefined : parseZoneFile(Buffer.from(file, 'base64'), name)) ?? utc;
}

const functions = sprigFunctions({
  env: { FROM_ENVIRONMENT: 'value' },
  now: () => new Date('2025-11-07T08:09:10.123Z'),
  uptime: () => 1234.5,
  zone,
  chance: (make) => make(),
});
const data = fromPlain({ s: 'text', nil: null, m: { k: 'v' } });
const execute = (text: string): string => executeTemplate(parseTemplate(text, { name: 'test', functions }), data);

/** Not like Go, on purpose. */
const refused = ['buildCustomCert', 'genCA', 'genSelfSignedCert', 'genSignedCert', 'getHostByName'];

test('the functions are those of sprig, no more and no less', () => {
  expect([...functions.keys()].sort()).toEqual(recorded.names);
});

describe('as Go and sprig execute templates', () => {
  test.each(recorded.templates.map((entry) => [entry.template, entry] as const))('%s', (text, entry) => {
    if (entry.error === undefined) expect(execute(text)).toBe(entry.output);
    else expect(() => execute(text)).toThrow(expect.objectContaining({ code: 'TEMPLATE_ERR', message: entry.error }));
  });
});

describe('a local zone that changes its clocks, as Go (TZ=Europe/Berlin)', () => {
  const berlin = sprigFunctions({
    env: {},
    now: () => new Date(0),
    uptime: () => 0,
    zone: (name) => zone(name === 'Local' ? 'Europe/Berlin' : name),
    chance: (make) => make(),
  });
  test.each([
    ['2006-01-02 15:04', '2024-03-31 02:30', '2024-03-31 03:30:00 +0200 CEST'],
    ['2006-01-02 15:04', '2024-10-27 02:30', '2024-10-27 02:30:00 +0100 CET'],
    ['2006-01-02 15:04', '2024-07-01 00:00', '2024-07-01 00:00:00 +0200 CEST'],
    ['2006-01-02 15:04 MST', '2022-12-31 07:38 CEST', '2022-12-31 06:38:00 +0100 CET'],
    ['2006-01-02 15:04 MST', '1964-12-07 17:33 CEST', '1964-12-07 16:33:00 +0100 CET'],
    ['2006-01-02 15:04 MST', '2022-07-01 07:38 EST', '2022-07-01 07:38:00 +0000 EST'],
    ['2006-01-02 15:04 -0700', '2020-10-25 02:46 +0100', '2020-10-25 02:46:00 +0100 CET'],
    ['2006-01-02 15:04 -0700', '2020-07-25 02:46 +0100', '2020-07-25 02:46:00 +0100 +0100'],
  ])('%s %s', (layout, text, expected) => {
    const template = parseTemplate(`{{toDate "${layout}" "${text}"}}`, { name: 'test', functions: berlin });
    expect(executeTemplate(template, null)).toBe(expected);
  });
});

describe('what is not supported', () => {
  test.each(refused)('%s says so, but only when it is called', (name) => {
    expect(() => execute(`{{${name} "a" 1}}`)).toThrow(
      expect.objectContaining({
        code: 'TEMPLATE_ERR',
        message: expect.stringContaining(`error calling ${name}: ${name} is not supported: `),
      }),
    );
    expect(execute(`{{if .nope}}{{${name} "a"}}{{end}}ok`)).toBe('ok');
  });

  test('keys for DSA', () => {
    expect(() => execute('{{genPrivateKey "dsa"}}')).toThrow(expect.objectContaining({ code: 'TEMPLATE_ERR' }));
  });
});

describe('what is made by chance', () => {
  test('differs from call to call', () => {
    expect(execute('{{eq uuidv4 uuidv4}}{{eq (randAlphaNum 20) (randAlphaNum 20)}}')).toBe('falsefalse');
    expect(execute('{{shuffle "abcdefghijklmnopqrstuvwxyz" | splitList "" | sortAlpha | join ""}}')).toBe(
      'abcdefghijklmnopqrstuvwxyz',
    );
  });

  test('has its limits', () => {
    for (const text of ['{{randAlpha 1000001}}', '{{repeat 1000000000 "abc"}}', '{{until 2000000}}']) {
      expect(() => execute(text)).toThrow(expect.objectContaining({ code: 'TEMPLATE_ERR' }));
    }
  });
});

// Making a key of 4096 bits takes from half a second to ten.
test('keys can be read by others', { timeout: 120_000 }, () => {
  expect(createPrivateKey(execute('{{genPrivateKey "ecdsa"}}')).asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  expect(createPrivateKey(execute('{{genPrivateKey "rsa"}}')).asymmetricKeyDetails?.modulusLength).toBe(4096);
});
