import { knownKeywords } from './arguments.ts';
import { parseDuration } from './duration.ts';
import { type FlagKind, type FlagValues, readFlags } from './flags.ts';
import { parseHeredocWord } from './heredoc.ts';
import { DockerfileProblem } from './problem.ts';
import { closest, compareText, trimSpace } from './text.ts';
import type {
  AddInstruction,
  ArgInstruction,
  CommandLine,
  CopyInstruction,
  DockerfileNode,
  FromInstruction,
  HealthcheckInstruction,
  Heredoc,
  Instruction,
  KeyValue,
  Located,
  OnBuildInstruction,
  RunInstruction,
} from './types.ts';

/** One node with its flags read. */
interface Request {
  readonly keyword: string;
  readonly node: DockerfileNode;
  readonly at: Located;
  readonly flags: FlagValues;
}

interface Rule {
  readonly flags?: Readonly<Record<string, FlagKind>>;
  readonly read: (request: Request) => Instruction;
}

const copyFlags = { chown: 'text', chmod: 'text', link: 'boolean', exclude: 'list' } as const;

const healthcheckFlags = {
  interval: 'text',
  timeout: 'text',
  'start-period': 'text',
  'start-interval': 'text',
  retries: 'text',
} as const;

const rules: Readonly<Record<string, Rule>> = {
  ADD: { flags: { ...copyFlags, checksum: 'text', 'keep-git-dir': 'boolean', unpack: 'boolean' }, read: readAdd },
  ARG: { read: readArg },
  CMD: { read: ({ at, node }) => ({ ...at, kind: 'CMD', command: commandLine(node) }) },
  COPY: { flags: { ...copyFlags, from: 'text', parents: 'boolean' }, read: readCopy },
  ENTRYPOINT: { read: ({ at, node }) => ({ ...at, kind: 'ENTRYPOINT', command: commandLine(node) }) },
  ENV: { read: (request) => ({ ...request.at, kind: 'ENV', pairs: readPairs(request) }) },
  EXPOSE: {
    read: (request) => ({ ...request.at, kind: 'EXPOSE', values: [...atLeastOne(request)].sort(compareText) }),
  },
  FROM: { flags: { platform: 'text' }, read: readFrom },
  HEALTHCHECK: { flags: healthcheckFlags, read: readHealthcheck },
  LABEL: { read: (request) => ({ ...request.at, kind: 'LABEL', pairs: readPairs(request) }) },
  MAINTAINER: { read: (request) => ({ ...request.at, kind: 'MAINTAINER', value: exactlyOne(request) }) },
  ONBUILD: { read: readOnBuild },
  RUN: { flags: { mount: 'list', network: 'text', security: 'text' }, read: readRun },
  SHELL: { read: readShell },
  STOPSIGNAL: { read: (request) => ({ ...request.at, kind: 'STOPSIGNAL', value: exactlyOne(request) }) },
  USER: { read: (request) => ({ ...request.at, kind: 'USER', value: exactlyOne(request) }) },
  VOLUME: { read: readVolume },
  WORKDIR: { read: (request) => ({ ...request.at, kind: 'WORKDIR', value: exactlyOne(request) }) },
};

/** Whether a word, in any case, is the name of an instruction. */
export function isInstruction(keyword: string): boolean {
  return Object.hasOwn(rules, keyword.toUpperCase());
}

/**
 * What one node means.
 *
 * @throws {DockerfileProblem} for an unknown instruction or flag, a wrong number of arguments, or a value out of range.
 */
export function instructionOf(node: DockerfileNode): Instruction {
  const keyword = node.keyword.toUpperCase();
  const rule = Object.hasOwn(rules, keyword) ? rules[keyword] : undefined;
  if (rule === undefined) throw unknownInstruction(node.keyword);
  const at = { line: node.line, endLine: node.endLine, original: trimSpace(node.original) };
  return rule.read({ keyword, node, at, flags: readFlags(node.flags, rule.flags ?? {}) });
}

function unknownInstruction(keyword: string): DockerfileProblem {
  const meant = closest(keyword.toUpperCase(), knownKeywords);
  return new DockerfileProblem(
    `unknown instruction: ${keyword}`,
    meant === undefined ? undefined : `Did you mean ${meant}?`,
  );
}

