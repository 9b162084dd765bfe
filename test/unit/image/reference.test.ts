import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { digestOf, isDigest } from '../../../src/image/digest.ts';
import { formatReference, parseReference, splitName, withDigest } from '../../../src/image/reference.ts';

interface Recorded {
  readonly text: string;
  readonly valid: boolean;
  readonly name?: string;
  readonly domain?: string;
  readonly path?: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly registry?: string;
  readonly repository?: string;
}

const recorded = JSON.parse(readFileSync(new URL('fixtures/names.json', import.meta.url), 'utf8')) as {
  readonly references: readonly Recorded[];
};

describe('as the distribution library reads references', () => {
  test.each(recorded.references.map((entry) => [entry.text, entry] as const))('%j', (text, entry) => {
    if (!entry.valid) {
      expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'REFERENCE_INVALID' }));
      return;
    }
    const parsed = parseReference(text);
    expect(parsed.name).toBe(entry.name);
    expect(splitName(parsed.name)).toEqual({ domain: entry.domain ?? '', path: entry.path });
    expect(parsed.tag).toBe(entry.tag);
    expect(parsed.digest).toBe(entry.digest);
    expect(formatReference(parsed)).toBe(text);
    if (entry.registry === undefined) return; // 64 hex digits alone: a name by the grammar, refused only by Docker's shorthand
    expect(parsed.registry).toBe(entry.registry === 'docker.io' ? 'index.docker.io' : entry.registry);
    expect(parsed.repository).toBe(entry.repository);
  });
});

const alphanumeric = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const component = fc
  .tuple(alphanumeric, fc.array(fc.tuple(fc.constantFrom('.', '_', '__', '-', '---'), alphanumeric), { maxLength: 2 }))
  .map(([first, rest]) => first + rest.flat().join(''));
const host = fc.oneof(
  fc.constantFrom('localhost', 'localhost:5000', '[::1]:80', '10.0.0.1:1', 'docker.io'),
  fc.stringMatching(/^[a-zA-Z0-9]{1,5}(-[a-z]{1,3})?\.[a-z]{2,4}(:[0-9]{1,5})?$/),
);
const reference = fc
  .tuple(
    fc.option(host, { nil: undefined }),
    fc.array(component, { minLength: 1, maxLength: 4 }),
    fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/), { nil: undefined }),
    fc.option(fc.string().map(digestOf), { nil: undefined }),
  )
  .map(([domain, path, tag, digest]) => ({
    name: [...(domain === undefined ? [] : [domain]), ...path].join('/'),
    tag,
    digest,
  }));

test('what is formatted parses to the same pieces, and the reverse', () => {
  fc.assert(
    fc.property(reference, ({ name, tag, digest }) => {
      const text = name + (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);
      const parsed = parseReference(text);
      expect([parsed.name, parsed.tag, parsed.digest]).toEqual([name, tag, digest]);
      expect(formatReference(parsed)).toBe(text);
      expect(parseReference(formatReference(parsed))).toEqual(parsed);
    }),
  );
});

test('any text is either a reference that formats back to itself or REFERENCE_INVALID', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'B', '/', ':', '@', '.', '-', '_', '[', ']', '0', 'é', ' ') }),
      (text) => {
        try {
          expect(formatReference(parseReference(text))).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ToolError);
          expect((error as ToolError).code).toBe('REFERENCE_INVALID');
        }
      },
    ),
  );
});

test('long hostile names are refused in linear time', () => {
  const started = performance.now();
  for (const text of [
    `${'a-'.repeat(50_000)}/x`,
    `${'a.'.repeat(50_000)}/x`,
    'a_'.repeat(50_000),
    `x:${'-'.repeat(100_000)}`,
  ]) {
    expect(() => parseReference(text)).toThrow(ToolError);
  }
  expect(performance.now() - started).toBeLessThan(500);
});

test('a digest is added once and replaces another', () => {
  const [one, two] = [digestOf('1'), digestOf('2')];
  expect(withDigest('r.io/a:v1', one)).toBe(`r.io/a:v1@${one}`);
  expect(withDigest(`r.io/a:v1@${one}`, one)).toBe(`r.io/a:v1@${one}`);
  expect(withDigest(`r.io/a@${one}`, two)).toBe(`r.io/a@${two}`);
});

test('digests: the known value of no bytes, and what is not one', () => {
  expect(digestOf('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(digestOf('é')).toBe(digestOf(new TextEncoder().encode('é')));
  expect(isDigest(digestOf('x'))).toBe(true);
  expect(isDigest(`sha512:${'0'.repeat(128)}`)).toBe(true);
  for (const text of [
    '',
    'sha256:',
    'sha256:abc',
    `sha256:${'A'.repeat(64)}`,
    `sha512:${'0'.repeat(64)}`,
    `md5:${'0'.repeat(32)}`,
  ]) {
    expect(isDigest(text)).toBe(false);
  }
  expect(isDigest(`sha256:${'0'.repeat(64)}\n`)).toBe(false);
});
