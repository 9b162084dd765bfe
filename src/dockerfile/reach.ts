import { withPrefix } from '../core/errors.ts';
import { expandWord } from './expand.ts';
import { parseTrigger, splitDockerfile } from './parse.ts';
import type { DockerfileNode, DockerfileNodes, EscapeCharacter } from './types.ts';

/** What one instruction takes from the context: paths and patterns with variables expanded. */
export interface ReachedSources {
  readonly line: number;
  /** A RUN sees them while it runs (`--mount`); a COPY or ADD puts them into the image. */
  readonly isMount: boolean;
  readonly sources: readonly string[];
  /** Where it puts them, as written but for ARGs. */
  readonly destination: string;
  /** The stage it belongs to, from 0. */
  readonly stage: number;
  /** The directories above a source come along (`--parents`). */
  readonly keepsParents: boolean;
}

type BuildArgs = Readonly<Record<string, string | null>>;

/**
 * What the COPY, ADD and RUN instructions of all stages take from the context, base images' ONBUILD triggers included. Downloads, heredocs
 * and `--from` are no part of it. ARGs are replaced as text first, from the line on that declares them (Skaffold's rule: one before
 * the first FROM counts in every stage); ENV and what else a substitution needs is expanded as in the build.
 */
export async function reachedSources(
  dockerfile: DockerfileNodes,
  buildArgs: BuildArgs,
  readOnBuild: (image: string) => Promise<readonly string[]>,
): Promise<readonly ReachedSources[]> {
  const nodes = substituteArguments(dockerfile.nodes, buildArgs);
  const triggers = await readTriggers(nodes, readOnBuild);
  const walked = nodes.flatMap((node) => [node, ...(triggers.get(node) ?? [])]);
  return walk(walked, dockerfile.escape);
}

/**
 * The stages (from 0) that a target is made of. All of them where that cannot be told from the text: an unknown target, a FROM
 * whose variables have no value, triggers that copy from stages.
 */
export function stagesOfTarget(
  dockerfile: DockerfileNodes,
  buildArgs: BuildArgs,
  target: string,
): (stage: number) => boolean {
  const stages = readStages(substituteArguments(dockerfile.nodes, buildArgs));
  const all = (): boolean => true;
  if (stages === undefined || dockerfile.directives.syntax !== undefined) return all;
  const wanted = target.toLowerCase();
  const byName = stages.findLastIndex(({ name }) => name === wanted);
  const first = wanted === '' ? stages.length - 1 : byName < 0 && /^\d+$/.test(wanted) ? Number(wanted) : byName;
  if (stages[first] === undefined) return all;
  const needed = new Set<number>();
  const visit = (index: number): void => {
    if (needed.has(index)) return;
    needed.add(index);
    for (const name of stages[index]?.uses ?? []) {
      const used = stages.findLastIndex(
        (stage, other) => other < index && (stage.name === name || String(other) === name),
      );
      if (used >= 0) visit(used);
    }
  };
  visit(first);
  return (stage) => needed.has(stage);
}

interface StageText {
  readonly name: string;
  /** What its FROM and its `from=` options name, in lower case. */
  readonly uses: string[];
}

function readStages(nodes: readonly SubstitutedNode[]): readonly StageText[] | undefined {
  const stages: StageText[] = [];
  for (const node of nodes) {
    if (keywordOf(node) === 'ONBUILD' && node.original.includes('from=')) return undefined;
    if (keywordOf(node) === 'FROM') {
      const [image = '', , name = ''] = node.words;
      if (image === '' || image.includes('$')) return undefined;
      stages.push({ name: name.toLowerCase(), uses: [image.toLowerCase()] });
    }
    for (const flag of node.flags) {
      const [, from = ''] = /^--(?:from=|mount=(?:.*,)?from=)([^,]*)/.exec(flag) ?? [];
      if (from !== '') stages.at(-1)?.uses.push(from.toLowerCase());
    }
  }
  return stages;
}

const keywordOf = (node: DockerfileNode): string => node.keyword.toUpperCase();

/** A node with the ARGs in force at its place put into its words, and which ARG values its stage really has. */
interface SubstitutedNode extends DockerfileNode {
  readonly declared: ReadonlyMap<string, string>;
}

/** Replaces `${name}` and `$name` in every line after an ARG, up to the next ARG of that name. */
function substituteArguments(nodes: readonly DockerfileNode[], buildArgs: BuildArgs): readonly SubstitutedNode[] {
  const values = new Map<string, string>();
  const globals = new Map<string, string>();
  let declared = new Map<string, string>();
  let inStage = false;
  return nodes.map((node) => {
    const words = node.words.map((word) => substitute(word, values));
    if (keywordOf(node) === 'FROM') [inStage, declared] = [true, new Map()];
    const substituted = { ...node, words, declared };
    if (keywordOf(node) !== 'ARG') return substituted;
    declared = new Map(declared);
    for (const word of words) {
      const [, name = '', , byDefault] = /^([^=]*)(=(.*))?$/s.exec(word) ?? [];
      const value = buildArgs[name] ?? byDefault ?? globals.get(name);
      values.delete(name);
      values.set(name, value ?? '');
      if (!inStage) globals.set(name, value ?? '');
      else if (value !== undefined) declared.set(name, value);
    }
    return substituted;
  });
}

