import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expandWord, expandWords, heredocText } from '../../../src/dockerfile/expand.ts';
import { parseIgnoreFile } from '../../../src/dockerfile/ignore.ts';
import { instructionOf } from '../../../src/dockerfile/instructions.ts';
import { parseDockerfile, splitDockerfile } from '../../../src/dockerfile/parse.ts';
import { compilePattern } from '../../../src/dockerfile/pattern.ts';
import type { DockerfileNode, EscapeCharacter, Instruction } from '../../../src/dockerfile/types.ts';

/** What BuildKit and moby's libraries answered; made by the Go program beside the file. */
const recorded = JSON.parse(readFileSync(new URL('fixtures/buildkit.json', import.meta.url), 'utf8')) as {
  readonly environment: readonly string[];
  readonly dockerfiles: readonly RecordedDockerfile[];
  readonly words: readonly RecordedWord[];
  readonly ignorePaths: readonly string[];
  readonly ignoreFiles: readonly { readonly text: string; readonly ignored?: readonly string[] }[];
  readonly matchNames: readonly string[];
  readonly matches: readonly { readonly pattern: string; readonly matched?: readonly string[] }[];
};

interface RecordedDockerfile {
  readonly text: string;
  readonly error?: string;
  readonly escape?: string;
  readonly valid?: boolean;
  readonly warnings?: number;
  readonly nodes?: readonly (DockerfileNode & { readonly instruction: Record<string, unknown> })[];
}

interface RecordedWord {
  readonly text: string;
  readonly escape: EscapeCharacter;
  readonly word?: string;
  readonly words?: readonly string[];
  readonly heredoc?: string;
}

const parseFailure = expect.objectContaining({ code: 'DOCKERFILE_PARSE_ERR' });

describe('instructions', () => {
  test.each(recorded.dockerfiles.map((entry) => [entry.text, entry] as const))('%j', (text, entry) => {
    if (entry.error !== undefined) {
      expect(() => splitDockerfile(text)).toThrow(parseFailure);
      return;
    }
    const { nodes, escape: escapeCharacter, emptyContinuations } = splitDockerfile(text);
    expect(escapeCharacter).toBe(entry.escape);
    expect(emptyContinuations).toHaveLength(entry.warnings ?? 0);
    for (const [index, expected] of (entry.nodes ?? []).entries()) {
      const node = nodes[index] as DockerfileNode;
      expect(comparableNode(node)).toEqual(comparableNode(expected));
      expect(meaning(node)).toEqual(
        'error' in expected.instruction ? 'refused' : recordedMeaning(expected.instruction),
      );
    }
    expect(nodes).toHaveLength(entry.nodes?.length ?? 0);
    if (entry.valid) expect(parseDockerfile(text).instructions).toHaveLength(nodes.length);
    else expect(() => parseDockerfile(text)).toThrow(parseFailure);
  });
});

/** ONBUILD's words are nested nodes in BuildKit and plain text here: its expression is compared instead. */
function comparableNode(node: DockerfileNode): unknown {
  const { keyword, line, endLine, original, flags, words, json, heredocs } = node;
  const isOnBuild = keyword.toUpperCase() === 'ONBUILD';
  const known =
    /^(add|arg|cmd|copy|entrypoint|env|expose|from|healthcheck|label|maintainer|onbuild|run|shell|stopsignal|user|volume|workdir)$/i.test(
      keyword,
    );
  return {
    keyword,
    line,
    endLine,
    original,
    flags,
    words: isOnBuild || !known ? [] : words,
    json: isOnBuild ? false : json,
    heredocs,
  };
}

function meaning(node: DockerfileNode): unknown {
  try {
    return simplify(instructionOf(node));
  } catch {
    return 'refused';
  }
}

/** An instruction without its place, with nothing optional left out. */
function simplify(instruction: Instruction): unknown {
  const { line: _line, endLine: _endLine, original: _original, ...rest } = instruction;
  switch (rest.kind) {
    case 'FROM':
      return { kind: 'FROM', image: rest.image, name: rest.name ?? '', platform: rest.platform ?? '' };
    case 'COPY':
    case 'ADD': {
      const heredocs = rest.heredocs.map(({ name, expand, ...heredoc }) => ({
        name,
        expand,
        content: heredocText({ name, ...heredoc, expand: false }, new Map()),
      }));
      const { kind, sources, destination, link, exclude, chown = '', chmod = '' } = rest;
      const shared = { kind, sources, destination, heredocs, link, exclude, chown, chmod };
      return rest.kind === 'COPY'
        ? { ...shared, from: rest.from ?? '', parents: rest.parents }
        : { ...shared, checksum: rest.checksum ?? '' };
    }
    case 'RUN':
      return { kind: 'RUN', ...rest.command, network: rest.network, security: rest.security };
    case 'CMD':
    case 'ENTRYPOINT':
      return { kind: rest.kind, ...rest.command };
    case 'HEALTHCHECK':
      return { interval: 0, timeout: 0, startPeriod: 0, startInterval: 0, retries: 0, ...rest };
    default:
      return rest;
  }
}

function recordedMeaning(instruction: Record<string, unknown>): unknown {
  return instruction;
}

describe('words', () => {
  const variables = new Map(
    recorded.environment.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
  test.each(recorded.words.map((entry) => [entry.escape, entry.text, entry] as const))(
    'with %s: %j',
    (escapeCharacter, text, entry) => {
      if (entry.word === undefined) {
        expect(() => expandWord(text, variables, escapeCharacter)).toThrow(parseFailure);
        expect(() => expandWords(text, variables, escapeCharacter)).toThrow(parseFailure);
        return;
      }
      expect(expandWord(text, variables, escapeCharacter)).toBe(entry.word);
      expect(expandWords(text, variables, escapeCharacter)).toEqual(entry.words);
      if (entry.heredoc === undefined) return;
      expect(heredocText({ name: 'x', content: text, expand: true, chomp: false }, variables)).toBe(entry.heredoc);
    },
  );
});

describe('ignore files', () => {
  test.each(recorded.ignoreFiles.map((entry) => [entry.text, entry] as const))('%j', (text, entry) => {
    if (entry.ignored === undefined) {
      expect(() => parseIgnoreFile(text, '.dockerignore')).toThrow(
        expect.objectContaining({ code: 'BUILD_USER_ERROR' }),
      );
      return;
    }
    const rules = parseIgnoreFile(text, '.dockerignore');
    expect(recorded.ignorePaths.filter((path) => rules.ignores(path))).toEqual(entry.ignored);
  });
});

describe('patterns of COPY and ADD', () => {
  test.each(recorded.matches.map((entry) => [entry.pattern, entry] as const))('%j', (pattern, entry) => {
    const expression = compilePattern(pattern, false);
    if (entry.matched === undefined) expect(expression).toBeUndefined();
    else expect(recorded.matchNames.filter((name) => expression?.test(name))).toEqual(entry.matched);
  });
});
