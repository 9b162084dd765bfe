import { ToolError } from '../core/errors.ts';
import type { Tagger, TaggerFactory } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { Artifact } from '../core/project.ts';

/** `tagPolicy.gitCommit`. */
export interface GitCommitSpec {
  readonly variant?: string;
  readonly prefix?: string;
  readonly ignoreChanges?: boolean;
}

type Describe = (directory: string, git: Git) => Promise<string>;

/** Runs git in a directory; output is trimmed. */
type Git = (directory: string, ...args: readonly string[]) => Promise<string>;

/** How each variant names a commit. Keys are lower case: Skaffold takes them in any. */
const variants: Readonly<Record<string, Describe>> = {
  tags: (directory, git) => git(directory, 'describe', '--tags', '--always'),
  commitsha: (directory, git) => git(directory, 'rev-list', '-1', 'HEAD'),
  abbrevcommitsha: (directory, git) => git(directory, 'rev-list', '-1', 'HEAD', '--abbrev-commit'),
  treesha: async (directory, git) => git(directory, 'rev-parse', await treeOf(directory, git)),
  abbrevtreesha: async (directory, git) => git(directory, 'rev-parse', '--short', await treeOf(directory, git)),
  branches: (directory, git) =>
    git(directory, 'branch', '--show-current').catch((error: unknown) => {
      if (error instanceof ToolError && error.code === 'COMMAND_FAILED')
        return git(directory, 'rev-list', '-1', 'HEAD', '--abbrev-commit');
      throw error;
    }),
};

/**
 * Tags by the state of the git repository that holds the artifact's context (Skaffold's `gitCommit`).
 * `-dirty` is added when `git status` lists anything below the context, unless `ignoreChanges`.
 */
export const gitCommit: TaggerFactory<GitCommitSpec> = {
  type: 'gitCommit',
  create(spec): Tagger {
    const describe = variants[(spec.variant || 'Tags').toLowerCase()];
    if (describe === undefined) {
      throw new ToolError('INIT_CREATE_TAGGER_ERROR', `"${spec.variant}" is not a valid git tagger variant`, {
        suggestions: [
          {
            code: 'FIX_TAG_POLICY',
            action:
              'Use Tags, CommitSha, AbbrevCommitSha, TreeSha or AbbrevTreeSha as build.tagPolicy.gitCommit.variant',
          },
        ],
      });
    }
    return {
      tag: async ({ workspace, image }: Artifact, ctx) => {
        const git = gitIn(ctx);
        const [reference, changes] = await Promise.all([
          describe(workspace, git),
          spec.ignoreChanges === true ? '' : git(workspace, 'status', '.', '--porcelain'),
        ]);
        return `${spec.prefix ?? ''}${sanitized(reference, image, ctx)}${changes === '' ? '' : '-dirty'}`;
      },
    };
  },
};

function gitIn(ctx: Context): Git {
  return async (directory, ...args) => {
    const { exitCode, stdout, stderr } = await ctx.system.exec.run('git', args, { cwd: directory, signal: ctx.signal });
    if (exitCode === 0) return stdout.trim();
    throw new ToolError(
      'COMMAND_FAILED',
      `git ${args.join(' ')} in ${directory} failed: ${stderr.trim().split('\n')[0] ?? ''}`,
      {
        suggestions: [
          {
            code: 'CHECK_GIT',
            action: 'Commit at least once in the repository of the context, or choose another tag policy',
          },
        ],
      },
    );
  };
}

/** `HEAD:<context>/`, the context relative to the top of the repository with links resolved; `HEAD:./` at the top. */
async function treeOf(directory: string, git: Git): Promise<string> {
  const prefix = await git(directory, 'rev-parse', '--show-prefix');
  return prefix === '' ? 'HEAD:./' : `HEAD:${prefix}`;
}

const longestTag = 128;

/** Puts `_` for every character no tag may hold, and cuts what is too long. */
export function sanitizeTag(text: string): string {
  const replaced = text.replace(/[^a-zA-Z0-9\-._]/gu, '_').replace(/^[-.]+/, (leading) => '_'.repeat(leading.length));
  return replaced.slice(0, longestTag);
}

function sanitized(text: string, image: string, ctx: Context): string {
  const tag = sanitizeTag(text);
  if (tag !== text)
    ctx.emit({
      type: 'log',
      level: 'warning',
      message: `Using "${tag}" instead of "${text}" as an image tag of ${image}`,
    });
  return tag;
}