function atLeastOne({ keyword, node }: Request): readonly string[] {
  if (node.words.length === 0) throw new DockerfileProblem(`${keyword} requires at least one argument`);
  return node.words;
}

function exactlyOne({ keyword, node }: Request): string {
  const [word] = node.words;
  if (word === undefined) throw new DockerfileProblem(`${keyword} requires exactly one argument`);
  return word;
}

/** `{ name: value }` when there is a value, else nothing: for optional properties. */
function optional<Name extends string, T>(name: Name, value: T | undefined): { readonly [key in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: T };
}

function commandLine(node: DockerfileNode): CommandLine {
  return { json: node.json, words: node.words };
}

/** ENV and LABEL: the node has three words a pair. */
function readPairs(request: Request): readonly KeyValue[] {
  const words = atLeastOne(request);
  const pairs: KeyValue[] = [];
  for (let index = 0; index < words.length; index += 3) {
    const [key = '', value = ''] = words.slice(index, index + 2);
    if (key === '') throw new DockerfileProblem(`${request.keyword} names can not be blank`);
    pairs.push({ key, value });
  }
  return pairs;
}

function readArg(request: Request): ArgInstruction {
  const entries = atLeastOne(request).map((word) => {
    const equals = word.indexOf('=');
    if (equals < 0) return { name: word };
    if (equals === 0) throw new DockerfileProblem('ARG names can not be blank');
    return { name: word.slice(0, equals), value: word.slice(equals + 1) };
  });
  return { ...request.at, kind: 'ARG', arguments: entries };
}

function readFrom({ at, node, flags }: Request): FromInstruction {
  const [image = '', as, alias] = node.words;
  const named = node.words.length === 3 && as?.toLowerCase() === 'as';
  if (node.words.length !== 1 && !named)
    throw new DockerfileProblem(
      'FROM requires either one or three arguments',
      'Write FROM IMAGE or FROM IMAGE AS NAME',
    );
  const name = named ? alias?.toLowerCase() : undefined;
  if (name !== undefined && !/^[a-z][a-z0-9\-_.]*$/.test(name)) {
    throw new DockerfileProblem(
      `invalid name for build stage: "${alias}"`,
      'Start the name with a letter and use only letters, digits, -, _ and .',
    );
  }
  return {
    ...at,
    kind: 'FROM',
    image,
    ...optional('name', name),
    ...optional('platform', flags.text.get('platform') || undefined),
  };
}

/** What COPY and ADD have in common. Heredocs among the sources are found by their name in the node's. */
function readCopyParts({ keyword, node, flags, at }: Request) {
  const destination = node.words.at(-1);
  if (destination === undefined || node.words.length < 2) {
    throw new DockerfileProblem(`${keyword} requires at least two arguments, sources and a destination`);
  }
  if (heredocWord(destination) !== undefined)
    throw new DockerfileProblem(`${keyword} cannot accept a heredoc as a destination`);
  const sources: string[] = [];
  const heredocs: Heredoc[] = [];
  for (const word of node.words.slice(0, -1)) {
    const start = heredocWord(word);
    if (start === undefined) sources.push(word);
    else heredocs.push({ ...start, content: node.heredocs.findLast(({ name }) => name === start.name)?.content ?? '' });
  }
  return {
    ...at,
    sources,
    heredocs,
    destination,
    ...optional('chown', flags.text.get('chown') || undefined),
    ...optional('chmod', flags.text.get('chmod') || undefined),
    link: flags.boolean.get('link') ?? false,
    exclude: flags.list.get('exclude') ?? [],
  };
}

/** A word that only looks like a heredoc, such as one with an open quote, is a path. */
function heredocWord(word: string): ReturnType<typeof parseHeredocWord> {
  if (!word.includes('<<')) return undefined;
  try {
    return parseHeredocWord(word);
  } catch (error) {
    if (error instanceof DockerfileProblem) return undefined;
    throw error;
  }
}

function readCopy(request: Request): CopyInstruction {
  const { flags } = request;
  return {
    kind: 'COPY',
    ...readCopyParts(request),
    ...optional('from', flags.text.get('from') || undefined),
    parents: flags.boolean.get('parents') ?? false,
  };
}

