import { type ErrorCode, ToolError } from '../../../core/errors.ts';

/** Exit codes of the lifecycle (CNB platform specification, "Exit codes"): what went wrong, and what to do. */
const failures: ReadonlyMap<number, readonly [code: ErrorCode, problem: string, suggestion: string, action: string]> =
  new Map([
    [3, ['COMMAND_FAILED', 'the lifecycle does not take what it was told', 'UPDATE_BUILDER', 'Use a newer builder']],
    [
      11,
      [
        'COMMAND_FAILED',
        'the lifecycle does not speak the platform interface',
        'UPDATE_BUILDER',
        'Use a newer builder',
      ],
    ],
    [
      12,
      ['COMMAND_FAILED', 'the lifecycle is too old or new for a buildpack', 'UPDATE_BUILDER', 'Use a newer builder'],
    ],
    [
      20,
      [
        'BUILD_USER_ERROR',
        'no buildpack of the builder recognises the application',
        'CHECK_CONTEXT',
        'Check the context of the artifact and that the builder has buildpacks for its language',
      ],
    ],
    [
      21,
      [
        'BUILD_USER_ERROR',
        'no buildpack recognises the application, and at least one failed at looking',
        'CHECK_BUILDPACKS',
        'See the output of the buildpacks above, or name the ones to use in build.artifacts.buildpacks.buildpacks',
      ],
    ],
    [
      22,
      ['COMMAND_FAILED', 'finding buildpacks failed', 'CHECK_BUILDER', 'See the output above, and check the builder'],
    ],
    [
      32,
      [
        'COMMAND_FAILED',
        'the run image or the registry of the image cannot be reached',
        'DOCKER_AUTH_CONFIGURE',
        'Check the run image, and sign in to its registry and to the one that is pushed to',
      ],
    ],
    [
      42,
      [
        'COMMAND_FAILED',
        'layers of an earlier build cannot be restored',
        'CLEAR_CACHE',
        'Build once with clearCache: true',
      ],
    ],
    [51, ['BUILD_USER_ERROR', 'a buildpack failed', 'FIX_USER_BUILD_ERR', 'See its output above']],
    [52, ['COMMAND_FAILED', 'the build phase failed', 'CHECK_BUILDER', 'See the output above, and check the builder']],
    [
      62,
      [
        'COMMAND_FAILED',
        'the image cannot be exported',
        'CHECK_DEFAULT_REPO',
        'See the output above; check that you may push there, or set another repository with --default-repo',
      ],
    ],
    [
      137,
      [
        'COMMAND_FAILED',
        'it was killed, perhaps for want of memory',
        'ADD_MEMORY',
        'Give the container engine more memory',
      ],
    ],
  ]);

/** The error for a program of the lifecycle that ended with an exit code. */
export function lifecycleFailure(program: string, exitCode: number): ToolError {
  const name = program.slice(program.lastIndexOf('/') + 1);
  const [code, problem, suggestion, action] = failures.get(exitCode) ?? [
    'COMMAND_FAILED' as const,
    'it failed',
    'CHECK_BUILDER',
    'See the output above',
  ];
  return new ToolError(code, `${problem} (${name} of the lifecycle, exit code ${exitCode})`, {
    suggestions: [{ code: suggestion, action }],
  });
}
