import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CommandName } from '../../../src/cli/command-names.ts';
import type { Options } from '../../../src/cli/flags/options.ts';
import { ValueError } from '../../../src/cli/parse/literals.ts';
import { parseCommandLine } from '../../../src/cli/parse.ts';
import { ToolError } from '../../../src/core/errors.ts';

interface Parsed<Name extends CommandName> {
  readonly command: CommandName;
  readonly options: Options<Name>;
  readonly given: ReadonlySet<string>;
  readonly args: readonly string[];
  readonly notices: readonly string[];
}

const files: Readonly<Record<string, string>> = { 'b.json': 'app=reg/app:1', '-': 'app=reg/stdin:1' };

async function parse<Name extends CommandName = 'build'>(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Parsed<Name>> {
  const notices: string[] = [];
  const line = await parseCommandLine(words, {
    program: 'skaffold',
    env,
    notify: (message) => notices.push(message),
    sources: {
      readArtifacts: async (file) => {
        const text = files[file];
        if (text === undefined) throw new ValueError(`stat ${file}: no such file or directory`);
        const [imageName = '', tag = ''] = text.split('=');
        return [{ imageName: imageName as never, tag }];
      },
      compileTemplate: async (text) => {
        if (text.includes('{{range')) throw new ToolError('TEMPLATE_ERR', 'template: flagtemplate:1: unclosed action');
        return { execute: () => text };
      },
    },
  });
  if (line.kind !== 'command') throw new Error(`help about ${line.name}`);
  return { ...line, options: line.options as unknown as Options<Name>, notices };
}

async function failure(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ToolError> {
  const error: unknown = await parse(words, env).catch((thrown: unknown) => thrown);
  if (!(error instanceof ToolError)) throw new Error(`no ToolError: ${String(error)}`);
  return error;
}

describe('the forms flags are typed in', () => {
  test.each<[words: string, picked: Partial<Record<keyof Options<'build'>, unknown>>]>([
    ['build --push', { push: true }],
    ['build --push=false', { push: false }],
    ['build --push=maybe', { push: undefined }],
    ['build', { push: undefined, quiet: false, profile: [], defaultRepo: undefined, buildConcurrency: -1 }],
    ['build -q', { quiet: true }],
    ['build -q=false', { quiet: false }],
    ['build -q=T', { quiet: true }],
    ['build -qo x', { quiet: true, output: expect.objectContaining({ text: 'x' }) }],
    ['build -qox', { quiet: true, output: expect.objectContaining({ text: 'x' }) }],
    ['build -qo=x', { quiet: true, output: expect.objectContaining({ text: 'x' }) }],
    ['build -qtjoined', { quiet: true, tag: 'joined' }],
    ['build -p -staging', { profile: ['-staging'] }],
    ['build -p a,b -p c', { profile: ['a', 'b', 'c'] }],
    ['build --profile=a --profile b', { profile: ['a', 'b'] }],
    ['build --default-repo=', { defaultRepo: [''] }],
    ['build -d reg.example.com', { defaultRepo: ['reg.example.com'] }],
    ['build --build-concurrency -1', { buildConcurrency: -1 }],
    ['build --build-concurrency=0x10', { buildConcurrency: 16 }],
    ['build --file-output a=b', { fileOutput: 'a=b' }],
    ['build --file-output=a=b', { fileOutput: 'a=b' }],
    ['build -t a -t b', { tag: 'b' }],
    ['build --rpc-port=50051', { rpcPort: 50051 }],
    ['build --cache-artifacts=false --toot', { cacheArtifacts: false, toot: true }],
    ['build --sync-remote-cache never', { syncRemoteCache: 'never' }],
    ['build --engine embedded', { engine: 'embedded' }],
    ['-v debug build -v info', { verbosity: 'info' }],
    ['--color=0 build', { color: 0 }],
    ['--interactive=false build --update-check=false', { interactive: false, updateCheck: false }],
    ['build --', { quiet: false }],
  ])('%s', async (words, picked) => {
    expect((await parse(words.split(' '))).options).toMatchObject(picked);
  });

  test('lists are CSV', async () => {
    expect((await parse<'render'>(['render', '-l', '"a=1,2",b=3'])).options.label).toEqual(['a=1,2', 'b=3']);
  });

  test('lists without CSV', async () => {
    expect((await parse<'init'>(['init', '-a', 'a,b', '-a', '{"x":1}'])).options.artifact).toEqual(['a,b', '{"x":1}']);
  });

  test('durations are milliseconds', async () => {
    const { options } = await parse<'run'>(['run', '--wait-for-deletions-max', '1m30s']);
    expect([options.waitForDeletionsMax, options.waitForDeletionsDelay]).toEqual([90_000, 2000]);
  });

  test('a flag that is complete by itself leaves the next word alone', async () => {
    const error = await failure(['build', '--push', 'false']);
    expect(error.message).toBe('unknown command "false" for "skaffold build"');
    expect((await parse<'run'>(['run', '--status-check'])).options.statusCheck).toBe(true);
    expect((await parse<'dev'>(['dev', '--port-forward'])).options.portForward).toEqual(['true']);
  });

  test('words after -- are arguments, flags may follow arguments', async () => {
    expect((await parse<'apply'>(['apply', 'a.yaml', '-n', 'x', '--', '-b', '--', 'c'])).args).toEqual([
      'a.yaml',
      '-b',
      '--',
      'c',
    ]);
    expect((await parse<'apply'>(['apply', '-', '-n', 'x'])).args).toEqual(['-']);
  });

  test('what was given', async () => {
    const { given } = await parse(['build', '-q', '--push=false'], { SKAFFOLD_TAG: 'x' });
    expect([...given].sort()).toEqual(['push', 'quiet', 'tag']);
  });
});

describe('values with a syntax of their own', () => {
  test('build artifacts come from a file or standard input', async () => {
    expect((await parse<'render'>(['render', '-a', 'b.json'])).options.buildArtifacts).toEqual([
      { imageName: 'app', tag: 'reg/app:1' },
    ]);
    expect((await parse<'render'>(['render', '--build-artifacts=-'])).options.buildArtifacts?.[0]?.tag).toBe(
      'reg/stdin:1',
    );
    expect((await parse<'render'>(['render'])).options.buildArtifacts).toBeUndefined();
  });

  test('images', async () => {
    const { options } = await parse<'render'>(['render', '-i', 'app=reg/x:1,reg.io:5000/team/web:v2', '-i', 'db']);
    expect(options.images).toEqual([
      { imageName: 'app', tag: 'reg/x:1' },
      { imageName: 'reg.io:5000/team/web', tag: 'reg.io:5000/team/web:v2' },
      { imageName: 'db', tag: 'db' },
    ]);
  });

  test('only a template that is not the default is compiled', async () => {
    expect((await parse(['build'])).options.output.compiled).toBeUndefined();
    expect((await parse(['build', '-o', '{{json .}}'])).options.output.compiled).toBeUndefined();
    expect((await parse(['build', '-o', '{{.}}'])).options.output.compiled?.execute({})).toBe('{{.}}');
  });
});

describe('per-command defaults', () => {
  test.each<[words: string, picked: Record<string, unknown>]>([
    ['dev', { autoBuild: true, tail: true, portForward: ['user'], checkClusterNodePlatforms: true }],
    ['debug', { autoBuild: false, portForward: ['user', 'debug'], disableMultiPlatformBuild: true }],
    ['run', { tail: false, portForward: ['off'], enablePlatformNodeAffinity: true }],
    ['build', { checkClusterNodePlatforms: false, syncRemoteCache: 'always' }],
    ['diagnose', { syncRemoteCache: 'missing' }],
    ['debug --auto-build', { autoBuild: true }],
  ])('%s', async (words, picked) => {
    expect((await parse(words.split(' '))).options).toMatchObject(picked);
  });

  test('an option whose flag the command does not take has the plain default', async () => {
    const { options } = await parse<'render'>(['render']);
    expect(options).toMatchObject({ detectMinikube: true, kubeContext: '', tail: false, portForward: ['off'] });
  });
});

describe('the environment', () => {
  test.each<[env: Record<string, string>, words: string, picked: Record<string, unknown>]>([
    [{ SKAFFOLD_PROFILE: 'a' }, 'build -p b', { profile: ['a', 'b'] }],
    [{ SKAFFOLD_PROFILE: 'a,b' }, 'build', { profile: ['a', 'b'] }],
    [{ SKAFFOLD_PROFILE: '' }, 'build', { profile: [] }],
    [{ SKAFFOLD_TAG: 'env' }, 'build -t flag', { tag: 'flag' }],
    [{ SKAFFOLD_TAG: 'env' }, 'build', { tag: 'env' }],
    [{ SKAFFOLD_DEFAULT_REPO: '' }, 'build', { defaultRepo: [''] }],
    [{ SKAFFOLD_DEFAULT_REPO: 'env' }, 'build', { defaultRepo: ['env'] }],
    [{ SKAFFOLD_DEFAULT_REPO: 'env' }, 'build -d a -d b', { defaultRepo: ['a', 'b'] }],
    [{ SKAFFOLD_PUSH: 'false' }, 'build', { push: false }],
    [{ SKAFFOLD_BUILD_CONCURRENCY: 'abc' }, 'build', { buildConcurrency: -1 }],
    [{ SKAFFOLD_CACHE_ARTIFACTS: 'maybe' }, 'build', { cacheArtifacts: true }],
    [{ SKAFFOLD_COLOR: 'abc' }, 'build', { color: 0 }],
    [{ SKAFFOLD_INTERACTIVE: 'maybe' }, 'build', { interactive: false }],
    [{ SKAFFOLD_VERBOSITY: 'abc' }, 'build', { verbosity: 'abc' }],
    [{ SKAFFOLD_WAIT_FOR_DELETIONS_DELAY: 'soon' }, 'run', { waitForDeletionsDelay: 2000 }],
    [{ SKAFFOLD_BUILD_ARTIFACTS: 'missing.json' }, 'render', { buildArtifacts: undefined }],
    [{ SKAFFOLD_OUTPUT: 'o.yaml' }, 'render', { output: 'o.yaml' }],
    [{ SKAFFOLD_KUBE_CONTEXT: 'c', SKAFFOLD_CONFIG: 'f' }, 'render', { kubeContext: 'c', config: 'f' }],
    [{ SKAFFOLD_DEPLOY_NAMESPACE: 'old' }, 'build', { namespace: 'old' }],
    [{ SKAFFOLD_DEPLOY_NAMESPACE: 'old', SKAFFOLD_NAMESPACE: 'new' }, 'build', { namespace: 'new' }],
    [{ SLIPWAY_ENGINE: 'docker' }, 'build', { engine: 'docker' }],
    [{ SKAFFOLD_ENGINE: 'docker' }, 'build', { engine: 'auto' }],
    [{ SLIPWAY_TAG: 'ours', SKAFFOLD_TAG: 'theirs' }, 'build', { tag: 'ours' }],
    [{ SKAFFOLD_CONFIG: 'f', SKAFFOLD_VERBOSITY: 'info' }, 'config list', { config: '', verbosity: 'info' }],
    [{ SLIPWAY_STORE: '/s' }, 'registry serve', { store: '/s' }],
    [{ SKAFFOLD_HELP: 'true', SKAFFOLD_NO_SUCH_FLAG: 'x' }, 'build', { help: false }],
  ])('%j with "%s"', async (env, words, picked) => {
    expect((await parse(words.split(' '), env)).options).toMatchObject(picked);
  });

  test('a bad value for a flag of our own is not passed over', async () => {
    const error = await failure(['build'], { SLIPWAY_ENGINE: 'podman' });
    expect([error.code, error.message]).toEqual([
      'USAGE',
      'invalid value "podman" of SLIPWAY_ENGINE: value must be one of `auto`, `docker`, `embedded`, or `buildkit`',
    ]);
  });
});

describe('what cannot be understood', () => {
  const see = (command: string): string => `\nSee 'skaffold${command} --help' for usage.`;
  test.each<[words: readonly string[], message: string]>([
    [['build', '--nope'], `unknown flag: --nope${see(' build')}`],
    [['build', '--nope=1'], `unknown flag: --nope${see(' build')}`],
    [['--nope'], `unknown flag: --nope${see('')}`],
    [['--nope', 'build'], `unknown flag: --nope${see('')}`],
    [['version', '--wait-for-connection=false'], `unknown flag: --wait-for-connection${see(' version')}`],
    [['config', '--nope'], `unknown flag: --nope${see(' config')}`],
    [['render', '--kube-context', 'x'], `unknown flag: --kube-context${see(' render')}`],
    [['build', '-x'], `unknown shorthand flag: 'x' in -x${see(' build')}`],
    [['build', '-qx1'], `unknown shorthand flag: 'x' in -x1${see(' build')}`],
    [['build', '-q='], `unknown shorthand flag: '=' in -=${see(' build')}`],
    [['build', '-é'], `unknown shorthand flag: 'é' in -é${see(' build')}`],
    [['build', '---x'], `bad flag syntax: ---x${see(' build')}`],
    [['build', '--=x'], `bad flag syntax: --=x${see(' build')}`],
    [['render', '-p'], `flag needs an argument: 'p' in -p${see(' render')}`],
    [['build', '-qt'], `flag needs an argument: 't' in -t${see(' build')}`],
    [['render', '--profile'], `flag needs an argument: --profile${see(' render')}`],
    [
      ['build', '--build-concurrency=two'],
      `invalid argument "two" for "--build-concurrency" flag: strconv.ParseInt: parsing "two": invalid syntax${see(' build')}`,
    ],
    [
      ['build', '-q=maybe'],
      `invalid argument "maybe" for "-q, --quiet" flag: strconv.ParseBool: parsing "maybe": invalid syntax${see(' build')}`,
    ],
    [
      ['build', '--rpc-port=x'],
      `invalid argument "x" for "--rpc-port" flag: strconv.Atoi: parsing "x": invalid syntax${see(' build')}`,
    ],
    [
      ['render', '-a', 'no.json'],
      `invalid argument "no.json" for "-a, --build-artifacts" flag: stat no.json: no such file or directory${see(' render')}`,
    ],
    [
      ['render', '-i', ''],
      `invalid argument "" for "-i, --images" flag: cannot add an empty image value${see(' render')}`,
    ],
    [
      ['build', '-o', '{{range'],
      `invalid argument "{{range" for "-o, --output" flag: setting template flag: template: flagtemplate:1: unclosed action${see(' build')}`,
    ],
    [
      ['run', '--port-forward=user,off'],
      `invalid argument "user,off" for "--port-forward" flag: port-forward "off" cannot be combined with other options${see(' run')}`,
    ],
    [
      ['run', '--port-forward=nope'],
      `invalid argument "nope" for "--port-forward" flag: unknown port-forward option "nope": expected: user, services, pods, debug, off${see(' run')}`,
    ],
    [
      ['build', '--sync-remote-cache=x'],
      `invalid argument "x" for "--sync-remote-cache" flag: value must be one of \`always\`, \`missing\`, or \`never\`${see(' build')}`,
    ],
    [
      ['build', '-p', 'a"b'],
      `invalid argument "a\\"b" for "-p, --profile" flag: parse error on line 1, column 2: bare " in non-quoted field${see(' build')}`,
    ],
    [['render', 'extra'], 'unknown command "extra" for "skaffold render"'],
    [['build', '-q', '--', '-t', 'x'], 'unknown command "-t" for "skaffold build"'],
    [['nope', '--x'], 'unknown command "nope" for "skaffold"'],
    [['buld'], 'unknown command "buld" for "skaffold"\n\nDid you mean this?\n\tbuild\n'],
    [['de'], 'unknown command "de" for "skaffold"\n\nDid you mean this?\n\tdebug\n\tdelete\n\tdeploy\n\tdev\n'],
    [['config', 'set', 'x'], 'accepts 2 arg(s), received 1'],
    [['schema', 'get'], 'accepts 1 arg(s), received 0'],
    [['completion', 'csh'], 'invalid argument "csh" for "skaffold completion"'],
    [['completion'], 'missing shell: bash, fish, zsh'],
  ])('%j', async (words, message) => {
    const error = await failure(words);
    expect([error.code, error.message]).toEqual(['USAGE', message]);
  });

  test('the first mistake is the one that is named', async () => {
    expect((await failure(['build', '-q=maybe', '--nope'])).message).toContain('"maybe"');
    expect((await failure(['build', '--nope', '-q=maybe'])).message).toContain('unknown flag: --nope');
  });
});

describe('finding the command', () => {
  test.each<[words: string, command: string]>([
    ['build', 'build'],
    ['-v debug build', 'build'],
    ['--verbosity debug build', 'build'],
    ['--verbosity=debug build', 'build'],
    ['--timestamps build', 'build'],
    ['config set a b', 'config set'],
    ['config -v info set a b', 'config set'],
    ['inspect build-env add local --push', 'inspect build-env add local'],
    ['registry serve', 'registry serve'],
    ['build -t build', 'build'],
  ])('%s', async (words, command) => {
    expect((await parse(words.split(' '))).command).toBe(command);
  });

  test.each<[words: string, name: string]>([
    ['', ''],
    ['--help', ''],
    ['-h', ''],
    ['build --help', 'build'],
    ['build -qh', 'build'],
    ['build extra --help', 'build'],
    ['config', 'config'],
    ['config bogus', 'config'],
    ['inspect nope', 'inspect'],
    ['inspect modules', 'inspect modules'],
  ])('"%s" asks for help', async (words, name) => {
    await expect(parse(words.split(' ').filter((word) => word !== ''))).rejects.toThrow(`help about ${name}`);
  });
});

test('a deprecated flag says so once', async () => {
  const { notices } = await parse(['build', '--enable-rpc', '--enable-rpc=false'], { SKAFFOLD_ENABLE_RPC: 'true' });
  expect(notices).toEqual([expect.stringMatching(/^Flag --enable-rpc has been deprecated, /)]);
});

test('no command line makes it throw anything but a usage error', async () => {
  const word = fc.oneof(
    fc.constantFrom(
      'build',
      'render',
      'config',
      'set',
      '--',
      '-',
      '-p',
      '-q',
      '-qo',
      '--push',
      '--profile',
      '-t=',
      '--x=y',
    ),
    fc.string(),
    fc.string().map((text) => `--${text}`),
    fc.string().map((text) => `-${text}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
      const error: unknown = await parse(words).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      const isHelp = error instanceof Error && error.message.startsWith('help about ');
      expect(error === undefined || isHelp || (error instanceof ToolError && error.code === 'USAGE')).toBe(true);
    }),
    { numRuns: 500 },
  );
});
