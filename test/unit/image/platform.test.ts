import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  formatPlatform,
  normalizePlatform,
  parsePlatform,
  parsePlatforms,
  samePlatform,
} from '../../../src/image/platform.ts';

interface Recorded {
  readonly text: string;
  readonly valid: boolean;
  readonly format?: string;
  readonly normalized?: string;
}

const recorded = JSON.parse(readFileSync(new URL('fixtures/names.json', import.meta.url), 'utf8')) as {
  readonly platforms: readonly Recorded[];
};
const host = { os: 'linux', architecture: 'amd64' };

describe('as containerd reads platforms on linux/amd64', () => {
  test.each(recorded.platforms.map((entry) => [entry.text, entry] as const))('%j', (text, entry) => {
    if (!entry.valid) {
      expect(() => parsePlatform(text, host)).toThrow(expect.objectContaining({ code: 'BUILD_UNKNOWN_PLATFORM_FLAG' }));
      return;
    }
    const parsed = parsePlatform(text, host);
    expect(formatPlatform(parsed)).toBe(entry.format);
    expect(formatPlatform(normalizePlatform(parsed))).toBe(entry.normalized);
  });
});

test('what is left out comes from the host', () => {
  const pi = { os: 'linux', architecture: 'arm', variant: 'v6' };
  expect(parsePlatform('linux', pi)).toEqual(pi);
  expect(parsePlatform('amd64', { os: 'darwin', architecture: 'arm64' })).toEqual({
    os: 'darwin',
    architecture: 'amd64',
  });
});

test('platforms are the same under all their names', () => {
  expect(samePlatform(parsePlatform('linux/arm64', host), { os: 'linux', architecture: 'arm64', variant: 'v8' })).toBe(
    true,
  );
  expect(samePlatform(parsePlatform('linux/arm', host), { os: 'linux', architecture: 'arm', variant: 'v7' })).toBe(
    true,
  );
  expect(samePlatform(parsePlatform('linux/arm/v6', host), { os: 'linux', architecture: 'arm', variant: 'v7' })).toBe(
    false,
  );
});

test('all stands for every platform, and one bad value fails the list', () => {
  expect(parsePlatforms(['linux/arm64', 'all'], host)).toEqual({ all: true });
  expect(parsePlatforms([], host)).toEqual({ all: false, platforms: [] });
  expect(() => parsePlatforms(['linux/amd64', 'nope'], host)).toThrow(
    expect.objectContaining({ code: 'BUILD_UNKNOWN_PLATFORM_FLAG' }),
  );
});