function readAdd(request: Request): AddInstruction {
  const { flags } = request;
  return {
    kind: 'ADD',
    ...readCopyParts(request),
    ...optional('checksum', flags.text.get('checksum') || undefined),
    ...optional('keepGitDir', flags.boolean.get('keep-git-dir')),
    ...optional('unpack', flags.boolean.get('unpack')),
  };
}

function readRun({ at, node, flags }: Request): RunInstruction {
  const network = flags.text.get('network') ?? 'default';
  const security = flags.text.get('security') ?? 'sandbox';
  if (network !== 'default' && network !== 'none' && network !== 'host')
    throw new DockerfileProblem(`invalid network mode "${network}"`, 'Use default, none or host');
  if (security !== 'sandbox' && security !== 'insecure')
    throw new DockerfileProblem(`security "${security}" is not valid`, 'Use sandbox or insecure');
  return {
    ...at,
    kind: 'RUN',
    command: commandLine(node),
    heredocs: node.heredocs,
    mounts: flags.list.get('mount') ?? [],
    network,
    security,
  };
}

function readShell(request: Request): Instruction {
  const words = atLeastOne(request);
  if (!request.node.json)
    throw new DockerfileProblem(
      'SHELL requires the arguments to be in JSON form',
      'Write SHELL ["program", "argument"]',
    );
  return { ...request.at, kind: 'SHELL', words };
}

function readVolume(request: Request): Instruction {
  const values = atLeastOne(request).map(trimSpace);
  if (values.includes('')) throw new DockerfileProblem('VOLUME specified can not be an empty string');
  return { ...request.at, kind: 'VOLUME', values };
}

function readOnBuild(request: Request): OnBuildInstruction {
  const [trigger] = atLeastOne(request);
  const keyword = /^\S+/.exec(trigger ?? '')?.[0].toUpperCase() ?? '';
  if (keyword === 'ONBUILD') throw new DockerfileProblem('ONBUILD ONBUILD is not allowed');
  if (keyword === 'MAINTAINER' || keyword === 'FROM')
    throw new DockerfileProblem(`${keyword} is not allowed as an ONBUILD trigger`);
  const first = request.node.original.replace(/^\s*ONBUILD\s*/i, '');
  const bodies = request.node.heredocs.map(({ content, name }) => `\n${content}${name}`);
  return { ...request.at, kind: 'ONBUILD', expression: first + bodies.join('') };
}

function readHealthcheck(request: Request): HealthcheckInstruction {
  const [type = '', ...command] = atLeastOne(request);
  switch (type.toUpperCase()) {
    case 'NONE':
      if (command.length > 0) throw new DockerfileProblem('HEALTHCHECK NONE takes no arguments');
      return { ...request.at, kind: 'HEALTHCHECK', test: ['NONE'] };
    case 'CMD': {
      if (command.length === 0) throw new DockerfileProblem('HEALTHCHECK CMD requires a command');
      const test = [request.node.json ? 'CMD' : 'CMD-SHELL', ...command];
      return { ...request.at, kind: 'HEALTHCHECK', test, ...healthcheckTimes(request.flags) };
    }
    default:
      throw new DockerfileProblem(`unknown type "${type}" in HEALTHCHECK`, 'Use CMD or NONE');
  }
}

function healthcheckTimes({ text }: FlagValues): Partial<HealthcheckInstruction> {
  return {
    ...optional('interval', interval('interval', text.get('interval'))),
    ...optional('timeout', interval('timeout', text.get('timeout'))),
    ...optional('startPeriod', interval('start-period', text.get('start-period'))),
    ...optional('startInterval', interval('start-interval', text.get('start-interval'))),
    ...optional('retries', retries(text.get('retries'))),
  };
}

/** A duration in nanoseconds; absent when it is not given or 0, at least a millisecond otherwise. */
function interval(flag: string, value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const nanoseconds = parseDuration(value);
  if (nanoseconds === 0) return undefined;
  if (nanoseconds < 1e6) throw new DockerfileProblem(`--${flag} cannot be less than 1ms`);
  return nanoseconds;
}

function retries(value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const count = Number(value);
  if (!/^[+-]?\d+$/.test(value) || count < 0 || count >= 2 ** 31)
    throw new DockerfileProblem(`--retries must be a whole number of at least 0, not "${value}"`);
  return count === 0 ? undefined : count;
}
