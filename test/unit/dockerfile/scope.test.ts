import { describe, expect, test } from 'vitest';
import type { ToolError } from '../../../src/core/errors.ts';
import { expandInstruction } from '../../../src/dockerfile/expand.ts';
import { parseDockerfile, parseTrigger } from '../../../src/dockerfile/parse.ts';
import {
  declaredArguments,
  expandFrom,
  externalBases,
  globalArguments,
  proxyArguments,
  type ScopeOptions,
  stageArguments,
} from '../../../src/dockerfile/scope.ts';
import { matchSources, sourcePath, treeOfPaths } from '../../../src/dockerfile/sources.ts';
import type { ArgInstruction, FromInstruction } from '../../../src/dockerfile/types.ts';

const options: ScopeOptions = {
  buildArgs: {},
  escape: '\\',
  buildPlatform: { os: 'linux', architecture: 'amd64' },
  targetPlatform: { os: 'linux', architecture: 'arm', variant: 'v7' },
};

describe('variables of FROM', () => {
  test('ARGs see those before them and the platforms; build arguments win', () => {
    const dockerfile = parseDockerfile(
      'ARG V=1 W=$V.2\nARG X\nARG T=$TARGETARCH$TARGETVARIANT\nFROM --platform=$BUILDPLATFORM a:$W-$T\nARG V=9\n',
    );
    const from = dockerfile.instructions.find(({ kind }) => kind === 'FROM') as FromInstruction;
    const plain = globalArguments(dockerfile, options);
    expect(expandFrom(from, plain, '\\')).toMatchObject({ image: 'a:1.2-armv7', platform: 'linux/amd64' });
    expect(plain.has('X')).toBe(false);
    const given = globalArguments(dockerfile, { ...options, buildArgs: { V: '5', TARGETARCH: 'x', constructor: 'y' } });
    expect(expandFrom(from, given, '\\').image).toBe('a:5.2-xv7');
    expect(plain.get('TARGETPLATFORM')).toBe('linux/arm/v7');
    expect(plain.get('TARGETSTAGE')).toBe('default');
  });

  test('nothing left of the name is an error', () => {
    const dockerfile = parseDockerfile('# base\n\nFROM $NOPE\n');
    expect(() => expandFrom(dockerfile.instructions[0] as FromInstruction, new Map(), '\\')).toThrow(
      expect.objectContaining({ code: 'DOCKERFILE_PARSE_ERR', message: expect.stringContaining('line 3') }),
    );
  });
});

describe('ARG in a stage', () => {
  const argument = (text: string): ArgInstruction =>
    parseDockerfile(`FROM a\nARG ${text}\n`).instructions[1] as ArgInstruction;
  const globals = new Map([['G', 'global']]);

  test.each([
    ['A=x', {}, [{ name: 'A', value: 'x' }]],
    ['A', {}, [{ name: 'A', value: undefined }]],
    ['G', {}, [{ name: 'G', value: 'global' }]],
    ['G=own', {}, [{ name: 'G', value: 'own' }]],
    ['G=own', { G: 'given' }, [{ name: 'G', value: 'given' }]],
    [
      'A=1 B=$A$ENVIRONMENT',
      {},
      [
        { name: 'A', value: '1' },
        { name: 'B', value: '1e' },
      ],
    ],
    ['A=${MISSING:?unset}', { A: 'given' }, [{ name: 'A', value: 'given' }]],
  ])('ARG %s with %j', (text, buildArgs, expected) => {
    const stage = new Map([['ENVIRONMENT', 'e']]);
    expect(stageArguments(argument(text), stage, globals, { ...options, buildArgs })).toEqual(expected);
  });
});

test('every declared name counts, wherever it stands', () => {
  const { instructions } = parseDockerfile('ARG A\nFROM x\nARG B C=1\nFROM y\nARG D\n');
  expect([...declaredArguments(instructions)]).toEqual(['A', 'B', 'C', 'D']);
});

test('proxy settings pass without being declared, in either case', () => {
  expect(proxyArguments({ HTTP_PROXY: 'a', no_proxy: 'b', OTHER: 'c' })).toEqual({ HTTP_PROXY: 'a', no_proxy: 'b' });
});

test('images from outside: no stages, no scratch, each once', () => {
  const dockerfile = parseDockerfile(
    'ARG V=1\nFROM base:$V AS one\nFROM ONE\nFROM scratch AS two\nCOPY --from=0 a b\nCOPY --from=two a b\nCOPY --from=tools:9 a b\nRUN --mount=from=two,target=/t --mount=type=cache,from=seed:3,target=/c --mount=target=/m,from=mounted:4 true\nFROM --platform=linux/s390x base:1\nFROM base:1\n',
  );
  expect(externalBases(dockerfile, options)).toEqual([
    { image: 'base:1' },
    { image: 'tools:9' },
    { image: 'seed:3' },
    { image: 'mounted:4' },
    { image: 'base:1', platform: 'linux/s390x' },
  ]);
});

