import { ToolError } from '../core/errors.ts';
import type { Tagger, TaggerFactory } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { Artifact } from '../core/project.ts';
import { sanitizeTag } from './sanitize.ts';

/** `tagPolicy.gitCommit`. */
export interface GitCommitSpec {
  readonly variant?: string;
  readonly prefix?: string;
  readonly ignoreChanges?: boolean;
}

/** Runs git in some directory; output is trimmed. */
type Git = (...args: readonly string[]) => Promise<string>;

const abbreviatedCommit = ['rev-list', '-1', 'HEAD', '--abbrev-commit'];

/** How each variant names a commit, seen from the context. Keys are lower case: Skaffold takes them in any. */
const variants: Readonly<Record<string, (git: Git) => Promise<string>>> = {
  tags: (git) => git('describe', '--tags', '--always'),
  commitsha: (git) => git('rev-list', '-1', 'HEAD'),
  abbrevcommitsha: (git) => git(...abbreviatedCommit),
  treesha: (git) => git('rev-parse', 'HEAD:./'),
  abbrevtreesha: (git) => git('rev-parse', '--short', 'HEAD:./'),
  branches: async (git) => {
    try {
      return await git('branch', '--show-current');
    } catch (error) {
      if (error instanceof ToolError && error.code === 'COMMAND_FAILED') return git(...abbreviatedCommit);
      throw error;
    }
  },
};

/**
 * Tags by the state of the git repository that holds the artifact's context (Skaffold's `gitCommit`), with two runs of git side
 * by side for each context. `-dirty` is added when `git status` lists anything below the context, unless `ignoreChanges`;
 * neither it nor the prefix is made fit for a tag.
 */
export const gitCommit: TaggerFactory<GitCommitSpec> = {
  type: 'gitCommit',
  create({ variant, prefix = '', ignoreChanges = false }): Tagger {
    const key = (variant || 'Tags').toLowerCase();
    const describe = Object.hasOwn(variants, key) ? variants[key] : undefined;
    if (describe === undefined) throw unknownVariant(variant);
    const states = new Map<string, Promise<CommitState>>();
    return {
      tag: async ({ workspace, image }: Artifact, ctx) => {
        const state = states.get(workspace) ?? readState(gitIn(workspace, ctx), describe, ignoreChanges);
        states.set(workspace, state);
        const { name, isDirty } = await state;
        return `${prefix}${sanitized(name, image, ctx)}${isDirty ? '-dirty' : ''}`;
      },
    };
  },
};

function unknownVariant(variant: string | undefined): ToolError {
  return new ToolError('INIT_CREATE_TAGGER_ERROR', `"${variant}" is not a valid git tagger variant`, {
    suggestions: [
      {
        code: 'FIX_TAG_POLICY',
        action: 'Use Tags, CommitSha, AbbrevCommitSha, TreeSha or AbbrevTreeSha as build.tagPolicy.gitCommit.variant',
      },
    ],
  });
}

interface CommitState {
  readonly name: string;
  readonly isDirty: boolean;
}

async function readState(
  git: Git,
  describe: (git: Git) => Promise<string>,
  ignoreChanges: boolean,
): Promise<CommitState> {
  const [name, changes] = await Promise.all([describe(git), ignoreChanges ? '' : git('status', '.', '--porcelain')]);
  return { name, isDirty: changes !== '' };
}

/** Git without the lock that `status` would take to refresh the index: somebody may be at work there. */
function gitIn(directory: string, ctx: Context): Git {
  return async (...args) => {
    const words = ['--no-optional-locks', ...args];
    const { exitCode, stdout, stderr } = await ctx.system.exec.run('git', words, {
      cwd: directory,
      signal: ctx.signal,
    });
    if (exitCode === 0) return stdout.trim();
    const [reason = ''] = stderr.trim().split('\n');
    throw new ToolError('COMMAND_FAILED', `git ${args.join(' ')} in ${directory} failed: ${reason}`, {
      suggestions: [
        {
          code: 'CHECK_GIT',
          action: 'Commit at least once in the repository of the context, or choose another tag policy',
        },
      ],
    });
  };
}

function sanitized(text: string, image: string, ctx: Context): string {
  const tag = sanitizeTag(text);
  if (tag !== text) {
    ctx.emit({
      type: 'log',
      level: 'warning',
      message: `Using "${tag}" instead of "${text}" as an image tag of ${image}`,
    });
  }
  return tag;
}
