import { ToolError, withPrefix } from '../../core/errors.ts';
import type { Context, ExecResult } from '../../core/ports.ts';
import type { CustomTest } from '../../core/project.ts';
import { expandEnvTemplate } from '../../go/env-template.ts';

/** The image a test is about. */
export interface Tested {
  /** Full reference, as the test gets it in `IMAGE`. */
  readonly tag: string;
  /** Absolute directory the test runs in (`TEST_CONTEXT`). */
  readonly directory: string;
}

/**
 * Runs one custom test by a shell, since that is what `command` is written for. It has `IMAGE` and `TEST_CONTEXT` in its
 * environment; variables of the caller's own environment win, as in Skaffold.
 *
 * @throws `TEST_CUSTOM_CMD_RUN_NON_ZERO_EXIT_ERR` carrying the exit code, which becomes that of the run;
 *   `TEST_CUSTOM_CMD_RUN_TIMEDOUT_ERR`; `TEMPLATE_ERR`.
 */
export async function runCustomTest(
  { command: template, timeoutSeconds }: CustomTest,
  tested: Tested,
  ctx: Context,
): Promise<void> {
  const command = await expandEnvTemplate(template, {}, ctx, { mode: 'lenient' }).catch((error: unknown) => {
    throw withPrefix(`unable to parse test command "${template}"`, error);
  });
  const say = (tone: 'ordinary' | 'good' | 'bad', text: string): void =>
    ctx.emit({ type: 'notice', phase: 'Test', tone, text });
  const limit = timeoutSeconds === 0 ? '' : ` with timeout ${timeoutSeconds} s`;
  say('ordinary', `Running custom test command: "${command}"${limit}`);
  const result = await start(command, timeoutSeconds, tested, ctx).catch((error: unknown) => {
    const timedOut =
      timeoutSeconds > 0 && !ctx.signal.aborted && error instanceof ToolError && error.code === 'COMMAND_FAILED';
    say('bad', timedOut ? 'Command timed out' : ctx.signal.aborted ? 'Command cancelled' : 'Command could not be run');
    throw timedOut ? tookTooLong(command, timeoutSeconds) : error;
  });
  if (result.exitCode === 0) return say('good', 'Command finished successfully.');
  say('bad', 'Command finished with non-0 exit code.');
  throw failed(command, result.exitCode);
}

function start(command: string, timeoutSeconds: number, { tag, directory }: Tested, ctx: Context): Promise<ExecResult> {
  const env: Record<string, string> = { IMAGE: tag, TEST_CONTEXT: directory };
  for (const [name, value] of Object.entries(ctx.system.env)) if (value !== undefined) env[name] = value;
  return ctx.system.exec.run('sh', ['-c', command], {
    cwd: directory,
    env,
    signal: ctx.signal,
    ...(timeoutSeconds === 0 ? {} : { timeoutMilliseconds: timeoutSeconds * 1000 }),
    onOutput: (stream, text) => ctx.emit({ type: 'output', phase: 'Test', stream, text }),
  });
}

function failed(command: string, exitCode: number): ToolError {
  return new ToolError(
    'TEST_CUSTOM_CMD_RUN_NON_ZERO_EXIT_ERR',
    `command ${command} finished with non-0 exit code: exit status ${exitCode}`,
    {
      exitCode,
      suggestions: [{ code: 'CHECK_CUSTOM_COMMAND', action: `Check the custom command contents: "${command}"` }],
    },
  );
}

function tookTooLong(command: string, timeoutSeconds: number): ToolError {
  return new ToolError(
    'TEST_CUSTOM_CMD_RUN_TIMEDOUT_ERR',
    `command ${command} timed out after ${timeoutSeconds} s and was stopped`,
    {
      suggestions: [
        { code: 'FIX_CUSTOM_COMMAND_TIMEOUT', action: `Fix the custom command timeoutSeconds: ${timeoutSeconds}` },
      ],
    },
  );
}