test('which arguments of which instructions are expanded', () => {
  const text = `FROM a
ENV A=$X B=$A
LABEL $X="$X y"
COPY --chown=$X --chmod=$X $X ${'${X}'}/d /$X/
ADD --checksum=$X $X /y
WORKDIR $X
USER $X:$X
VOLUME $X
EXPOSE $X 1 $PORTS
STOPSIGNAL $X
RUN $X
CMD $X
ENTRYPOINT ["$X"]
ONBUILD COPY $X /
COPY <<E <<'Q' /f/
$X "q"
E
$X
Q
`;
  const variables = new Map([
    ['X', 'v'],
    ['A', 'old'],
    ['PORTS', '2 3'],
  ]);
  const expanded = parseDockerfile(text).instructions.map((instruction) =>
    expandInstruction(instruction, variables, '\\'),
  );
  expect(expanded.slice(1)).toMatchObject([
    {
      pairs: [
        { key: 'A', value: 'v' },
        { key: 'B', value: 'old' },
      ],
    },
    { pairs: [{ key: 'v', value: 'v y' }] },
    { chown: 'v', chmod: 'v', sources: ['v', 'v/d'], destination: '/v/' },
    { checksum: 'v', sources: ['v'] },
    { value: 'v' },
    { value: 'v:v' },
    { values: ['v'] },
    { values: ['2', '3', 'v', '1'] },
    { value: 'v' },
    { command: { words: ['$X'] } },
    { command: { words: ['$X'] } },
    { command: { words: ['$X'] } },
    { expression: 'COPY $X /' },
    {
      heredocs: [
        { name: 'E', content: 'v "q"\n' },
        { name: 'Q', content: '$X\n' },
      ],
    },
  ]);
});

test('a trigger is one instruction that may be triggered', () => {
  expect(parseTrigger('COPY a /b')).toMatchObject({ kind: 'COPY', sources: ['a'] });
  expect(parseTrigger('RUN <<E\nx\nE')).toMatchObject({ kind: 'RUN', heredocs: [{ content: 'x\n' }] });
  for (const text of ['', 'FROM x', 'ONBUILD RUN x', 'RUN a\nRUN b', 'NOPE']) {
    expect(() => parseTrigger(text)).toThrow(expect.objectContaining({ code: 'DOCKERFILE_PARSE_ERR' }));
  }
});

test('every wrong instruction is reported, with its lines and what was meant', () => {
  let caught: ToolError | undefined;
  try {
    parseDockerfile('FROM a\nCOPPY a b\nRUN x \\\n  y\nCOPY --form=b a \\\n c\n', { file: 'web.Dockerfile' });
  } catch (error) {
    caught = error as ToolError;
  }
  expect(caught?.code).toBe('DOCKERFILE_PARSE_ERR');
  expect(caught?.diagnostics).toMatchObject([
    {
      at: { file: 'web.Dockerfile', line: 2, column: 1, endLine: 2, endColumn: 10 },
      suggestion: 'Did you mean COPY?',
      excerpt: 'COPPY a b',
    },
    { at: { line: 5, endLine: 6 }, suggestion: 'Did you mean --from?' },
  ]);
});

describe('what a source of COPY matches', () => {
  const tree = treeOfPaths(['a.txt', 'b.txt', 'dir/c.txt', 'dir/sub/d.txt', 'x[1]', 'x1', 'empty']);
  test.each([
    ['a.txt', ['a.txt']],
    ['/dir/', ['dir']],
    ['.', ['']],
    ['nope', []],
    ['*.txt', ['a.txt', 'b.txt']],
    ['*', ['a.txt', 'b.txt', 'dir', 'empty', 'x1', 'x[1]']],
    ['dir/*/d.txt', ['dir/sub/d.txt']],
    ['*/c.txt', ['dir/c.txt']],
    ['d?r/*', ['dir/c.txt', 'dir/sub']],
    ['x[1]', ['x1']],
    ['x[[]1]', ['x[1]']],
    ['x\\[1]', ['x[1]']],
    ['a.txt/*', []],
    ['../../a*', ['a.txt']],
  ])('%s', async (source, expected) => {
    expect(await matchSources(source, tree)).toEqual(expected);
  });

  test('paths stay below the root', () => {
    expect(['/a/../../b', '../x', './y/', '/', ''].map(sourcePath)).toEqual(['b', 'x', 'y', '', '']);
  });
});