function substitute(text: string, values: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [name, value] of values) {
    if (!result.includes('$') || name === '') continue;
    const quoted = name.replace(/[^\w]/g, '\\$&');
    result = result.replace(new RegExp(`\\$(?:\\{${quoted}\\}|${quoted}(?!\\w))`, 'g'), () => value);
  }
  return result;
}

/** The ONBUILD triggers that each FROM brings along. */
async function readTriggers(
  nodes: readonly SubstitutedNode[],
  readOnBuild: (image: string) => Promise<readonly string[]>,
): Promise<ReadonlyMap<DockerfileNode, readonly SubstitutedNode[]>> {
  const stages = new Set(['', 'scratch']);
  const wanted = new Map<DockerfileNode, Promise<readonly string[]>>();
  const images = new Map<string, Promise<readonly string[]>>();
  for (const node of nodes) {
    if (keywordOf(node) !== 'FROM') continue;
    const [image = '', , name] = node.words;
    if (!stages.has(image.toLowerCase())) {
      const triggers = images.get(image) ?? readOnBuild(image);
      images.set(image, triggers);
      wanted.set(node, triggers);
    }
    if (name !== undefined) stages.add(name.toLowerCase());
  }
  const read = [...wanted].map(async ([node, triggers]) => [node, triggerNodes(await triggers)] as const);
  try {
    return new Map(await Promise.all(read));
  } catch (error) {
    throw withPrefix('parsing ONBUILD instructions', error);
  }
}

function triggerNodes(triggers: readonly string[]): readonly SubstitutedNode[] {
  return triggers.flatMap((trigger) => {
    parseTrigger(trigger);
    return splitDockerfile(trigger).nodes.map((node) => ({ ...node, declared: new Map<string, string>() }));
  });
}

/** Follows ENV through the stages and collects what COPY and ADD name. */
function walk(nodes: readonly SubstitutedNode[], escapeCharacter: EscapeCharacter): readonly ReachedSources[] {
  const stages = new Map<string, ReadonlyMap<string, string>>();
  let environment = new Map<string, string>();
  let stage = '';
  let index = -1;
  return nodes.flatMap((node) => {
    const variables = new Map([...environment, ...node.declared]);
    const expand = (word: string): string => expandWord(word, variables, escapeCharacter);
    switch (keywordOf(node)) {
      case 'FROM':
        environment = new Map(stages.get((node.words[0] ?? '').toLowerCase()));
        stage = node.words[2]?.toLowerCase() ?? '';
        index += 1;
        break;
      case 'ENV':
        for (let index = 0; index < node.words.length; index += 3) {
          environment.set(expand(node.words[index] ?? ''), expand(node.words[index + 1] ?? ''));
        }
        break;
      case 'COPY':
      case 'ADD':
        if (!node.flags.some((flag) => flag.startsWith('--from='))) return [reachedBy(node, index, expand)];
        break;
      case 'RUN':
        return node.flags.flatMap((flag) => mountedBy(flag, node.line, index, expand));
      default:
        break;
    }
    if (stage !== '') stages.set(stage, environment);
    return [];
  });
}

function reachedBy(node: SubstitutedNode, stage: number, expand: (word: string) => string): ReachedSources {
  return {
    line: node.line,
    isMount: false,
    sources: contextSources(node, expand),
    destination: node.words.at(-1) ?? '',
    stage,
    keepsParents: keepsParents(node),
  };
}

function keepsParents({ flags }: DockerfileNode): boolean {
  return flags.some((flag) => flag === '--parents' || flag === '--parents=true');
}

/** What `--mount=type=bind` (which is what a mount is that says nothing else) shows of the context: all of it, or `source`. */
function mountedBy(
  flag: string,
  line: number,
  stage: number,
  expand: (word: string) => string,
): readonly ReachedSources[] {
  if (!flag.startsWith('--mount=')) return [];
  const pairs = flag.slice('--mount='.length).split(',');
  const valueFor = (...names: readonly string[]): string | undefined => {
    const pair = pairs.find((written) => names.includes((written.split('=')[0] ?? '').toLowerCase()));
    return pair === undefined ? undefined : expand(pair.split('=').slice(1).join('='));
  };
  if (valueFor('from') !== undefined || (valueFor('type') ?? 'bind') !== 'bind') return [];
  const source = valueFor('source', 'src') ?? '.';
  const destination = valueFor('target', 'dst', 'destination') ?? '';
  return [{ line, isMount: true, sources: [source], destination, stage, keepsParents: false }];
}

function contextSources(node: DockerfileNode, expand: (word: string) => string): readonly string[] {
  const isRemote = (source: string): boolean => /^(?:https?:\/\/|git:\/\/|ssh:\/\/|git@)/.test(source);
  const sources = node.words.slice(0, -1).filter((word) => !word.startsWith('<<'));
  const parents = keepsParents(node);
  return sources
    .map(expand)
    .filter((source) => !isRemote(source))
    .map((source) => (parents ? wholeTree(source) : source));
}

/** `--parents` allows `**`, for any number of directories: everything below the last directory before it is in reach. */
function wholeTree(source: string): string {
  const index = source.split('/').findIndex((part) => part.includes('**'));
  return index < 0 ? source : `${source.split('/').slice(0, index).join('/')}/`;
}
